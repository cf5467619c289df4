//! The list: everybody with what they did in all, and usage nobody is known of.

use super::*;
use daybook_jobs::people::unattributed::{self, Suggestion, Unattributed};
use daybook_schema::teams::{self, TeamNames};
use daybook_schema::{decisions, people, users};
use std::collections::BTreeMap;

use crate::access::Who;

/// Most users, and most stand-ins, that are listed.
const MOST: i64 = 500;

/// Everything the page says.
struct Listed {
    users: Vec<(User, Totals)>,
    /// Where they are now, by user.
    teams: BTreeMap<i64, TeamNames>,
    unattributed: Vec<Unattributed>,
}

/// Answers `GET /users`.
pub async fn show(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    answer(&request, PATH, render(&request, &state).await)
}

/// The page.
async fn render(request: &HttpRequest, state: &web::Data<AppState>) -> Result<Markup, Trouble> {
    let keys = state.keys.clone();
    let listed = load(state, move |conn| {
        let named = users::named(conn, MOST)?;
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
        Ok(Listed { users, teams, unattributed })
    })
    .await?;
    Ok(page(&listed, &Caller::let_in(request)))
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
            (everybody(&listed.users, &listed.teams))
        }
    };
    layout::page(caller, PATH, "Users", &body)
}

/// Everybody who is known, the dearest first.
fn everybody(rows: &[(User, Totals)], teams: &BTreeMap<i64, TeamNames>) -> Markup {
    let more = i64::try_from(rows.len()).is_ok_and(|count| count >= MOST);
    html! {
        section.card aria-labelledby="everybody" {
            h2 #everybody { "Everybody" @if more { small { " the first " (MOST) " by email; the API lists all" } } }
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
