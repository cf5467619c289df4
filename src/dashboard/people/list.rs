//! The list: everybody with what they did in all, and usage nobody is known of.

use super::*;
use daybook_jobs::people::unattributed::{self, Suggestion, Unattributed};
use daybook_schema::teams::{self, TeamNames};
use daybook_schema::{decisions, people, users};
use std::collections::BTreeMap;

use crate::access::Who;
use crate::api::query::pairs;
use crate::dashboard::filter::WrongParameter;

/// Users of a page, and most stand-ins that are listed.
const MOST: i64 = 500;

/// Everything the page says.
struct Listed {
    users: Vec<(User, Totals)>,
    /// Where they are now, by user.
    teams: BTreeMap<i64, TeamNames>,
    unattributed: Vec<Unattributed>,
    /// How many users there are, and which page of them this is, from 1.
    count: i64,
    page: i64,
}

impl Listed {
    /// How many pages there are.
    fn pages(&self) -> i64 {
        (self.count - 1).max(0) / MOST + 1
    }
}

/// Answers `GET /users`.
pub async fn show(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    answer(&request, PATH, render(&request, &state).await)
}

/// The page.
async fn render(request: &HttpRequest, state: &web::Data<AppState>) -> Result<Markup, Trouble> {
    let keys = state.keys.clone();
    let asked = asked(request.query_string())?;
    let listed = load(state, move |conn| {
        let count = users::count_named(conn)?;
        // A page past the end is the last one.
        let page = asked.min((count - 1).max(0) / MOST + 1);
        let named = users::named_from(conn, (page - 1) * MOST, MOST)?;
        let ids: Vec<i64> = named.iter().map(|user| user.id).collect();
        let totals = people::totals(conn, &ids)?;
        let mut users: Vec<(User, Totals)> = named
            .into_iter()
            .map(|user| {
                let totals = totals.get(&user.id).copied().unwrap_or_default();
                (user, totals)
            })
            .collect();
        users.sort_by_key(|(_, totals)| std::cmp::Reverse(totals.cost_micros));
        let teams = teams::now(conn, chrono::Utc::now().date_naive(), &ids)?;
        let decided = decisions::load(conn)?;
        let unattributed = unattributed::list(conn, &keys, &decided, MOST)?;
        Ok(Listed { users, teams, unattributed, count, page })
    })
    .await?;
    Ok(page(&listed, &Caller::let_in(request)))
}

/// Which page is asked for.
fn asked(query: &str) -> Result<i64, WrongParameter> {
    let mut page = 1;
    for (name, value) in pairs(query) {
        let number =
            value.parse().ok().filter(|page| name == "page" && (1..=1_000_000).contains(page));
        page = number.ok_or_else(|| WrongParameter {
            name: name.chars().take(40).collect(),
            expected: "a page number from 1, as `page`".to_owned(),
            example: "/users?page=2",
        })?;
    }
    Ok(page)
}

/// The page.
fn page(listed: &Listed, caller: &Caller) -> Markup {
    let body = html! {
        div.head { h1 { "Users" } p.range { "over all time, UTC" } }
        @if !listed.unattributed.is_empty() { (nobody(&listed.unattributed, caller)) }
        @if listed.users.is_empty() {
            section.card.state {
                h2 { "Nobody yet" }
                p { "Whoever declares an email in their telemetry is listed here." }
            }
        } @else {
            (everybody(listed))
        }
    };
    layout::page(caller, PATH, "Users", &body)
}

/// Everybody who is known, a page at a time by email; of a page, the dearest first.
fn everybody(listed: &Listed) -> Markup {
    let Listed { users: rows, teams, count, page, .. } = listed;
    let pages = listed.pages();
    html! {
        section.card aria-labelledby="everybody" {
            h2 #everybody { "Everybody" @if pages > 1 { small { " " (numbers::exact(*count)) " by email; of this page the dearest first" } } }
            div.scroll tabindex="0" role="group" aria-labelledby="everybody" {
                table.sticky {
                    thead { tr { th scope="col" { "User" } th scope="col" { "Team now" } (figure_heads()) } }
                    tbody {
                        @for (user, totals) in rows {
                            tr {
                                th scope="row" { a.name href=(path_of(user.id)) { bdi { (called(user)) } } }
                                td { (super::team::name(teams.get(&user.id))) }
                                (figures(totals))
                            }
                        }
                    }
                }
            }
            @if pages > 1 { (steps(*page, pages)) }
        }
    }
}

/// Previous and next.
fn steps(page: i64, pages: i64) -> Markup {
    let step = |label: &str, to: Option<i64>| {
        html! {
            li {
                @match to {
                    Some(to) => a.button href={ (PATH) "?page=" (to) } { (label) },
                    None => span.button.off { (label) },
                }
            }
        }
    };
    html! {
        nav.pages aria-label="Pages of users" {
            p { "Page " (page) " of " (pages) }
            ul {
                (step("Previous", (page > 1).then(|| page - 1)))
                (step("Next", (page < pages).then(|| page + 1)))
            }
        }
    }
}

/// Usage nobody is known of, with whose it may be.
fn nobody(rows: &[Unattributed], caller: &Caller) -> Markup {
    html! {
        section.card aria-labelledby="nobody" {
            h2 #nobody { "Unattributed" small { " telemetry that names nobody" } }
            div.scroll tabindex="0" role="group" aria-labelledby="nobody" {
                table.sticky {
                    thead { tr { th scope="col" { "Stands in" } (figure_heads()) th scope="col" { "May be" } } }
                    tbody {
                        @for row in rows {
                            tr {
                                th scope="row" { a.name href=(path_of(row.user.id)) { bdi { (called(&row.user)) } } }
                                (figures(&row.totals))
                                td { (may_be(row, caller)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Whose usage may be and why, with a button for who may decide it.
fn may_be(row: &Unattributed, caller: &Caller) -> Markup {
    html! {
        @for Suggestion { user, reason } in &row.suggestions {
            div.changes {
                span title=(reason.sentence()) { bdi { (called(user)) } }
                @if Who::Admin.lets_in(caller) {
                    form action=(path_of(user.id)) method="post" {
                        (caller.form_token())
                        input type="hidden" name="user" value=(public_id(row.user.id));
                        button type="submit" name="action" value="merge" aria-label={ "Give to " (called(user)) "…" } { "Give…" }
                    }
                }
            }
            p.muted { (reason.sentence()) }
        }
        @if row.suggestions.is_empty() { (numbers::UNKNOWN) }
    }
}
