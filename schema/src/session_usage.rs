//! Consumption of a session by day, model and source.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::counters::UsageCounters;
use crate::store::{OnConflict, StoreConnection, Upsert, Values, on_backend};
use crate::tables::session_usage;

/// How many rows one statement carries.
const ROWS: usize = 400;

/// One row, counters flat.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = session_usage, treat_none_as_default_value = false)]
pub struct SessionUsage {
    pub session: i64,
    pub utc_day: NaiveDate,
    pub local_day: NaiveDate,
    pub raw_model: String,
    pub source: i16,
    pub model: String,
    pub requests: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cache_read_tokens: i64,
    pub cache_creation_tokens: i64,
    pub cost_nanos: i64,
}

impl SessionUsage {
    /// The counters of the row.
    pub fn counters(&self) -> UsageCounters {
        UsageCounters {
            requests: self.requests,
            input_tokens: self.input_tokens,
            output_tokens: self.output_tokens,
            cache_read_tokens: self.cache_read_tokens,
            cache_creation_tokens: self.cache_creation_tokens,
            cost_nanos: self.cost_nanos,
        }
    }

    /// Puts counters in the row.
    pub fn set_counters(&mut self, counters: &UsageCounters) {
        self.requests = counters.requests;
        self.input_tokens = counters.input_tokens;
        self.output_tokens = counters.output_tokens;
        self.cache_read_tokens = counters.cache_read_tokens;
        self.cache_creation_tokens = counters.cache_creation_tokens;
        self.cost_nanos = counters.cost_nanos;
    }
}

/// The rows of some sessions.
pub fn of_sessions(
    connection: &mut StoreConnection<'_>,
    sessions: &[i64],
) -> QueryResult<Vec<SessionUsage>> {
    let mut rows = Vec::new();
    for some in sessions.chunks(ROWS) {
        on_backend!(connection, conn => {
            rows.extend(
                session_usage::table
                    .filter(session_usage::session.eq_any(some))
                    .select(SessionUsage::as_select())
                    .load(*conn)?,
            )
        });
    }
    Ok(rows)
}

/// Writes rows as they are now. A key may stand once in `rows`; sorted keys avoid deadlocks.
pub fn save(connection: &mut StoreConnection<'_>, rows: &[SessionUsage]) -> QueryResult<()> {
    upsert(rows).execute(connection)
}

/// The statement.
fn upsert(rows: &[SessionUsage]) -> Upsert<'_> {
    Upsert {
        table: "session_usage",
        key: &["session", "utc_day", "local_day", "raw_model", "source"],
        columns: vec![
            ("session", Values::of(rows, |row| row.session)),
            ("utc_day", Values::of(rows, |row| row.utc_day)),
            ("local_day", Values::of(rows, |row| row.local_day)),
            ("raw_model", Values::of(rows, |row| &*row.raw_model)),
            ("source", Values::of(rows, |row| row.source)),
            ("model", Values::of(rows, |row| &*row.model)),
            ("requests", Values::of(rows, |row| row.requests)),
            ("input_tokens", Values::of(rows, |row| row.input_tokens)),
            ("output_tokens", Values::of(rows, |row| row.output_tokens)),
            ("cache_read_tokens", Values::of(rows, |row| row.cache_read_tokens)),
            ("cache_creation_tokens", Values::of(rows, |row| row.cache_creation_tokens)),
            ("cost_nanos", Values::of(rows, |row| row.cost_nanos)),
        ],
        on_conflict: OnConflict::Replace,
    }
}

/// Removes rows that came to say nothing.
pub fn remove(connection: &mut StoreConnection<'_>, rows: &[SessionUsage]) -> QueryResult<()> {
    use crate::tables::session_usage::dsl::*;
    for row in rows {
        on_backend!(connection, conn => {
            diesel::delete(
                session_usage
                    .filter(session.eq(row.session))
                    .filter(utc_day.eq(row.utc_day))
                    .filter(local_day.eq(row.local_day))
                    .filter(raw_model.eq(&row.raw_model))
                    .filter(source.eq(row.source))
            )
            .execute(*conn)?
        });
    }
    Ok(())
}
