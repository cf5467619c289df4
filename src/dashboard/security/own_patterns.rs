//! The organization's own patterns: their state, and the forms that change them. The forms are
//! plain: they work without script.

use daybook_schema::redaction_patterns::RedactionPattern;
use maud::{Markup, html};

use super::PATTERNS_PATH;
use super::draft::{self, Draft};
use super::figures::Figures;
use crate::access::{Caller, Who};
use crate::dashboard::layout::{Status, status};
use crate::dashboard::{numbers, text};

/// The panel.
pub(super) fn panel(figures: &Figures, draft: &Draft, caller: &Caller) -> Markup {
    let is_admin = Who::Admin.lets_in(caller);
    html! {
        section.card #patterns aria-labelledby="own-patterns" {
            h2 #own-patterns { "Your own patterns" small { " hidden beside what the built-in rules find" } }
            @if figures.patterns.is_empty() {
                p.muted { "There are none yet." }
            } @else {
                (table(&figures.patterns, is_admin.then_some(caller)))
            }
            @if is_admin {
                (draft::form(draft, caller))
            } @else {
                p.muted { "An admin adds, switches and deletes them." }
            }
        }
    }
}

/// The patterns there are.
fn table(patterns: &[RedactionPattern], admin: Option<&Caller>) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-labelledby="own-patterns" {
            table.sticky.prose {
                thead {
                    tr {
                        th scope="col" { "Type" }
                        th scope="col" { "Pattern" }
                        th scope="col" { "State" }
                        th scope="col" { "In what is stored" }
                        @if admin.is_some() { th scope="col" { "Change" } }
                    }
                }
                tbody { @for pattern in patterns { (row(pattern, admin)) } }
            }
        }
    }
}

/// A pattern.
fn row(pattern: &RedactionPattern, admin: Option<&Caller>) -> Markup {
    html! {
        tr {
            th scope="row" { code { (text::plain(&pattern.name)) } }
            td { code { bdi { (text::plain(&pattern.pattern)) } } }
            td {
                @if pattern.enabled { (status(Status::Ok, "On")) } @else { (status(Status::Off, "Off")) }
            }
            td { (rescan(pattern)) }
            @if let Some(caller) = admin { td { (changes(pattern, caller)) } }
        }
    }
}

/// How far what is stored was scanned, and what was found there.
fn rescan(pattern: &RedactionPattern) -> Markup {
    html! {
        @match (pattern.enabled, pattern.rescan_from) {
            (true, Some(from)) => { "Scanning, at signal " (numbers::exact(from)) ", " },
            (true, None) => "Scanned, ",
            (false, _) => "Not scanned, ",
        }
        (numbers::exact(pattern.rescan_found)) " found so far"
    }
}

/// What can be done with a pattern. Deleting asks once more.
fn changes(pattern: &RedactionPattern, caller: &Caller) -> Markup {
    let action = format!("{PATTERNS_PATH}/{}", pattern.name);
    let (value, label) =
        if pattern.enabled { ("disable", "Disable") } else { ("enable", "Enable") };
    html! {
        div.changes {
            form action=(action) method="post" {
                (caller.form_token())
                button type="submit" name="action" value=(value) aria-label={ (label) " " (pattern.name) } { (label) }
            }
            details {
                summary aria-label={ "Delete " (pattern.name) "…" } { "Delete…" }
                form action=(action) method="post" {
                    (caller.form_token())
                    p.muted { "What it hid stays hidden." }
                    button.bad type="submit" name="action" value="delete" { "Delete " (pattern.name) }
                }
            }
        }
    }
}
