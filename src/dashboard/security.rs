//! `/security`: what redaction found and where, which rules find it, and the organization's own
//! patterns. Never the secret: it is not kept.

mod view;
mod figures;
mod tiles;
mod chart;
mod filter;
mod table;
mod catalogue;
mod own_patterns;
mod draft;
pub(crate) mod forms;

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use maud::{Markup, html};

use super::layout::{Status, status};
use super::{Trouble, actions, address, answer, dates, layout, load, numbers};
use crate::access::Caller;
use crate::access::looks::{self, Look};
use crate::api::export::Format;
use crate::state::AppState;
use draft::Draft;
use figures::Figures;
use view::SecurityView;

/// Where this page is.
const PATH: &str = "/security";

/// Where its forms go.
const PATTERNS_PATH: &str = "/security/patterns";

/// Answers `GET /security`.
pub async fn show(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    let view = SecurityView::parse(request.query_string(), Utc::now());
    let page = match view {
        Ok(view) => render(&request, &state, view, Draft::default()).await,
        Err(wrong) => Err(Trouble::Wrong(wrong)),
    };
    answer(&request, PATH, page)
}

/// The page of a view, with a pattern in the making.
async fn render(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    view: SecurityView,
    draft: Draft,
) -> Result<Markup, Trouble> {
    let filter = view.filter();
    let look = Look { what: "security", user: filter.email.as_deref(), format: Format::Json };
    looks::note(request, state, look).await?;
    let of = view.clone();
    let figures = load(state, move |conn| Figures::load(conn, &of)).await?;
    Ok(page(&view, &figures, &draft, &Caller::let_in(request), &address(request)))
}

/// The page.
pub(super) fn page(
    view: &SecurityView,
    figures: &Figures,
    draft: &Draft,
    caller: &Caller,
    address: &str,
) -> Markup {
    let days = &view.days.filter;
    let body = html! {
        div.head {
            h1 { "Security" }
            p.range { (dates::days(days.from, days.to)) " (UTC)" }
            (actions::bar(|format| view.api_call(format), address))
        }
        (filter::bar(view, figures))
        (tiles::tiles(figures))
        @if figures.times() == 0 {
            (nothing(view, figures))
        } @else {
            (chart::panel(view, figures))
            (table::panel(view, figures))
        }
        (own_patterns::panel(figures, draft, caller))
        (catalogue::panel())
    };
    layout::page(caller, PATH, "Security", &body)
}

/// Nothing was found: that is good to know only beside how much was looked at.
fn nothing(view: &SecurityView, figures: &Figures) -> Markup {
    let days = &view.days.filter;
    html! {
        section.card.state {
            h2 { "0 detections in " (numbers::exact(figures.payloads)) " payloads scanned" }
            p {
                (status(Status::Ok, "Nothing found"))
                " in " (dates::days(days.from, days.to))
                @if view.is_scoped() { " of this filter" }
                ". Payloads are counted from the first that ever came."
            }
            @if view.is_scoped() {
                p.buttons { a.button href=(view.unscoped().link()) { "Show everything" } }
            }
        }
    }
}
