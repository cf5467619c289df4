//! Published activity: user x day, per connection, with how complete the day is.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::capped::capped;
use crate::counters::ActivityCounters;
use crate::store::{StoreConnection, on_backend};

/// How many rows one statement carries.
const ROWS: usize = 300;

/// What a row is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DailyActivityKey {
    pub user_id: i64,
    pub day: NaiveDate,
    pub basis: i16,
    pub connection_id: i32,
}

/// How complete a day is: each is a plain sum over sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Queryable)]
pub struct Coverage {
    pub metrics_tokens: i64,
    pub events_tokens: i64,
    pub events: i64,
    pub events_missing: i64,
    pub metrics_only: i64,
    pub events_only: i64,
    pub scopes: i64,
}

impl Coverage {
    /// Combines two, one counter at a time.
    fn combine(
        &self,
        other: &Coverage,
        operation: fn(i64, i64) -> Option<i64>,
    ) -> Option<Coverage> {
        Some(Coverage {
            metrics_tokens: operation(self.metrics_tokens, other.metrics_tokens)?,
            events_tokens: operation(self.events_tokens, other.events_tokens)?,
            events: operation(self.events, other.events)?,
            events_missing: operation(self.events_missing, other.events_missing)?,
            metrics_only: operation(self.metrics_only, other.metrics_only)?,
            events_only: operation(self.events_only, other.events_only)?,
            scopes: operation(self.scopes, other.scopes)?,
        })
    }
}

/// A change to a row, or the row itself: both add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DailyActivityAmount {
    pub sessions: i64,
    pub counters: ActivityCounters,
    pub coverage: Coverage,
}

impl DailyActivityAmount {
    /// The sum, or `None` on overflow.
    pub fn plus(&self, other: &DailyActivityAmount) -> Option<DailyActivityAmount> {
        Some(DailyActivityAmount {
            sessions: self.sessions.checked_add(other.sessions)?,
            counters: self.counters.plus(&other.counters)?,
            coverage: self.coverage.combine(&other.coverage, i64::checked_add)?,
        })
    }

    /// The difference, or `None` on overflow.
    pub fn minus(&self, other: &DailyActivityAmount) -> Option<DailyActivityAmount> {
        Some(DailyActivityAmount {
            sessions: self.sessions.checked_sub(other.sessions)?,
            counters: self.counters.minus(&other.counters)?,
            coverage: self.coverage.combine(&other.coverage, i64::checked_sub)?,
        })
    }

    /// Whether it changes nothing.
    pub fn is_zero(&self) -> bool {
        *self == DailyActivityAmount::default()
    }
}

/// Adds changes to the rows, and removes rows nothing contributes to any more.
///
/// A key may stand once in `changes`.
pub fn add(
    connection: &mut StoreConnection<'_>,
    changes: &[(DailyActivityKey, DailyActivityAmount)],
) -> QueryResult<()> {
    use crate::tables::daily_activity::dsl::*;
    for some in changes.chunks(ROWS) {
        let values: Vec<_> = some
            .iter()
            .map(|(key, amount)| {
                (
                    (
                        user_id.eq(key.user_id),
                        day.eq(key.day),
                        basis.eq(key.basis),
                        connection_id.eq(key.connection_id),
                        sessions.eq(amount.sessions),
                    ),
                    (
                        lines_added.eq(amount.counters.lines_added),
                        lines_removed.eq(amount.counters.lines_removed),
                        commits.eq(amount.counters.commits),
                        pull_requests.eq(amount.counters.pull_requests),
                        active_user_micros.eq(amount.counters.active_user_micros),
                        active_cli_micros.eq(amount.counters.active_cli_micros),
                        edit_accepted.eq(amount.counters.edit_accepted),
                        edit_rejected.eq(amount.counters.edit_rejected),
                        multi_edit_accepted.eq(amount.counters.multi_edit_accepted),
                        multi_edit_rejected.eq(amount.counters.multi_edit_rejected),
                        write_accepted.eq(amount.counters.write_accepted),
                        write_rejected.eq(amount.counters.write_rejected),
                        notebook_edit_accepted.eq(amount.counters.notebook_edit_accepted),
                        notebook_edit_rejected.eq(amount.counters.notebook_edit_rejected),
                        prompts.eq(amount.counters.prompts),
                        tool_calls.eq(amount.counters.tool_calls),
                        errors.eq(amount.counters.errors),
                    ),
                    (
                        metrics_tokens.eq(amount.coverage.metrics_tokens),
                        events_tokens.eq(amount.coverage.events_tokens),
                        events.eq(amount.coverage.events),
                        events_missing.eq(amount.coverage.events_missing),
                        metrics_only.eq(amount.coverage.metrics_only),
                        events_only.eq(amount.coverage.events_only),
                        scopes.eq(amount.coverage.scopes),
                    ),
                )
            })
            .collect();
        on_backend!(connection, conn => {
            diesel::insert_into(daily_activity)
                .values(&values)
                .on_conflict((user_id, day, basis, connection_id))
                .do_update()
                .set((
                    sessions.eq(capped(sessions, excluded(sessions))),
                    lines_added.eq(capped(lines_added, excluded(lines_added))),
                    lines_removed.eq(capped(lines_removed, excluded(lines_removed))),
                    commits.eq(capped(commits, excluded(commits))),
                    pull_requests.eq(capped(pull_requests, excluded(pull_requests))),
                    active_user_micros.eq(capped(active_user_micros, excluded(active_user_micros))),
                    active_cli_micros.eq(capped(active_cli_micros, excluded(active_cli_micros))),
                    edit_accepted.eq(capped(edit_accepted, excluded(edit_accepted))),
                    edit_rejected.eq(capped(edit_rejected, excluded(edit_rejected))),
                    multi_edit_accepted.eq(capped(multi_edit_accepted, excluded(multi_edit_accepted))),
                    multi_edit_rejected.eq(capped(multi_edit_rejected, excluded(multi_edit_rejected))),
                    write_accepted.eq(capped(write_accepted, excluded(write_accepted))),
                    write_rejected.eq(capped(write_rejected, excluded(write_rejected))),
                    notebook_edit_accepted.eq(capped(notebook_edit_accepted, excluded(notebook_edit_accepted))),
                    notebook_edit_rejected.eq(capped(notebook_edit_rejected, excluded(notebook_edit_rejected))),
                    prompts.eq(capped(prompts, excluded(prompts))),
                    tool_calls.eq(capped(tool_calls, excluded(tool_calls))),
                    errors.eq(capped(errors, excluded(errors))),
                    metrics_tokens.eq(capped(metrics_tokens, excluded(metrics_tokens))),
                    events_tokens.eq(capped(events_tokens, excluded(events_tokens))),
                    events.eq(capped(events, excluded(events))),
                    events_missing.eq(capped(events_missing, excluded(events_missing))),
                    metrics_only.eq(capped(metrics_only, excluded(metrics_only))),
                    events_only.eq(capped(events_only, excluded(events_only))),
                    scopes.eq(capped(scopes, excluded(scopes))),
                ))
                .execute(*conn)?
        });
    }
    let touched: Vec<i64> = changes
        .iter()
        .filter(|(_, amount)| amount.coverage.scopes < 0)
        .map(|(key, _)| key.user_id)
        .collect();
    for some in touched.chunks(ROWS) {
        on_backend!(connection, conn => {
            diesel::delete(
                daily_activity
                    .filter(user_id.eq_any(some))
                    .filter(scopes.eq(0)),
            )
            .execute(*conn)?
        });
    }
    Ok(())
}
