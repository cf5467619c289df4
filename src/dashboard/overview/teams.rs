//! Which teams drive the cost, each day counted for the team of that day.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use daybook_schema::QueryResult;
use daybook_schema::api::TeamFilter;
use daybook_schema::overview::{self, TeamUsage};
use daybook_schema::store::StoreConnection;
use daybook_schema::teams as names;
use maud::{Markup, html};

use super::PATH;
use crate::dashboard::filter::View;
use crate::dashboard::numbers::{self, CountColumn};
use crate::dashboard::text;

/// Teams that are listed by name; the others are one row.
const LISTED: usize = 20;

/// What teams used in a range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Teams {
    /// The dearest first; days without a team last.
    rows: Vec<Row>,
}

/// What a team used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    /// Of no letters for days without a team.
    team: String,
    cost_micros: i64,
    tokens: i64,
    /// People who were active on one of its days; `None` where one model is looked at.
    active: Option<usize>,
}

impl Teams {
    /// Reads them; `None` while nobody has a team, and where one team is looked at.
    pub fn load(connection: &mut StoreConnection<'_>, view: &View) -> QueryResult<Option<Teams>> {
        if view.filter.team.is_some() || names::all(connection, 1)?.is_empty() {
            return Ok(None);
        }
        let usage = overview::usage_by_team(connection, &view.filter)?;
        let active = match view.filter.model {
            Some(_) => None,
            None => Some(active(connection, view)?),
        };
        let mut rows: Vec<Row> = usage.into_iter().map(|it| row(it, active.as_ref())).collect();
        rows.sort_by_key(|row| (row.team.is_empty(), Reverse(row.cost_micros)));
        Ok(Some(Teams { rows }).filter(|teams| teams.rows.iter().any(|row| !row.team.is_empty())))
    }

    /// The rows that are shown: beyond the listed ones, one of all others.
    fn shown(&self) -> (Vec<&Row>, Option<(usize, Row)>, Option<&Row>) {
        let (nobody, named): (Vec<&Row>, Vec<&Row>) =
            self.rows.iter().partition(|row| row.team.is_empty());
        let rest = named.get(LISTED..).unwrap_or_default();
        let others = rest.iter().fold(Row::default(), |sum, row| Row {
            cost_micros: sum.cost_micros.saturating_add(row.cost_micros),
            tokens: sum.tokens.saturating_add(row.tokens),
            ..sum
        });
        let others = (!rest.is_empty()).then_some((rest.len(), others));
        (named.into_iter().take(LISTED).collect(), others, nobody.first().copied())
    }

    /// What all of them cost.
    fn cost_micros(&self) -> i64 {
        self.rows.iter().fold(0, |sum: i64, row| sum.saturating_add(row.cost_micros))
    }
}

/// How many people were active in each team.
fn active(
    connection: &mut StoreConnection<'_>,
    view: &View,
) -> QueryResult<BTreeMap<String, usize>> {
    let unnamed: BTreeSet<i64> = overview::unattributed_users(connection)?.into_iter().collect();
    let mut teams = BTreeMap::new();
    for (team, user) in overview::active_by_team(connection, &view.filter)? {
        let people: &mut usize = teams.entry(team).or_default();
        *people += usize::from(!unnamed.contains(&user));
    }
    Ok(teams)
}

/// A team's row.
fn row(usage: TeamUsage, active: Option<&BTreeMap<String, usize>>) -> Row {
    let kinds = [usage.output_tokens, usage.cache_read_tokens, usage.cache_creation_tokens];
    let tokens = kinds.iter().fold(usage.input_tokens, |sum, more| sum.saturating_add(*more));
    let active = active.map(|teams| teams.get(&usage.team).copied().unwrap_or_default());
    Row { team: usage.team, cost_micros: usage.cost_micros, tokens, active }
}

