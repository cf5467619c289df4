//! Forgets what can decide nothing any more.
//!
//! Never a figure, and never a body: what tells copies apart, once it is so old that a copy
//! would not be counted anyway; and detections, after the time they are kept for.

use chrono::{DateTime, Days};
use daybook_schema::QueryResult;
use daybook_schema::store::Store;
use daybook_schema::{detections, seen, signals};

/// A day longer than anything is counted: see [`crate::fold`].
const SEEN_DAYS: i64 = 31;

/// Microseconds and minutes of a day.
const DAY_MICROS: i64 = 86_400_000_000;
const MINUTE_MICROS: i64 = 60_000_000;

/// Forgets hashes of points and records. `now` is in microseconds since 1970.
///
/// What waits, or is in quarantine, is judged by when it was received, however late it is counted:
/// what it may be a copy of is not forgotten before. In small transactions, so that nobody waits
/// long for a turn to write.
pub fn prune(store: &Store, now: i64) -> QueryResult<()> {
    let oldest = store.read(signals::oldest_open)?;
    let now = oldest.map_or(now, |received_at| received_at.min(now));
    let minute = now.saturating_sub(SEEN_DAYS * DAY_MICROS).div_euclid(MINUTE_MICROS);
    while store.write(|conn| seen::forget(conn, minute))? > 0 {}
    Ok(())
}

/// Forgets what redaction found more than so many days ago.
pub fn prune_detections(store: &Store, now: i64, days: u32) -> QueryResult<()> {
    let today = DateTime::from_timestamp_micros(now).unwrap_or_default().date_naive();
    let Some(before) = today.checked_sub_days(Days::new(days.into())) else {
        return Ok(());
    };
    while store.write(|conn| detections::forget(conn, before))? > 0 {}
    Ok(())
}
