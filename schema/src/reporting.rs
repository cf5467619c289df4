//! Who reports on a connection these days, and with which version of the client.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::counters::Basis;
use crate::store::{StoreConnection, on_backend};
use crate::tables::{daily_activity, sessions};

/// How many users one statement asks about.
const USERS: usize = 400;

/// A user who reports, and a version they report with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reporting {
    pub user_id: i64,
    pub version: String,
}

/// Who had a session that went on after a time, microseconds since 1970, on a day from `day` on.
///
/// The days are asked first: sessions are found by their users, and there is no index of times,
/// which every fold would have to write to.
pub fn since(
    connection: &mut StoreConnection<'_>,
    connection_id: i32,
    day: NaiveDate,
    time: i64,
) -> QueryResult<Vec<Reporting>> {
    let users: Vec<i64> = on_backend!(connection, conn => {
        daily_activity::table
            .filter(daily_activity::basis.eq(Basis::Utc.number()))
            .filter(daily_activity::day.ge(day))
            .filter(daily_activity::connection_id.eq(connection_id))
            .select(daily_activity::user_id)
            .distinct()
            .load(*conn)?
    });
    let mut rows = Vec::new();
    for some in users.chunks(USERS) {
        let found: Vec<(i64, String)> = on_backend!(connection, conn => {
            sessions::table
                .filter(sessions::user_id.eq_any(some))
                .filter(sessions::last_time.ge(time))
                .filter(sessions::connection_id.eq(connection_id))
                .select((sessions::user_id, sessions::version))
                .distinct()
                .load(*conn)?
        });
        rows.extend(found.into_iter().map(|(user_id, version)| Reporting { user_id, version }));
    }
    rows.sort_unstable();
    Ok(rows)
}