/// The panel.
pub(super) fn panel(view: &View, teams: &Teams) -> Markup {
    let tokens = CountColumn::of(teams.rows.iter().map(|row| row.tokens));
    let whole = teams.cost_micros();
    let (named, others, nobody) = teams.shown();
    html! {
        section.card aria-labelledby="teams" {
            h2 #teams { "By team" small { " each day counts for the team of that day" } }
            div.scroll tabindex="0" role="group" aria-labelledby="teams" {
                table.sticky {
                    thead {
                        tr {
                            th scope="col" { "Team" }
                            th.number scope="col" { "Cost, est." }
                            th.number scope="col" { "Share" }
                            th aria-hidden="true" {}
                            th.number scope="col" { "Tokens" }
                            th.number scope="col" title="Whoever changed team counts in both" { "Active people" }
                        }
                    }
                    tbody {
                        @for row in &named {
                            @let wanted = TeamFilter::Named(row.team.clone());
                            (line(&link(view, wanted, &row.team), row, whole, &tokens))
                        }
                        @if let Some((count, row)) = &others {
                            (line(&html! { (count) " more" }, row, whole, &tokens))
                        }
                        @if let Some(row) = nobody {
                            (line(&link(view, TeamFilter::Nobody, "No team"), row, whole, &tokens))
                        }
                    }
                    tfoot {
                        tr {
                            th scope="row" { "Total" }
                            td.number { (numbers::cost(whole)) }
                            td {} td {}
                            td.number { (numbers::count(teams.rows.iter().fold(0, |sum: i64, row| sum.saturating_add(row.tokens)))) }
                            td {}
                        }
                    }
                }
            }
        }
    }
}

/// A team, as a link to the view of it alone.
fn link(view: &View, wanted: TeamFilter, name: &str) -> Markup {
    let shown = text::plain(name);
    html! { a.name href=(view.with_team(Some(wanted)).link(PATH)) title=(shown) { bdi { (shown) } } }
}

/// A line of the table: its share as a number and as a bar.
fn line(name: &Markup, row: &Row, whole: i64, tokens: &CountColumn) -> Markup {
    html! {
        tr {
            th scope="row" { (name) }
            td.number { (numbers::cost(row.cost_micros)) }
            td.number { (numbers::percent(row.cost_micros, whole)) }
            td.share aria-hidden="true" {
                svg viewBox="0 0 1000 10" preserveAspectRatio="none" {
                    rect class="bar c-type-1" width=(thousandths(row.cost_micros, whole)) height="10" {}
                }
            }
            td.number { (tokens.show(row.tokens)) }
            td.number {
                @match row.active {
                    Some(active) => (active),
                    None => (numbers::UNKNOWN),
                }
            }
        }
    }
}

/// A part of a whole, from 0 to 1000.
fn thousandths(part: i64, whole: i64) -> i128 {
    let (part, whole) = (i128::from(part.max(0)), i128::from(whole.max(1)));
    (part * 1000 / whole).min(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn teams_beyond_the_listed_are_one_row_and_nothing_is_lost() {
        let row = |place: usize| Row {
            team: if place == 30 { String::new() } else { format!("team {place}") },
            cost_micros: 30 - i64::try_from(place).unwrap(),
            tokens: 1,
            active: Some(1),
        };
        let teams = Teams { rows: (0..=30).map(row).collect() };
        let (named, others, nobody) = teams.shown();
        let (count, others) = others.unwrap();
        assert_eq!((named.len(), count, nobody.unwrap().cost_micros), (20, 10, 0));
        let named: i64 = named.iter().map(|row| row.cost_micros).sum();
        assert_eq!(named + others.cost_micros, teams.cost_micros());
    }

    #[test]
    fn a_share_is_within_its_bar() {
        assert_eq!([thousandths(1, 3), thousandths(5, 0), thousandths(-1, 7)], [333, 1000, 0]);
        assert_eq!(thousandths(i64::MAX, i64::MAX), 1000);
    }
}
