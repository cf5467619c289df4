//! The page: a form for one person, a file for many, and what came of it.

use daybook_schema::agents::claude_code::variable;
use daybook_schema::connections::Connection;

use super::*;
use crate::settings::Refused;
use crate::settings::attributes::{Format, MAX_PEOPLE};

/// Most rows that are shown; the files hold all.
const MAX_ROWS: usize = 50;

/// Largest table that the page keeps for the buttons under it.
const MAX_KEPT_BYTES: usize = 256 << 10;

/// What was typed of one person.
#[derive(Default)]
pub(super) struct Draft {
    pub typed: Vec<(&'static Column, String)>,
}

/// What came of it.
pub(super) enum Outcome {
    Nothing,
    One(Person),
    /// The person cannot be expressed.
    Refused(Vec<NotExpressed>),
    Many {
        people: People,
        /// The file as it came.
        table: Vec<u8>,
    },
    /// The file makes no sense.
    NoTable(Refused),
}

/// The page.
pub(super) fn page(caller: &Caller, row: &Connection, draft: &Draft, outcome: &Outcome) -> Markup {
    let name = text::plain(&row.name);
    let path = attributes_path(row.id);
    let body = html! {
        div.head {
            h1 { "Resource attributes of " bdi { (&name) } }
            p.range { a href=(path_of(row.id)) { (public_id(row.id)) } }
        }
        section.card.state {
            p { "Bedrock, Vertex, a gateway and API keys know no sign-in: people name themselves in " code { (variable::RESOURCE_ATTRIBUTES) } ". Claude Code reads it twice, by two parsers that disagree; what is written here both read alike. Who signs in with an account needs none." }
            p { "Whoever can set it can name anybody: figures of this connection are as true as its settings." }
        }
        (person(caller, &path, draft, outcome))
        (table(caller, &path, outcome))
        @if let Outcome::Many { people, table } = outcome { (result(caller, &path, people, table)) }
    };
    layout::page(caller, PATH, &format!("Resource attributes of {name}"), &body)
}

/// The form for one person.
fn person(caller: &Caller, path: &str, draft: &Draft, outcome: &Outcome) -> Markup {
    let typed = |column: &Column| {
        let found = draft.typed.iter().find(|(of, _)| *of == column);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    html! {
        section.card #person aria-labelledby="one-person" {
            h2 #one-person { "One person" }
            form.facts action={ (path) "#person" } method="post" {
                (caller.form_token())
                @for column in COLUMNS {
                    label {
                        span { (column.label) }
                        input name=(column.name) value=(typed(column)) maxlength="255" required[column.is_email()] autocomplete="off" spellcheck="false";
                    }
                }
                div.buttons { button.primary type="submit" { "Write it" } }
            }
            @match outcome {
                Outcome::One(person) => div.outcome role="status" {
                    pre #attributes tabindex="0" role="group" aria-label="The variable" { (variable::RESOURCE_ATTRIBUTES) "=" (person.attributes) }
                    div.buttons { button type="button" data-copy="attributes" hidden { "Copy" } }
                },
                Outcome::Refused(refused) => div.outcome role="alert" {
                    @for it in refused { p { (status(Status::Warn, "Cannot be expressed")) " " (it.column.unwrap_or_default()) ": " (text::plain(&it.reason)) } }
                },
                _ => {}
            }
        }
    }
}

/// The form for many.
fn table(caller: &Caller, path: &str, outcome: &Outcome) -> Markup {
    html! {
        section.card #people aria-labelledby="many-people" {
            h2 #many-people { "Many people" small { " a CSV file, at most " (numbers::exact(i64::try_from(MAX_PEOPLE).unwrap_or(i64::MAX))) " people" } }
            p.muted { "The first line heads the columns: " code { "email" } ", and any of " code { "name" } ", " code { "team" } ", " code { "department" } ", " code { "cost_center" } "." }
            form.add action={ (path) "/file#result" } method="post" enctype="multipart/form-data" data-upload {
                (caller.form_token())
                label { span { "CSV file" } input type="file" name="file" accept=".csv,text/csv,text/plain" required; }
                progress hidden aria-label="Upload" {}
                div.buttons { button.primary type="submit" { "Look at it" } (formats()) }
            }
            @if let Outcome::NoTable(refused) = outcome {
                div.outcome role="alert" { p { (status(Status::Warn, "Not read")) " " (text::plain(&refused.to_string())) } }
            }
        }
    }
}

