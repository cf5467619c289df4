//! `/audit`: who did what, the latest first, and whether the log is as it was written.

use actix_web::{HttpRequest, HttpResponse, web};
use daybook_schema::audit_log::{self, AuditRow, Verdict};
use maud::{Markup, html};

use super::filter::WrongParameter;
use super::layout::{Status, status};
use super::{Trouble, answer, dates, layout, load, numbers, text};
use crate::access::Caller;
use crate::api::query;
use crate::state::AppState;
use crate::tokens::hex;

/// Where this page is.
const PATH: &str = "/audit";

/// Rows of a page.
const ROWS: i64 = 100;

/// Answers `GET /audit`.
pub async fn show(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    let page = match before(request.query_string()) {
        Ok(before) => render(&request, &state, before).await,
        Err(wrong) => Err(Trouble::Wrong(wrong)),
    };
    answer(&request, PATH, page)
}

/// The row before which to begin.
fn before(query: &str) -> Result<i64, WrongParameter> {
    let mut before = i64::MAX;
    for (name, value) in query::pairs(query) {
        let number = value.parse::<i64>().ok().filter(|number| *number > 0);
        match (name.as_str(), number) {
            ("before", Some(number)) => before = number,
            (wrong, _) => {
                return Err(WrongParameter {
                    name: wrong.chars().take(40).collect(),
                    expected: "`before`, the number of an entry".to_owned(),
                    example: "/audit?before=100",
                });
            }
        }
    }
    Ok(before)
}

/// The page.
async fn render(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    before: i64,
) -> Result<Markup, Trouble> {
    let (rows, verdict) = load(state, move |conn| {
        Ok((audit_log::page(conn, before, ROWS)?, audit_log::verify(conn)?))
    })
    .await?;
    let body = html! {
        div.head {
            h1 { "Audit log" }
            div.actions { a.button href="/api/v1/audit-log?format=csv" { "CSV" } }
        }
        (said(&verdict))
        section.card aria-labelledby="entries" {
            h2 #entries { "Entries" small { " the latest first" } }
            (table(&rows))
            @if let Some(last) = rows.last().filter(|last| last.id > 1) {
                nav.pages aria-label="Pages of entries" {
                    ul { li { a.button rel="next" href={ (PATH) "?before=" (last.id) } { "Earlier" } } }
                }
            }
        }
    };
    Ok(layout::page(&Caller::let_in(request), PATH, "Audit log", &body))
}

/// Whether the chain holds, or where it breaks.
fn said(verdict: &Verdict) -> Markup {
    html! {
        @match verdict {
            Verdict::Holds { entries, head } => p.banner {
                (status(Status::Ok, "The chain holds"))
                " Every one of " (numbers::exact(*entries)) " " (numbers::plural(*entries, "entry", "entries")) " is as it was written. The last hash is "
                code { (hex(head)) } "."
            },
            Verdict::Broken { at } => p.banner role="alert" {
                (status(Status::Warn, "The chain is broken"))
                " Entry " (numbers::exact(*at)) " is missing, or not as it was written."
            },
        }
    }
}

/// The entries.
fn table(rows: &[AuditRow]) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-labelledby="entries" {
            table.sticky.prose {
                thead {
                    tr {
                        th scope="col" { "Time (UTC)" }
                        th scope="col" { "Who" }
                        th scope="col" { "What" }
                        th scope="col" { "To what" }
                        th scope="col" { "Detail" }
                        th.number scope="col" { "Entry" }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { (dates::utc(row.at)) }
                            td { bdi { (text::plain(&row.actor)) } }
                            td { code { (row.action) } }
                            td { bdi { (text::plain(&row.subject)) } }
                            td { bdi { (text::plain(&row.detail)) } }
                            td.number { (numbers::exact(row.id)) }
                        }
                    }
                }
            }
        }
    }
}
