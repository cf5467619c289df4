//! What a page shows when there are no figures to show, and what to do then.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::filter::{Preset, View, WrongParameter};
use super::layout::{self, Status, status};
use super::surroundings::Surroundings;
use super::{dates, numbers, text};
use crate::access::Caller;

/// Nothing was ever counted: the four steps that change that.
pub(super) fn no_data(surroundings: &Surroundings) -> Markup {
    let waiting = surroundings.queue.waiting;
    html! {
        section.card.state {
            h2 { "No figures yet: connect Claude Code" }
            @if waiting > 0 {
                p {
                    (status(Status::Ok, "Telemetry has arrived"))
                    " " (numbers::exact(waiting)) " " (numbers::plural(waiting, "request waits", "requests wait"))
                    " to be counted. Reload in a moment."
                }
            }
            ol.steps {
                li {
                    strong { "Take the settings." }
                    " The first start of " code { "daybook serve" } " printed them as JSON, with an ingest token in it. "
                    "Lost? " code { "daybook connection create NAME --json" } " makes another token."
                }
                li {
                    strong { "Paste them" }
                    " into " code { "~/.claude/settings.json" } " on one machine to try it, or into the managed settings of all."
                }
                li {
                    strong { "Restart Claude Code." }
                    " Settings are read when it starts."
                }
                li {
                    strong { "Send a prompt" }
                    " and reload this page: the first figures are here within a minute."
                }
            }
        }
    }
}

/// There are figures, but none of what was asked for. `last` is the last day of the filter
/// with any, whatever the range.
pub(super) fn nothing_here(
    path: &str,
    view: &View,
    surroundings: &Surroundings,
    last: Option<NaiveDate>,
) -> Markup {
    html! {
        section.card.state {
            h2 { "Nothing in " (dates::days(view.filter.from, view.filter.to)) }
            (why(view, surroundings, last))
            p.buttons {
                @if let Some(last) = last {
                    @let wider = last.checked_sub_days(chrono::Days::new(27)).unwrap_or(last);
                    a.button.primary href=(view.with_days(wider, last).link(path)) {
                        "Show " (dates::days(wider, last))
                    }
                }
                @if view.is_scoped() {
                    a.button href=(view.unscoped().link(path)) { "Show everybody and everything" }
                } @else if last.is_none() && view.preset != Some(Preset::Days90) {
                    a.button href=(view.with_preset(Preset::Days90).link(path)) { "Show 90 days" }
                }
            }
        }
    }
}

/// Why nothing is here.
fn why(view: &View, surroundings: &Surroundings, last: Option<NaiveDate>) -> Markup {
    html! {
        p {
            @if let Some(email) = &view.filter.user { "User " bdi { (text::plain(email)) } ". " }
            @if let Some(model) = &view.filter.model { "Model " bdi { (text::plain(model)) } ". " }
            @if let Some(team) = &view.filter.team { "Team " bdi { (text::plain(team.value())) } ". " }
            @match last {
                Some(last) => { "The last day with data is " strong { (dates::day(last)) } "." }
                None if view.is_scoped() => { "There is no data of this filter on any day." }
                None => { "There is no data yet." }
            }
            @if let (Some((first, last)), true) = (surroundings.days, view.is_scoped()) {
                " Altogether there is data of " (dates::days(first, last)) "."
            }
        }
    }
}

/// A parameter was wrong.
pub(super) fn wrong(caller: &Caller, path: &str, wrong: &WrongParameter) -> Markup {
    let body = html! {
        h1 { "This link does not work" }
        section.card.state {
            p {
                (status(Status::Warn, "Wrong parameter"))
                " " code { bdi { (text::plain(&wrong.name)) } } ": expected " (wrong.expected) "."
            }
            p { "For example " a href=(wrong.example) { code { (wrong.example) } } "." }
            p.buttons { a.button.primary href=(path) { "Show the last 28 days" } }
        }
    };
    layout::page(caller, path, "Wrong parameter", &body)
}

/// The database did not answer.
pub(super) fn unavailable(caller: &Caller, path: &str) -> Markup {
    let body = html! {
        h1 { "The figures cannot be read just now" }
        section.card.state {
            p {
                (status(Status::Warn, "Database"))
                " The database did not answer. Try again in a moment; the log of the server says more."
            }
            p.buttons { a.button.primary href=(path) { "Try again" } }
        }
    };
    layout::page(caller, path, "Not available", &body)
}
