//! Forgets what can decide nothing any more.
//!
//! Never a figure, and never a body: only what tells copies apart, once it is so old that a
//! copy would not be counted anyway.

use daybook_schema::QueryResult;
use daybook_schema::seen;
use daybook_schema::store::Store;

/// A day longer than anything is counted: see [`crate::fold`].
const SEEN_DAYS: i64 = 31;

/// Microseconds and minutes of a day.
const DAY_MICROS: i64 = 86_400_000_000;
const MINUTE_MICROS: i64 = 60_000_000;

/// Forgets hashes of points and records. `now` is in microseconds since 1970.
///
/// In small transactions, so that nobody waits long for a turn to write.
pub fn prune(store: &Store, now: i64) -> QueryResult<()> {
    let minute = now.saturating_sub(SEEN_DAYS * DAY_MICROS).div_euclid(MINUTE_MICROS);
    while store.write(|conn| seen::forget(conn, minute))? > 0 {}
    Ok(())
}
