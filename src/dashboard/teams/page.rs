//! The page: what stands, the form for a file, and what a file would change.

use daybook_jobs::teams::{Change, Mode, Outcome, WrongLine};
use daybook_schema::team_memberships::Membership;
use daybook_schema::users::public_id;
use maud::{Markup, html};

use super::{Came, PATH};
use crate::access::Caller;
use crate::dashboard::layout::{self, Status, status};
use crate::dashboard::{numbers, text};
use crate::teams::Listed;

/// Most rows that are shown; the file holds all.
const MAX_ROWS: usize = 200;

/// The page.
pub(super) fn page(caller: &Caller, listed: &Listed, came: &Came) -> Markup {
    let body = html! {
        div.head {
            h1 { "Teams" }
            p.range { a href="/settings" { "Settings" } }
            @if !listed.rows.is_empty() {
                div.actions { a.button href="/api/v1/teams/memberships?format=csv" download { "Download CSV" } }
            }
        }
        section.card.state {
            p { "A day belongs to the team that its person was in that day: as the file here says it, and on days it does not cover, as telemetry does (" code { "team" } ", " code { "department" } ", " code { "cost_center" } " in " code { "OTEL_RESOURCE_ATTRIBUTES" } "). Past days keep their team." }
        }
        @match came {
            Came::Nothing => {}
            Came::Done(people) => p.banner role="status" { (status(Status::Ok, "Taken in")) " " (counted(*people, "person is", "people are")) " in other teams than before; every page and export says so from now on." },
            Came::Wrong(wrong) => (refused(wrong)),
            Came::Preview { outcome, mode, file } => (preview(caller, listed, outcome, *mode, file)),
        }
        (form(caller))
        (standing(listed))
    };
    layout::page(caller, PATH, "Teams", &body)
}

/// A number of things, in words.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The form.
fn form(caller: &Caller) -> Markup {
    html! {
        section.card #upload aria-labelledby="upload-title" {
            h2 #upload-title { "Take in a file" small { " it is said first what would change" } }
            p.muted {
                "CSV whose first line heads the columns, in any order: " code { "email,team,department,cost_center,from,to" }
                ". Both days belong to a line; without " code { "from" } " it holds since ever, without " code { "to" } " until further notice."
            }
            pre.example tabindex="0" role="group" aria-label="An example" {
                "email,team,department,cost_center,from,to\n"
                "ada@example.com,Platform,Engineering,4711,,2026-10-31\n"
                "ada@example.com,Search,Engineering,4712,2026-11-01,"
            }
            form.add action={ (PATH) "#result" } method="post" enctype="multipart/form-data" data-upload {
                (caller.form_token())
                label { span { "CSV file" } input type="file" name="file" accept=".csv,text/csv,text/plain"; }
                label { span { "or paste it" } textarea name="table" rows="4" spellcheck="false" {} }
                label {
                    span { "What is not in it" }
                    select name="mode" {
                        option value="amend" selected { "stays as it is" }
                        option value="replace" { "goes: the file is all there is" }
                    }
                }
                progress hidden aria-label="Upload" {}
                div.buttons { button.primary type="submit" { "Look what changes…" } }
            }
        }
    }
}

/// Why a file is not taken in.
fn refused(wrong: &[WrongLine]) -> Markup {
    html! {
        section.card #result role="alert" aria-labelledby="result-title" {
            h2 #result-title { (status(Status::Warn, "Nothing was changed")) " " (counted(wrong.len(), "thing is", "things are")) " wrong with the file" }
            div.scroll tabindex="0" role="group" aria-labelledby="result-title" {
                table.prose {
                    thead { tr { th scope="col" { "Line" } th scope="col" { "Column" } th scope="col" { "What is wrong" } th scope="col" { "What to do" } } }
                    tbody {
                        @for it in wrong.iter().take(MAX_ROWS) {
                            tr { th scope="row" { (it.number) } td { (it.column.unwrap_or("all of it")) } td { (text::plain(&it.cause)) } td { (text::plain(&it.cure)) } }
                        }
                    }
                }
            }
        }
    }
}

