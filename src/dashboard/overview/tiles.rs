//! Six figures that answer a manager's questions at a glance.

use daybook_schema::overview::UserActivity;
use maud::{Markup, html};

use super::people::People;
use super::spend::{Before, Spend};
use crate::dashboard::definitions::{self, Definition, ask};
use crate::dashboard::filter::View;
use crate::dashboard::{dates, numbers};

/// Why some figures stay empty while one model is looked at.
const NO_MODEL: &str = "Not known by model";

/// The tiles.
pub(super) fn tiles(
    view: &View,
    spend: &Spend,
    before: Option<&Before>,
    people: &People,
) -> Markup {
    html! {
        section.tiles aria-label="Totals" {
            (cost(view, spend, before))
            (users(people))
            (tokens(spend))
            (lines(people))
            (commits(people))
            (edits(people))
        }
    }
}

/// A tile: its label, its value, what else there is to say.
fn tile(definition: &Definition, label: &str, value: &Markup, more: &Markup) -> Markup {
    html! {
        div.card.tile {
            h2 { (label) }
            (ask(definition))
            p.value { (value) }
            div.more { (more) }
        }
    }
}

/// What we spend, and whether it is rising.
fn cost(view: &View, spend: &Spend, before: Option<&Before>) -> Markup {
    let change = before.and_then(|before| {
        let now_micros = spend.cost_micros_to(before.compared_to);
        Some((numbers::change(before.cost_micros, now_micros)?, now_micros, before))
    });
    let more = html! {
        @match change {
            Some((change, now_micros, before)) => p title={
                "Whole days: " (numbers::cost(now_micros)) " after " (numbers::cost(before.cost_micros))
            } {
                strong { (change) } " on " (dates::short_days(before.from, before.to))
            },
            None if view.filter.from == view.today => p { "Today, so far" },
            None => p { "No whole period before" },
        }
        @if let Some(projection) = &spend.projection {
            p { "≈ " strong { (numbers::cost(projection.cost_micros)) } " for all of " (projection.month_end.format("%b")) }
        }
    };
    let value = html! { (numbers::cost(spend.cost_micros())) };
    tile(&definitions::COST, "Cost, est.", &value, &more)
}

/// Who uses it, and who stopped.
fn users(people: &People) -> Markup {
    let value = html! {
        (numbers::count(people.active))
        small { " of " (numbers::count(people.seen)) " seen" }
    };
    let more = html! {
        @if let Some(activity) = &people.activity {
            p { strong { (numbers::count(activity.sessions)) } " " (numbers::plural(activity.sessions, "session", "sessions")) }
        }
        @match people.stopped {
            Some(stopped) => p { strong { (numbers::count(stopped)) } " stopped using it" },
            None => p { "Used this model" },
        }
    };
    tile(&definitions::USERS, "Active users", &value, &more)
}

/// What was used, and whether the cache worked.
fn tokens(spend: &Spend) -> Markup {
    let value = html! { (numbers::count(spend.sum(|model| model.tokens()))) };
    let read = spend.sum(|model| model.cache_read_tokens);
    let more = html! {
        p { strong { (numbers::percent(read, spend.sum(|model| model.all_input()))) } " read from cache" }
        p { strong { (numbers::count(spend.sum(|model| model.output_tokens))) } " output" }
    };
    tile(&definitions::TOKENS, "Tokens", &value, &more)
}

/// What came out: lines.
fn lines(people: &People) -> Markup {
    let (value, more) = match people.activity.as_ref().map(UserActivity::by_metrics) {
        Some(Some(activity)) => (
            html! { "+" (numbers::count(activity.lines_added)) },
            html! { p { strong { "−" (numbers::count(activity.lines_removed)) } " removed" } },
        ),
        Some(None) => (unknown(), no_metrics()),
        None => (unknown(), no_model()),
    };
    tile(&definitions::LINES, "Lines of code", &value, &more)
}

/// What came out: commits and pull requests.
fn commits(people: &People) -> Markup {
    let (value, more) = match people.activity.as_ref().map(UserActivity::by_metrics) {
        Some(Some(activity)) => (
            html! { (numbers::count(activity.commits)) },
            html! {
                p {
                    strong { (numbers::count(activity.pull_requests)) } " "
                    (numbers::plural(activity.pull_requests, "pull request", "pull requests"))
                }
            },
        ),
        Some(None) => (unknown(), no_metrics()),
        None => (unknown(), no_model()),
    };
    tile(&definitions::COMMITS, "Commits", &value, &more)
}

/// Whether what came out was wanted.
fn edits(people: &People) -> Markup {
    let (value, more) = match &people.activity {
        Some(activity) => {
            let all = activity.edits_accepted.saturating_add(activity.edits_rejected);
            let value = html! { (numbers::share(activity.edits_accepted, all)) };
            let rejected = numbers::count(activity.edits_rejected);
            (value, html! { p { strong { (rejected) } " of " (numbers::count(all)) " rejected" } })
        }
        None => (unknown(), no_model()),
    };
    tile(&definitions::EDITS, "Edits accepted", &value, &more)
}

/// A value that is not known.
fn unknown() -> Markup {
    html! { (numbers::UNKNOWN) }
}

/// Why it is not known.
fn no_metrics() -> Markup {
    html! { p { "no metrics were heard" } }
}

/// Why it is not known.
fn no_model() -> Markup {
    html! { p { (NO_MODEL) } }
}
