//! Reads the published tables a page at a time, for the API, exports and pages.

mod usage;
mod activity;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::counters::Basis;
use crate::store::{StoreConnection, on_backend};
use crate::tables::{daily_activity, daily_usage};

pub use activity::activity;
pub use usage::usage;

/// The first and the last day there is anything of.
pub fn first_and_last_day(
    connection: &mut StoreConnection<'_>,
    on: Basis,
) -> QueryResult<Option<(NaiveDate, NaiveDate)>> {
    use diesel::dsl::{max, min};
    let (first, last): (Option<NaiveDate>, Option<NaiveDate>) = on_backend!(connection, conn => {
        daily_activity::table
            .filter(daily_activity::basis.eq(on.number()))
            .select((min(daily_activity::day), max(daily_activity::day)))
            .first(*conn)?
    });
    Ok(first.zip(last))
}

/// Every model there is consumption of, by name; at most `limit`.
pub fn models(connection: &mut StoreConnection<'_>, limit: i64) -> QueryResult<Vec<String>> {
    on_backend!(connection, conn => {
        daily_usage::table
            .select(daily_usage::model)
            .distinct()
            .order(daily_usage::model)
            .limit(limit)
            .load(*conn)
    })
}
