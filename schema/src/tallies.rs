//! What `/status` counts: copies, refusals, names nobody knew.

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::store::{StoreConnection, on_backend};
use crate::tables::tallies;

/// Signals that were folded.
pub const FOLDED: &str = "signals_folded";
/// Signals of traces among them: kept, and nothing of them counted.
pub const TRACES: &str = "traces_kept";
/// Requests that were here already, byte for byte.
pub const REQUEST_COPIES: &str = "request_copies";
/// Attributes that were dropped because nobody needs them.
pub const DROPPED_ATTRIBUTES: &str = "dropped_attributes";
/// Points and records that had been counted from another batch.
pub const RECORD_COPIES: &str = "record_copies";
/// Points and records that were refused, by reason.
pub const REFUSED: &str = "refused";
/// Points and records that are kept but too old to be counted.
pub const TOO_OLD: &str = "too_old";
/// Metrics nobody knew, by name.
pub const UNKNOWN_METRIC: &str = "unknown_metric";
/// Events nobody knew, by name.
pub const UNKNOWN_EVENT: &str = "unknown_event";

/// One tally.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = tallies, treat_none_as_default_value = false)]
pub struct Tally {
    pub name: String,
    pub detail: String,
    pub count: i64,
    /// When it was last raised, microseconds since 1970.
    pub last_time: i64,
}

/// Raises one tally; nothing happens when there is nothing to add.
pub fn add(
    connection: &mut StoreConnection<'_>,
    name: &str,
    detail: &str,
    more: usize,
    now: i64,
) -> QueryResult<()> {
    if more == 0 {
        return Ok(());
    }
    let row = Tally {
        name: name.to_owned(),
        detail: detail.to_owned(),
        count: i64::try_from(more).unwrap_or(i64::MAX),
        last_time: now,
    };
    on_backend!(connection, conn => {
        diesel::insert_into(tallies::table)
            .values(&row)
            .on_conflict((tallies::name, tallies::detail))
            .do_update()
            .set((
                tallies::count.eq(tallies::count + excluded(tallies::count)),
                tallies::last_time.eq(excluded(tallies::last_time)),
            ))
            .execute(*conn)?
    });
    Ok(())
}

/// Every tally, by name and detail.
pub fn all(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<Tally>> {
    on_backend!(connection, conn => {
        tallies::table
            .order((tallies::name, tallies::detail))
            .limit(2000)
            .select(Tally::as_select())
            .load(*conn)
    })
}

/// How many details a tally has.
pub fn details(connection: &mut StoreConnection<'_>, name: &str) -> QueryResult<i64> {
    on_backend!(connection, conn => {
        tallies::table
            .filter(tallies::name.eq(name))
            .count()
            .get_result(*conn)
    })
}
