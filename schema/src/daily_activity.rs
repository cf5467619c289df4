//! Published activity: user x day, per connection, with how complete the day is.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::counters::ActivityCounters;
use crate::store::{OnConflict, StoreConnection, Upsert, Values, on_backend};

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
    upsert(changes).execute(connection)?;
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

/// The statement.
fn upsert(changes: &[(DailyActivityKey, DailyActivityAmount)]) -> Upsert<'_> {
    Upsert {
        table: "daily_activity",
        key: &["user_id", "day", "basis", "connection_id"],
        columns: vec![
            ("user_id", Values::of(changes, |(key, _)| key.user_id)),
            ("day", Values::of(changes, |(key, _)| key.day)),
            ("basis", Values::of(changes, |(key, _)| key.basis)),
            ("connection_id", Values::of(changes, |(key, _)| key.connection_id)),
            ("sessions", Values::of(changes, |(_, amount)| amount.sessions)),
            ("lines_added", Values::of(changes, |(_, amount)| amount.counters.lines_added)),
            ("lines_removed", Values::of(changes, |(_, amount)| amount.counters.lines_removed)),
            ("commits", Values::of(changes, |(_, amount)| amount.counters.commits)),
            ("pull_requests", Values::of(changes, |(_, amount)| amount.counters.pull_requests)),
            (
                "active_user_micros",
                Values::of(changes, |(_, amount)| amount.counters.active_user_micros),
            ),
            (
                "active_cli_micros",
                Values::of(changes, |(_, amount)| amount.counters.active_cli_micros),
            ),
            ("edit_accepted", Values::of(changes, |(_, amount)| amount.counters.edit_accepted)),
            ("edit_rejected", Values::of(changes, |(_, amount)| amount.counters.edit_rejected)),
            (
                "multi_edit_accepted",
                Values::of(changes, |(_, amount)| amount.counters.multi_edit_accepted),
            ),
            (
                "multi_edit_rejected",
                Values::of(changes, |(_, amount)| amount.counters.multi_edit_rejected),
            ),
            ("write_accepted", Values::of(changes, |(_, amount)| amount.counters.write_accepted)),
            ("write_rejected", Values::of(changes, |(_, amount)| amount.counters.write_rejected)),
            (
                "notebook_edit_accepted",
                Values::of(changes, |(_, amount)| amount.counters.notebook_edit_accepted),
            ),
            (
                "notebook_edit_rejected",
                Values::of(changes, |(_, amount)| amount.counters.notebook_edit_rejected),
            ),
            ("prompts", Values::of(changes, |(_, amount)| amount.counters.prompts)),
            ("tool_calls", Values::of(changes, |(_, amount)| amount.counters.tool_calls)),
            ("errors", Values::of(changes, |(_, amount)| amount.counters.errors)),
            ("metrics_tokens", Values::of(changes, |(_, amount)| amount.coverage.metrics_tokens)),
            ("events_tokens", Values::of(changes, |(_, amount)| amount.coverage.events_tokens)),
            ("events", Values::of(changes, |(_, amount)| amount.coverage.events)),
            ("events_missing", Values::of(changes, |(_, amount)| amount.coverage.events_missing)),
            ("metrics_only", Values::of(changes, |(_, amount)| amount.coverage.metrics_only)),
            ("events_only", Values::of(changes, |(_, amount)| amount.coverage.events_only)),
            ("scopes", Values::of(changes, |(_, amount)| amount.coverage.scopes)),
        ],
        on_conflict: OnConflict::Add,
    }
}
