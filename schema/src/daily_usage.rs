//! Published consumption: user x day x model, per connection.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::counters::UsageCounters;
use crate::store::{OnConflict, StoreConnection, Upsert, Values, on_backend};

/// How many rows one statement carries.
const ROWS: usize = 400;

/// What a row is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DailyUsageKey {
    pub user_id: i64,
    pub day: NaiveDate,
    pub basis: i16,
    pub model: String,
    pub connection_id: i32,
}

/// A change to a row, or the row itself: both add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DailyUsageAmount {
    pub counters: UsageCounters,
    pub metrics_sessions: i64,
    pub events_sessions: i64,
}

impl DailyUsageAmount {
    /// The sum, or `None` on overflow.
    pub fn plus(&self, other: &DailyUsageAmount) -> Option<DailyUsageAmount> {
        Some(DailyUsageAmount {
            counters: self.counters.plus(&other.counters)?,
            metrics_sessions: self.metrics_sessions.checked_add(other.metrics_sessions)?,
            events_sessions: self.events_sessions.checked_add(other.events_sessions)?,
        })
    }

    /// The difference, or `None` on overflow.
    pub fn minus(&self, other: &DailyUsageAmount) -> Option<DailyUsageAmount> {
        Some(DailyUsageAmount {
            counters: self.counters.minus(&other.counters)?,
            metrics_sessions: self.metrics_sessions.checked_sub(other.metrics_sessions)?,
            events_sessions: self.events_sessions.checked_sub(other.events_sessions)?,
        })
    }

    /// Whether it changes nothing.
    pub fn is_zero(&self) -> bool {
        *self == DailyUsageAmount::default()
    }
}

/// Adds changes to the rows, and removes rows nothing contributes to any more.
///
/// A key may stand once in `changes`.
pub fn add(
    connection: &mut StoreConnection<'_>,
    changes: &[(DailyUsageKey, DailyUsageAmount)],
) -> QueryResult<()> {
    use crate::tables::daily_usage::dsl::*;
    upsert(changes).execute(connection)?;
    let touched: Vec<i64> = changes
        .iter()
        .filter(|(_, amount)| amount.metrics_sessions < 0 || amount.events_sessions < 0)
        .map(|(key, _)| key.user_id)
        .collect();
    for some in touched.chunks(ROWS) {
        on_backend!(connection, conn => {
            diesel::delete(
                daily_usage
                    .filter(user_id.eq_any(some))
                    .filter(metrics_sessions.eq(0))
                    .filter(events_sessions.eq(0)),
            )
            .execute(*conn)?
        });
    }
    Ok(())
}

/// The statement.
fn upsert(changes: &[(DailyUsageKey, DailyUsageAmount)]) -> Upsert<'_> {
    Upsert {
        table: "daily_usage",
        key: &["user_id", "day", "basis", "model", "connection_id"],
        columns: vec![
            ("user_id", Values::of(changes, |(key, _)| key.user_id)),
            ("day", Values::of(changes, |(key, _)| key.day)),
            ("basis", Values::of(changes, |(key, _)| key.basis)),
            ("model", Values::of(changes, |(key, _)| &*key.model)),
            ("connection_id", Values::of(changes, |(key, _)| key.connection_id)),
            ("requests", Values::of(changes, |(_, amount)| amount.counters.requests)),
            ("input_tokens", Values::of(changes, |(_, amount)| amount.counters.input_tokens)),
            ("output_tokens", Values::of(changes, |(_, amount)| amount.counters.output_tokens)),
            (
                "cache_read_tokens",
                Values::of(changes, |(_, amount)| amount.counters.cache_read_tokens),
            ),
            (
                "cache_creation_tokens",
                Values::of(changes, |(_, amount)| amount.counters.cache_creation_tokens),
            ),
            ("cost_nanos", Values::of(changes, |(_, amount)| amount.counters.cost_nanos)),
            ("metrics_sessions", Values::of(changes, |(_, amount)| amount.metrics_sessions)),
            ("events_sessions", Values::of(changes, |(_, amount)| amount.events_sessions)),
        ],
        on_conflict: OnConflict::Add,
    }
}
