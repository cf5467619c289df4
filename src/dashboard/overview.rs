//! `/`: what was spent, by whom, on which models, what came of it, and how far to trust it.

pub mod spend;
pub mod people;
mod tiles;
mod cost_chart;
mod models;
mod users;
mod teams;
mod trust;

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDate;
use daybook_schema::QueryResult;
use daybook_schema::overview as rows;
use daybook_schema::store::StoreConnection;
use futures::future::try_join3;
use maud::{Markup, html};

use super::filter::View;
use super::surroundings::{Models, Surroundings};
use super::{Asked, Trouble, actions, answer, dates, filter_bar, freshness, layout, load, states};
use crate::access::looks::{self, Look};
use crate::access::{Caller, Who};
use crate::api::export::Format;
use crate::state::AppState;
use people::People;
use spend::{Before, Spend};
use teams::Teams;

/// Where this page is.
const PATH: &str = "/";

/// Everything this page says.
pub struct Figures {
    pub spend: Spend,
    pub models: Models,
    pub rest: Rest,
    /// `None` while nobody has a team.
    teams: Option<Teams>,
}

/// What is read beside the consumption by day and model.
pub struct Rest {
    pub people: People,
    /// `None` where there is no whole period before.
    pub before: Option<Before>,
    pub surroundings: Surroundings,
    /// The models of everybody, where not everybody is looked at.
    models: Option<Models>,
    /// Where there is nothing in the range: the last day with data.
    pub last: Option<NaiveDate>,
}

impl Figures {
    /// Reads them one after the other.
    pub fn load(connection: &mut StoreConnection<'_>, view: &View) -> QueryResult<Figures> {
        let (spend, rest) = (Spend::load(connection, view)?, Rest::load(connection, view)?);
        Ok(Figures::of(spend, rest, Teams::load(connection, view)?))
    }

    /// Puts all parts together.
    fn of(spend: Spend, mut rest: Rest, teams: Option<Teams>) -> Figures {
        let all = || Models::of(spend.models.iter().map(|model| model.model.clone()).collect());
        let models = rest.models.take().unwrap_or_else(all);
        Figures { spend, models, rest, teams }
    }
}

impl Rest {
    /// Reads it.
    fn load(connection: &mut StoreConnection<'_>, view: &View) -> QueryResult<Rest> {
        let people = People::load(connection, view)?;
        let models = if view.is_scoped() { Some(Models::load(connection, view)?) } else { None };
        let last = match people.is_empty() {
            true => rows::last_day(connection, &view.filter)?,
            false => None,
        };
        Ok(Rest {
            people,
            before: Before::load(connection, view)?,
            surroundings: Surroundings::load(connection, view)?,
            models,
            last,
        })
    }
}

/// Answers `GET /`. Who may see their own figures alone is led to these.
pub async fn show(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    if !Who::Figures.lets_in(&Caller::let_in(&request)) {
        return HttpResponse::SeeOther().insert_header((LOCATION, super::me::PATH)).finish();
    }
    answer(&request, PATH, read(&request, &state).await)
}

/// Reads the request and what it asks for. Its parts are read at the same time.
async fn read(request: &HttpRequest, state: &web::Data<AppState>) -> Result<Markup, Trouble> {
    let asked = Asked::read(request, state)?.of_owner(state).await?;
    let user = asked.view.filter.user.as_deref();
    looks::note(request, state, Look { what: "overview", user, format: Format::Json }).await?;
    let view = || asked.view.clone();
    let (first, second, third) = (view(), view(), view());
    let (spend, rest, teams) = try_join3(
        load(state, move |conn| Spend::load(conn, &first)),
        load(state, move |conn| Rest::load(conn, &second)),
        load(state, move |conn| Teams::load(conn, &third)),
    )
    .await?;
    Ok(page(&asked, &Figures::of(spend, rest, teams)))
}

/// The page.
pub(super) fn page(asked: &Asked, figures: &Figures) -> Markup {
    let view = &asked.view;
    let Rest { people, surroundings, last, .. } = &figures.rest;
    let body = html! {
        div.head {
            h1 { "Overview" }
            @if surroundings.days.is_some() {
                p.range { (dates::days(view.filter.from, view.filter.to)) }
                (actions::bar(|format| view.api_call(format), &asked.address))
            }
        }
        @if surroundings.days.is_none() {
            (states::no_data(surroundings))
        } @else {
            (freshness::line(PATH, surroundings, view, asked.now))
            (filter_bar::bar(PATH, view, surroundings, &figures.models))
            @if people.is_empty() && figures.spend.models.is_empty() {
                (states::nothing_here(PATH, view, surroundings, *last))
            } @else {
                (panels(view, figures))
            }
        }
    };
    layout::page(&asked.caller, PATH, "Overview", &body)
}

/// The panels, the most important first.
fn panels(view: &View, figures: &Figures) -> Markup {
    let (spend, palette) = (&figures.spend, &figures.models.palette);
    let Rest { people, before, .. } = &figures.rest;
    html! {
        (tiles::tiles(view, spend, before.as_ref(), people))
        (cost_chart::panel(view, spend, palette))
        (users::panel(view, spend, people, palette))
        @if let Some(teams) = &figures.teams { (teams::panel(view, teams)) }
        div.columns {
            (models::panel(view, spend, palette))
            (trust::panel(view, spend, people))
        }
    }
}
