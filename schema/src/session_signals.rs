//! Which signals hold a session's raw records.

use diesel::prelude::*;

use crate::store::{OnConflict, StoreConnection, Upsert, Values, on_backend};
use crate::tables::session_signals;

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
    upsert(rows).execute(connection)
}

/// The statement.
fn upsert(rows: &[SessionSignal]) -> Upsert<'_> {
    Upsert {
        table: "session_signals",
        key: &["session", "signal_id"],
        columns: vec![
            ("session", Values::of(rows, |row| row.session)),
            ("signal_id", Values::of(rows, |row| row.signal_id)),
            ("first_time", Values::of(rows, |row| row.first_time)),
            ("last_time", Values::of(rows, |row| row.last_time)),
        ],
        on_conflict: OnConflict::Nothing,
    }
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
