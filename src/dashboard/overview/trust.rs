//! How far the figures can be trusted, each with what it means.

use daybook_schema::overview::UserActivity;
use maud::{Markup, html};

use super::people::People;
use super::spend::Spend;
use crate::dashboard::filter::View;
use crate::dashboard::layout::{Status, status};
use crate::dashboard::numbers;

/// From this share (in percent) on, what is missing is worth a look.
const WORTH_A_LOOK: i64 = 5;

/// The panel.
pub(super) fn panel(view: &View, spend: &Spend, people: &People) -> Markup {
    html! {
        section.card #trust aria-labelledby="trusted" {
            h2 #trusted { "Can these figures be trusted?" }
            dl.trust {
                (unattributed(spend, people))
                @match &people.activity {
                    Some(activity) => (coverage(activity)),
                    None => div {
                        dt { "Coverage" }
                        dd.value { (numbers::UNKNOWN) }
                        dd { "Whether days are complete is known of users, not of models. "
                            a href=(view.with_model(None).link(super::PATH)) { "Show every model" } }
                    },
                }
            }
        }
    }
}

/// A figure, whether it is good, and what it means.
fn figure(term: &str, value: &Markup, good: bool, meaning: &str) -> Markup {
    html! {
        div {
            dt { (term) }
            dd.value {
                (value)
                @if good { (status(Status::Ok, "OK")) } @else { (status(Status::Warn, "Check")) }
            }
            dd { (meaning) }
        }
    }
}

/// Whether a part is too small to matter.
fn small(part: i64, whole: i64) -> bool {
    part.saturating_mul(100) < whole.saturating_mul(WORTH_A_LOOK) || part == 0
}

/// Cost that belongs to nobody.
fn unattributed(spend: &Spend, people: &People) -> Markup {
    let (part, whole) = (people.unattributed.cost_micros, spend.cost_micros());
    let users = people.unattributed.users;
    let value = html! {
        (numbers::percent(part, whole))
        @if users > 0 {
            small { " " (numbers::exact(users)) " " (numbers::plural(users, "install", "installs")) }
        }
    };
    figure(
        "Unattributed cost",
        &value,
        small(part, whole),
        "Cost of telemetry that names nobody. It is in every total; setting user.email in \
         OTEL_RESOURCE_ATTRIBUTES names it, also for the past.",
    )
}

/// How complete the days are.
fn coverage(activity: &UserActivity) -> Markup {
    let gaps = activity.days - activity.complete_days;
    let expected = activity.events.saturating_add(activity.events_missing);
    html! {
        (figure(
            "Complete days",
            &html! { (numbers::share(activity.complete_days, activity.days)) },
            small(gaps, activity.days),
            "Days of a user on which metrics and events both came, agree, and no event is \
             known to be missing.",
        ))
        (figure(
            "Events missing",
            &html! {
                (numbers::count(activity.events_missing))
                small { " of " (numbers::count(expected)) }
            },
            small(activity.events_missing, expected),
            "At least so many events never came: their numbers are missing in their session.",
        ))
        (figure(
            "Metrics only",
            &html! { (numbers::share(activity.metrics_only, activity.scopes)) },
            small(activity.metrics_only, activity.scopes),
            "Sessions whose events never came. Their requests, prompts and tool calls are not \
             known. Setting: OTEL_LOGS_EXPORTER=otlp.",
        ))
        (figure(
            "Events only",
            &html! { (numbers::share(activity.events_only, activity.scopes)) },
            small(activity.events_only, activity.scopes),
            "Sessions whose metrics never came. Their lines, commits and pull requests are not \
             known. Setting: OTEL_METRICS_EXPORTER=otlp.",
        ))
    }
}
