//! Sessions: scopes of telemetry that are chosen and attributed as one.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::store::{OnConflict, StoreConnection, Upsert, Values, on_backend};
use crate::tables::sessions;

/// How many rows one statement carries.
const ROWS: usize = 400;

/// A session id as one declared email used it; or, without session ids, what one user did
/// in a UTC day.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct Session {
    pub id: i64,
    /// Rows with the same key are chosen together.
    pub group_key: i64,
    pub connection_id: i32,
    pub session_id: Option<String>,
    /// Only where there is no session id.
    pub day: Option<NaiveDate>,
    /// As declared; `None` when the telemetry names nobody.
    pub email: Option<String>,
    pub account_uuid: Option<String>,
    pub install_id: Option<String>,
    /// Whose it is now.
    pub user_id: i64,
    pub first_time: i64,
    pub last_time: i64,
    /// Version, terminal and provider as the latest record says.
    pub version: String,
    pub terminal: String,
    pub provider: String,
}

/// The sessions of some groups.
pub fn of_groups(
    connection: &mut StoreConnection<'_>,
    groups: &[i64],
) -> QueryResult<Vec<Session>> {
    let mut rows = Vec::new();
    for some in groups.chunks(ROWS) {
        on_backend!(connection, conn => {
            rows.extend(
                sessions::table
                    .filter(sessions::group_key.eq_any(some))
                    .select(Session::as_select())
                    .load(*conn)?,
            )
        });
    }
    Ok(rows)
}

/// The sessions that belong to some users now.
pub fn of_users(connection: &mut StoreConnection<'_>, users: &[i64]) -> QueryResult<Vec<Session>> {
    let mut rows = Vec::new();
    for some in users.chunks(ROWS) {
        on_backend!(connection, conn => {
            rows.extend(
                sessions::table
                    .filter(sessions::user_id.eq_any(some))
                    .select(Session::as_select())
                    .load(*conn)?,
            )
        });
    }
    Ok(rows)
}

/// The groups of some sessions.
pub fn groups_of(connection: &mut StoreConnection<'_>, ids: &[i64]) -> QueryResult<Vec<i64>> {
    let mut groups = Vec::new();
    for some in ids.chunks(ROWS) {
        on_backend!(connection, conn => {
            groups.extend(
                sessions::table
                    .filter(sessions::id.eq_any(some))
                    .select(sessions::group_key)
                    .load::<i64>(*conn)?,
            )
        });
    }
    Ok(groups)
}

/// The sessions that name nobody but carry one of these installs or accounts.
pub fn unnamed_of(
    connection: &mut StoreConnection<'_>,
    installs: &[&str],
    accounts: &[&str],
) -> QueryResult<Vec<Session>> {
    let mut rows: Vec<Session> = Vec::new();
    for some in installs.chunks(ROWS) {
        on_backend!(connection, conn => {
            rows.extend(
                sessions::table
                    .filter(sessions::email.is_null())
                    .filter(sessions::install_id.eq_any(some))
                    .select(Session::as_select())
                    .load(*conn)?,
            )
        });
    }
    for some in accounts.chunks(ROWS) {
        on_backend!(connection, conn => {
            rows.extend(
                sessions::table
                    .filter(sessions::email.is_null())
                    .filter(sessions::account_uuid.eq_any(some))
                    .select(Session::as_select())
                    .load(*conn)?,
            )
        });
    }
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    Ok(rows)
}

/// Writes rows as they are now.
pub fn save(connection: &mut StoreConnection<'_>, rows: &[Session]) -> QueryResult<()> {
    upsert(rows).execute(connection)
}

/// The statement.
fn upsert(rows: &[Session]) -> Upsert<'_> {
    Upsert {
        table: "sessions",
        key: &["id"],
        columns: vec![
            ("id", Values::of(rows, |row| row.id)),
            ("group_key", Values::of(rows, |row| row.group_key)),
            ("connection_id", Values::of(rows, |row| row.connection_id)),
            ("session_id", Values::of(rows, |row| row.session_id.as_deref())),
            ("day", Values::of(rows, |row| row.day)),
            ("email", Values::of(rows, |row| row.email.as_deref())),
            ("account_uuid", Values::of(rows, |row| row.account_uuid.as_deref())),
            ("install_id", Values::of(rows, |row| row.install_id.as_deref())),
            ("user_id", Values::of(rows, |row| row.user_id)),
            ("first_time", Values::of(rows, |row| row.first_time)),
            ("last_time", Values::of(rows, |row| row.last_time)),
            ("version", Values::of(rows, |row| &*row.version)),
            ("terminal", Values::of(rows, |row| &*row.terminal)),
            ("provider", Values::of(rows, |row| &*row.provider)),
        ],
        on_conflict: OnConflict::Set(
            "group_key = excluded.group_key, user_id = excluded.user_id, \
             first_time = excluded.first_time, last_time = excluded.last_time, \
             version = excluded.version, terminal = excluded.terminal, \
             provider = excluded.provider",
        ),
    }
}
