//! Which signals hold a session's raw records.

use diesel::prelude::*;

use crate::store::{StoreConnection, on_backend};
use crate::tables::session_signals;

/// How many rows one statement carries.
const ROWS: usize = 1000;

/// A session is in a signal, from one time to another (microseconds since 1970).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable, Insertable)]
#[diesel(table_name = session_signals, treat_none_as_default_value = false)]
pub struct SessionSignal {
    pub session: i64,
    pub signal_id: i64,
    pub first_time: i64,
    pub last_time: i64,
}

/// Adds rows.
pub fn add(connection: &mut StoreConnection<'_>, rows: &[SessionSignal]) -> QueryResult<()> {
    for some in rows.chunks(ROWS) {
        on_backend!(connection, conn => {
            diesel::insert_into(session_signals::table)
                .values(some)
                .on_conflict((session_signals::session, session_signals::signal_id))
                .do_nothing()
                .execute(*conn)?
        });
    }
    Ok(())
}

/// The signals of a session, in order of time.
pub fn of_session(
    connection: &mut StoreConnection<'_>,
    session: i64,
) -> QueryResult<Vec<SessionSignal>> {
    on_backend!(connection, conn => {
        session_signals::table
            .filter(session_signals::session.eq(session))
            .order((session_signals::first_time, session_signals::signal_id))
            .select(SessionSignal::as_select())
            .load(*conn)
    })
}