/// What a file would change, with the button that takes it in.
fn preview(caller: &Caller, listed: &Listed, outcome: &Outcome, mode: Mode, file: &[u8]) -> Markup {
    let Outcome { people, changes, .. } = outcome;
    html! {
        section.card #result aria-labelledby="result-title" {
            h2 #result-title { "What would change" small { " " (counted(*people, "person", "people")) " in the file, " (counted(changes.len(), "changes", "change")) } }
            @if changes.is_empty() {
                p role="status" { "Nothing: it is all so already." }
            } @else {
                (changed(listed, outcome))
                form action=(PATH) method="post" enctype="multipart/form-data" {
                    (caller.form_token())
                    textarea name="table" hidden aria-label="The file" { "\n" (String::from_utf8_lossy(file)) }
                    input type="hidden" name="mode" value=(mode.name());
                    input type="hidden" name="sure" value="yes";
                    div.buttons {
                        button.primary type="submit" { "Take it in" }
                        a.button href=(PATH) { "Leave it" }
                    }
                }
            }
        }
    }
}

/// Who would be where, before and after.
fn changed(listed: &Listed, outcome: &Outcome) -> Markup {
    let called = |change: &Change| match outcome.emails.get(&change.user_id) {
        Some(email) => email.clone(),
        None => listed.person(change.user_id),
    };
    html! {
        div.scroll tabindex="0" role="group" aria-labelledby="result-title" {
            table.sticky.prose {
                thead { tr { th scope="col" { "Person" } th scope="col" { "Before" } th scope="col" { "After" } } }
                tbody {
                    @for change in outcome.changes.iter().take(MAX_ROWS) {
                        tr {
                            th scope="row" title=(public_id(change.user_id)) { bdi { (text::plain(&called(change))) } }
                            td { (times(&change.before)) }
                            td { (times(&change.after)) }
                        }
                    }
                }
            }
        }
        @if outcome.changes.len() > MAX_ROWS { p.muted { "The first " (MAX_ROWS) " are shown." } }
    }
}

/// Somebody's times in teams.
fn times(rows: &[Membership]) -> Markup {
    html! {
        @if rows.is_empty() { span.muted { "not in the file" } }
        @for row in rows { div { (where_of(row)) " " span.muted { (when(row)) } } }
    }
}

/// Where a row says that somebody is.
fn where_of(row: &Membership) -> Markup {
    let names: Vec<String> = [&row.team, &row.department, &row.cost_center]
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(|name| text::plain(name).into_owned())
        .collect();
    html! { @if names.is_empty() { "no team" } @else { bdi { (names.join(" · ")) } } }
}

/// Since when and until when.
fn when(row: &Membership) -> String {
    match (row.from(), row.to()) {
        (None, None) => "always".to_owned(),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("to {to}"),
        (Some(from), Some(to)) => format!("{from} to {to}"),
    }
}

/// What stands.
fn standing(listed: &Listed) -> Markup {
    let cell = |name: &str| html! { @if name.is_empty() { (numbers::UNKNOWN) } @else { bdi { (text::plain(name)) } } };
    html! {
        section.card aria-labelledby="standing" {
            h2 #standing { "What stands" small { " " (counted(listed.rows.len(), "line", "lines")) } }
            @if listed.rows.is_empty() {
                p { "No file was taken in yet: days have the team that telemetry names, if any." }
            } @else {
                div.scroll tabindex="0" role="group" aria-labelledby="standing" {
                    table.sticky {
                        thead {
                            tr {
                                th scope="col" { "Person" } th scope="col" { "Team" } th scope="col" { "Department" }
                                th scope="col" { "Cost center" } th scope="col" { "When" }
                            }
                        }
                        tbody {
                            @for row in listed.rows.iter().take(MAX_ROWS) {
                                tr {
                                    th scope="row" { a.name href={ "/users/" (public_id(row.user_id)) } { bdi { (text::plain(&listed.person(row.user_id))) } } }
                                    td { (cell(&row.team)) } td { (cell(&row.department)) } td { (cell(&row.cost_center)) }
                                    td { (when(row)) }
                                }
                            }
                        }
                    }
                }
                @if listed.rows.len() > MAX_ROWS { p.muted { "The first " (MAX_ROWS) " are shown; the download has all." } }
            }
        }
    }
}
