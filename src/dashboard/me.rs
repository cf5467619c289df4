//! `/me`: what is stored about who looks, and for how long; theirs to take away.

mod figures;
mod identity;
mod kept;

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::layout::{Status, status};
use super::{Trouble, answer, dates, layout, load, numbers, text};
use crate::about::About;
use crate::access::Caller;
use crate::state::AppState;

/// Where this page is.
pub(super) const PATH: &str = "/me";

/// Answers `GET /me`.
pub async fn show(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    answer(&request, PATH, read(&request, &state).await)
}

/// Reads what is stored about who asks.
async fn read(request: &HttpRequest, state: &web::Data<AppState>) -> Result<Markup, Trouble> {
    let caller = Caller::let_in(request);
    // The guard lets nobody else in.
    let Some(signed_in) = caller.signed_in() else { return Err(Trouble::Unavailable) };
    let (account, basis, days) = (signed_in.account.clone(), state.basis(), state.detection_days);
    let about = load(state, move |conn| About::load(conn, account, basis, days)).await?;
    Ok(page(&caller, &about))
}

/// The page.
pub(super) fn page(caller: &Caller, about: &About) -> Markup {
    let body = html! {
        div.head {
            h1 { "What is stored about you" }
            p.range { bdi { (text::plain(&about.account.email)) } }
            (take_away(about))
        }
        @match &about.stored {
            None => (nothing(about)),
            Some(stored) => {
                (figures::tiles(about, stored))
                (figures::models(about))
                (figures::latest(about))
                (identity::known_as(stored))
                (identity::connections(caller, stored))
            }
        }
        (kept::hidden(about))
        (kept::how_long(about))
    };
    layout::page(caller, PATH, "About you", &body)
}

/// Links to all of it, and to the days as a table.
fn take_away(about: &About) -> Markup {
    html! {
        div.actions {
            a.button href="/api/v1/me" { "All of it as JSON" }
            @if let Some((first, last)) = about.days() {
                a.button href={ "/api/v1/daily-usage?from=" (first) "&to=" (last) "&basis=local&user=" (encoded(&about.account.email)) "&format=csv" } { "Days as CSV" }
            }
        }
    }
}

/// A text as part of a query.
fn encoded(text: &str) -> percent_encoding::PercentEncode<'_> {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
}

/// No telemetry named them.
fn nothing(about: &About) -> Markup {
    html! {
        section.card.state {
            h2 { "No telemetry names you" }
            p {
                (status(Status::Off, "Nothing yet"))
                " Nothing that arrived says " bdi { (text::plain(&about.account.email)) }
                ". If you use Claude Code under another address, or it does not report here, there are no days of yours."
            }
        }
    }
}
