//! One line that says how fresh the figures are, and whose days they are of.

use chrono::{DateTime, Utc};
use daybook_schema::counters::Basis;
use maud::{Markup, html};

use super::filter::View;
use super::layout::{Status, status};
use super::surroundings::Surroundings;
use super::{dates, numbers};

/// A queue whose first signal waits longer than this is behind.
const LATE_MICROS: i64 = 5 * 60 * 1_000_000;

/// Telemetry that stopped this many days ago is said.
const QUIET_DAYS: i64 = 2;

/// The line.
pub(super) fn line(
    path: &str,
    surroundings: &Surroundings,
    view: &View,
    now: DateTime<Utc>,
) -> Markup {
    let queue = &surroundings.queue;
    let counted = queue.oldest_waiting.and_then(DateTime::from_timestamp_micros).unwrap_or(now);
    let waited = (now - counted).num_microseconds().unwrap_or_default();
    let late = queue.waiting > 0 && waited > LATE_MICROS;
    html! {
        p.freshness {
            @if late { (status(Status::Warn, "Behind")) } @else { (status(Status::Ok, "Up to date")) }
            span { "All that came by " (dates::time(counted, view.zone)) " is counted" }
            (days_of(path, view, now))
            @if queue.waiting > 0 {
                span {
                    (numbers::exact(queue.waiting)) " waiting in the queue"
                    @if late { ", the oldest for " (numbers::duration(waited)) }
                }
            }
            @if queue.quarantined > 0 {
                (status(Status::Warn, &format!("{} put aside", numbers::exact(queue.quarantined))))
            }
            @if surroundings.wants_rebuild {
                (status(Status::Warn, "Counted by the rules of another version"))
                span { "Run " code { "daybook rebuild" } " to count by this version's" }
            }
            @if let Some((_, last)) = surroundings.days && (view.today - last).num_days() >= QUIET_DAYS {
                (status(Status::Warn, &format!("No data since {}", dates::day(last))))
            }
        }
    }
}

/// Whose days these are, and the way to the others.
fn days_of(path: &str, view: &View, now: DateTime<Utc>) -> Markup {
    let (other, name) = match view.filter.basis {
        Basis::Local => (Basis::Utc, "UTC"),
        Basis::Utc => (Basis::Local, view.zone.name()),
    };
    html! {
        span {
            "Days of " strong { (view.days_of()) }
            @if view.zone != chrono_tz::UTC {
                span.elsewhere {
                    " (" a href=(view.with_basis(other, now).link(path)) { "show days of " (name) } ")"
                }
            }
        }
    }
}
