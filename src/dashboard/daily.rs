//! `/daily`: the grain itself, day x user x model, as the API publishes it.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDate;
use daybook_schema::QueryResult;
use daybook_schema::api::{DailyFilter, DailyUsageRow};
use daybook_schema::overview::{self as rows, UsageTotals};
use daybook_schema::store::StoreConnection;
use futures::future::try_join;
use maud::{Markup, html};

mod table;

use super::filter::View;
use super::surroundings::{Models, Surroundings};
use super::{
    Asked, Trouble, actions, answer, dates, filter_bar, freshness, layout, load, numbers, states,
};
use crate::access::looks::{self, Look};
use crate::api::export::Format;
use crate::state::AppState;

/// Where this page is.
const PATH: &str = "/daily";

/// Rows of a page.
const ROWS: i64 = 50;

/// A page of the grain.
pub struct Grain {
    pub rows: Vec<DailyUsageRow>,
    /// How many rows the filter lets through.
    pub count: i64,
    /// Where the page begins, from 0.
    pub offset: i64,
    pub surroundings: Surroundings,
    pub models: Models,
    /// Where there is nothing in the range: the last day with data.
    pub last: Option<NaiveDate>,
}

impl Grain {
    /// Reads it. A page past the end is the last one.
    pub fn load(connection: &mut StoreConnection<'_>, view: &View) -> QueryResult<Grain> {
        let days = rows::rows_by_day(connection, &view.filter)?;
        let count = days.iter().fold(0_i64, |sum, (_, count)| sum.saturating_add(*count));
        let last_page = (count - 1).max(0) / ROWS;
        let offset = (i64::from(view.page) - 1).clamp(0, last_page) * ROWS;
        let found = match part(&view.filter, &days, offset) {
            Some((filter, offset)) => rows::rows(connection, &filter, offset, ROWS)?,
            None => Vec::new(),
        };
        let last = if count == 0 { rows::last_day(connection, &view.filter)? } else { None };
        let surroundings = Surroundings::load(connection, view)?;
        let models = Models::load(connection, view)?;
        Ok(Grain { rows: found, count, offset, surroundings, models, last })
    }

    /// How many pages there are.
    fn pages(&self) -> u32 {
        u32::try_from((self.count - 1).max(0) / ROWS + 1).unwrap_or(u32::MAX)
    }

    /// Which page this is, from 1.
    fn page(&self) -> u32 {
        u32::try_from(self.offset / ROWS + 1).unwrap_or(u32::MAX)
    }
}

/// The few days a page's rows are of, and where among theirs it begins: nobody has to sort
/// the days before it. `days` are the newest first.
fn part(
    filter: &DailyFilter,
    days: &[(NaiveDate, i64)],
    offset: i64,
) -> Option<(DailyFilter, i64)> {
    let end = offset.saturating_add(ROWS);
    let mut before = 0_i64;
    let mut begins = None;
    for (day, count) in days {
        let after = before.saturating_add(*count);
        if begins.is_none() && after > offset {
            begins = Some((*day, offset - before));
        }
        if let Some((to, inside)) = begins
            && after >= end
        {
            return Some((DailyFilter { from: *day, to, ..filter.clone() }, inside));
        }
        before = after;
    }
    begins.map(|(to, inside)| (DailyFilter { to, ..filter.clone() }, inside))
}

/// Answers `GET /daily`.
pub async fn show(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    answer(&request, PATH, read(&request, &state).await)
}

/// Reads the request and what it asks for.
async fn read(request: &HttpRequest, state: &web::Data<AppState>) -> Result<Markup, Trouble> {
    let asked = Asked::read(request, state)?.of_owner(state).await?;
    let user = asked.view.filter.user.as_deref();
    looks::note(request, state, Look { what: "daily", user, format: Format::Json }).await?;
    let (filter, view) = (asked.view.filter.clone(), asked.view.clone());
    let (totals, grain) = try_join(
        load(state, move |conn| rows::totals(conn, &filter)),
        load(state, move |conn| Grain::load(conn, &view)),
    )
    .await?;
    Ok(page(&asked, &totals, &grain))
}

/// The page.
pub(super) fn page(asked: &Asked, totals: &UsageTotals, grain: &Grain) -> Markup {
    let view = &asked.view;
    let surroundings = &grain.surroundings;
    let body = html! {
        div.head {
            h1 { "Daily usage" }
            @if surroundings.days.is_some() {
                p.range { (dates::days(view.filter.from, view.filter.to)) }
                (actions::bar(|format| view.api_call(format), &asked.address))
            }
        }
        @if surroundings.days.is_none() {
            (states::no_data(surroundings))
        } @else {
            (freshness::line(PATH, surroundings, view, asked.now))
            (filter_bar::bar(PATH, view, surroundings, &grain.models))
            @if grain.count == 0 {
                (states::nothing_here(PATH, view, surroundings, grain.last))
            } @else {
                (panel(view, totals, grain))
            }
        }
    };
    layout::page(&asked.caller, PATH, "Daily usage", &body)
}

/// The table and the way through it.
fn panel(view: &View, totals: &UsageTotals, grain: &Grain) -> Markup {
    html! {
        section.card aria-labelledby="grain" {
            h2 #grain {
                "Day × user × model"
                small { " " (numbers::exact(grain.count)) " " (numbers::plural(grain.count, "row", "rows")) ", " (numbers::cost(totals.cost_micros)) " est." }
            }
            (table::table(view, totals, grain))
            (pages(view, grain))
        }
    }
}

/// Previous and next.
fn pages(view: &View, grain: &Grain) -> Markup {
    let (page, pages) = (grain.page(), grain.pages());
    let first = grain.offset + 1;
    let last = (grain.offset + ROWS).min(grain.count);
    html! {
        nav.pages aria-label="Pages of rows" {
            p { "Rows " (numbers::exact(first)) "–" (numbers::exact(last)) " of " (numbers::exact(grain.count)) }
            @if pages > 1 {
                ul {
                    (step(view, "First", (page > 1).then_some(1), ""))
                    (step(view, "Previous", page.checked_sub(1).filter(|to| *to > 0), "prev"))
                    (step(view, "Next", (page < pages).then(|| page + 1), "next"))
                    (step(view, "Last", (page < pages).then_some(pages), ""))
                }
            }
        }
    }
}

/// One step through the pages; no link where there is nothing to go to.
fn step(view: &View, label: &str, to: Option<u32>, rel: &str) -> Markup {
    html! {
        li {
            @match to {
                Some(page) => a.button href=(view.with_page(page).link(PATH)) rel=[(!rel.is_empty()).then_some(rel)] { (label) },
                None => span.button.off { (label) },
            }
        }
    }
}

#[cfg(test)]
mod tests;