/// Buttons that give everybody as a file.
fn formats() -> Markup {
    let offered = [
        (Format::Zip, "Zip, a file each"),
        (Format::Sh, "Script for sh"),
        (Format::Powershell, "Script for PowerShell"),
        (Format::Csv, "CSV"),
    ];
    html! {
        @for (format, label) in offered { button type="submit" name="format" value=(format.name()) { (label) } }
    }
}

/// What a file gives.
fn result(caller: &Caller, path: &str, people: &People, table: &[u8]) -> Markup {
    let counted = |number: usize, one, many| {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        format!("{} {}", numbers::exact(number), numbers::plural(number, one, many))
    };
    let kept = std::str::from_utf8(table).ok().filter(|table| table.len() <= MAX_KEPT_BYTES);
    html! {
        section.card #result aria-labelledby="result-title" {
            h2 #result-title { (counted(people.people.len(), "person", "people")) " can be expressed" }
            @if people.refused.is_empty() {
                p role="status" { (status(Status::Ok, "Every line can be expressed")) }
            } @else {
                p role="status" { (status(Status::Warn, "Not all")) " " (counted(people.lines_refused(), "line", "lines")) " cannot be expressed; the others are given all the same." }
                (refused(&people.refused))
            }
            @if !people.left_out.is_empty() {
                p.muted { "Columns that are left out: " @for (place, heading) in people.left_out.iter().enumerate() { @if place > 0 { ", " } code { bdi { (text::plain(heading)) } } } }
            }
            @if !people.people.is_empty() { (rows(&people.people)) }
            @match kept {
                Some(table) => form.buttons action={ (path) "/file" } method="post" enctype="multipart/form-data" {
                    (caller.form_token())
                    textarea name="table" hidden aria-label="The file" { "\n" (table) }
                    (formats())
                },
                None => p.muted { "The file is large: choose it again above, and take it from there." },
            }
        }
    }
}

/// Who can be expressed.
fn rows(people: &[Person]) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label="People" {
            table.sticky.prose {
                thead { tr { th scope="col" { "Email" } th scope="col" { "Name" } th scope="col" { "Team" } th scope="col" { (variable::RESOURCE_ATTRIBUTES) } } }
                tbody {
                    @for person in people.iter().take(MAX_ROWS) {
                        tr {
                            th scope="row" { bdi { (text::plain(&person.email)) } }
                            td { bdi { (text::plain(person.value("name"))) } }
                            td { bdi { (text::plain(person.value("team"))) } }
                            td { code { (person.attributes) } }
                        }
                    }
                }
            }
        }
        @if people.len() > MAX_ROWS { p.muted { "The first " (MAX_ROWS) " are shown; the files hold everybody." } }
    }
}

/// What cannot be expressed.
fn refused(refused: &[NotExpressed]) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label="Lines that cannot be expressed" {
            table.prose {
                thead { tr { th scope="col" { "Line" } th scope="col" { "Column" } th scope="col" { "Why" } } }
                tbody {
                    @for it in refused.iter().take(MAX_ROWS) {
                        tr { th scope="row" { (it.line) } td { (it.column.unwrap_or("all of it")) } td { (text::plain(&it.reason)) } }
                    }
                }
            }
        }
        @if refused.len() > MAX_ROWS { p.muted { "The first " (MAX_ROWS) " are shown; the zip names all." } }
    }
}
