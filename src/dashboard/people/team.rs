//! Where a user belongs: now, and since when.

use super::*;
use daybook_schema::QueryResult;
use daybook_schema::store::StoreConnection;
use daybook_schema::team_memberships::{self, Membership};
use daybook_schema::teams::{self, TeamNames};

use crate::access::Who;

/// Where a user belongs.
pub(super) struct Placed {
    /// As of today.
    now: Option<TeamNames>,
    /// As files say it, merges included; the earliest first.
    periods: Vec<Membership>,
}

impl Placed {
    /// Reads it.
    pub(super) fn load(connection: &mut StoreConnection<'_>, id: i64) -> QueryResult<Placed> {
        let today = Utc::now().date_naive();
        let now = teams::now(connection, today, &[id])?.remove(&id);
        Ok(Placed { now, periods: team_memberships::periods_of(connection, id)? })
    }
}

/// The name of a team; what else is known stands behind it.
pub(super) fn name(names: Option<&TeamNames>) -> Markup {
    let names = names.cloned().unwrap_or_default();
    let rest: Vec<String> = [&names.department, &names.cost_center]
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(|name| text::plain(name).into_owned())
        .collect();
    html! {
        span.name title=(rest.join(" · ")) {
            @if names.team.is_empty() { (numbers::UNKNOWN) } @else { bdi { (text::plain(&names.team)) } }
        }
    }
}

/// A name, or that there is none.
fn cell(name: &str) -> Markup {
    html! { @if name.is_empty() { (numbers::UNKNOWN) } @else { bdi { (text::plain(name)) } } }
}

/// The panel of a user's page; nothing while nothing is known.
pub(super) fn panel(placed: &Placed, caller: &Caller) -> Markup {
    let Placed { now, periods } = placed;
    html! {
        @if let Some(now) = now {
            section.card aria-labelledby="team" {
                h2 #team { "Team" small { " now; past days keep the team of that day" } }
                div.scroll tabindex="0" role="group" aria-labelledby="team" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Team" } th scope="col" { "Department" } th scope="col" { "Cost center" }
                                th scope="col" { "From" } th scope="col" { "To" }
                            }
                        }
                        tbody {
                            @if periods.is_empty() {
                                tr { (names(now)) td colspan="2" { "as telemetry said last" } }
                            }
                            @for period in periods {
                                tr {
                                    (names(&period.names()))
                                    td { @match period.from() { Some(day) => (day), None => "since ever" } }
                                    td { @match period.to() { Some(day) => (day), None => "until further notice" } }
                                }
                            }
                        }
                    }
                }
                @if Who::Admin.lets_in(caller) { p.muted { a href="/teams" { "Teams" } " are set by a file; what it does not cover, telemetry says." } }
            }
        }
    }
}

/// The cells of all three names.
fn names(names: &TeamNames) -> Markup {
    html! { td { (cell(&names.team)) } td { (cell(&names.department)) } td { (cell(&names.cost_center)) } }
}
