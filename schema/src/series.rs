//! Cumulative streams: the last value of each day.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::store::{OnConflict, StoreConnection, Upsert, Values, on_backend};
use crate::tables::series;

/// How many rows one statement carries.
const ROWS: usize = 1000;

/// What a stream had counted when it was last heard of on a day.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = series, treat_none_as_default_value = false)]
pub struct Series {
    pub stream: i64,
    pub utc_day: NaiveDate,
    pub local_day: NaiveDate,
    /// What the day's use is counted in.
    pub session: i64,
    /// Nanoseconds since 1970.
    pub last_time: i64,
    /// In the counter's unit.
    pub last_value: i64,
}

/// The rows of some streams.
pub fn of_streams(
    connection: &mut StoreConnection<'_>,
    streams: &[i64],
) -> QueryResult<Vec<Series>> {
    let mut rows = Vec::new();
    for some in streams.chunks(ROWS) {
        on_backend!(connection, conn => {
            rows.extend(
                series::table
                    .filter(series::stream.eq_any(some))
                    .select(Series::as_select())
                    .load(*conn)?,
            )
        });
    }
    Ok(rows)
}

/// Writes rows as they are now.
pub fn save(connection: &mut StoreConnection<'_>, rows: &[Series]) -> QueryResult<()> {
    upsert(rows).execute(connection)
}

/// The statement.
fn upsert(rows: &[Series]) -> Upsert<'_> {
    Upsert {
        table: "series",
        key: &["stream", "utc_day", "local_day"],
        columns: vec![
            ("stream", Values::of(rows, |row| row.stream)),
            ("utc_day", Values::of(rows, |row| row.utc_day)),
            ("local_day", Values::of(rows, |row| row.local_day)),
            ("session", Values::of(rows, |row| row.session)),
            ("last_time", Values::of(rows, |row| row.last_time)),
            ("last_value", Values::of(rows, |row| row.last_value)),
        ],
        on_conflict: OnConflict::Set(
            "last_time = excluded.last_time, last_value = excluded.last_value",
        ),
    }
}
