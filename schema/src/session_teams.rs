//! Which team the telemetry of a session names, by day.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::store::{OnConflict, StoreConnection, Upsert, Values, on_backend};
use crate::tables::{session_teams, sessions};

/// How many rows one statement carries.
const ROWS: usize = 400;

/// What was said last of a day of a session.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable, Insertable)]
#[diesel(table_name = session_teams, treat_none_as_default_value = false)]
pub struct SessionTeam {
    pub session: i64,
    pub utc_day: NaiveDate,
    pub local_day: NaiveDate,
    /// When it was said, microseconds since 1970.
    pub last_time: i64,
    pub team: String,
    pub department: String,
    pub cost_center: String,
}

/// Writes what was said; what was said last stays, of two at the same time the greater.
///
/// A key may stand once in `rows`; sorted keys avoid deadlocks.
pub fn save(connection: &mut StoreConnection<'_>, rows: &[SessionTeam]) -> QueryResult<()> {
    upsert(rows).execute(connection)
}

/// The statement.
fn upsert(rows: &[SessionTeam]) -> Upsert<'_> {
    Upsert {
        table: "session_teams",
        key: &["session", "utc_day", "local_day"],
        columns: vec![
            ("session", Values::of(rows, |row| row.session)),
            ("utc_day", Values::of(rows, |row| row.utc_day)),
            ("local_day", Values::of(rows, |row| row.local_day)),
            ("last_time", Values::of(rows, |row| row.last_time)),
            ("team", Values::of(rows, |row| &*row.team)),
            ("department", Values::of(rows, |row| &*row.department)),
            ("cost_center", Values::of(rows, |row| &*row.cost_center)),
        ],
        on_conflict: OnConflict::Set(
            "last_time = excluded.last_time, team = excluded.team, department = \
             excluded.department, cost_center = excluded.cost_center WHERE (excluded.last_time, \
             excluded.team, excluded.department, excluded.cost_center) > \
             (session_teams.last_time, session_teams.team, session_teams.department, \
             session_teams.cost_center)",
        ),
    }
}

/// Whose a row is: the user, and the email that the session declares.
pub type Owner = (i64, Option<String>);

/// What every session of some users said.
pub fn of_users(
    connection: &mut StoreConnection<'_>,
    users: &[i64],
) -> QueryResult<Vec<(Owner, SessionTeam)>> {
    let mut rows = Vec::new();
    for some in users.chunks(ROWS) {
        on_backend!(connection, conn => {
            rows.extend(
                session_teams::table
                    .inner_join(sessions::table)
                    .filter(sessions::user_id.eq_any(some))
                    .select(((sessions::user_id, sessions::email), SessionTeam::as_select()))
                    .load::<(Owner, SessionTeam)>(*conn)?,
            )
        });
    }
    Ok(rows)
}
