//! Which team the telemetry of a session names, by day.

use chrono::NaiveDate;
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::store::{StoreConnection, on_backend};
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
    use crate::tables::session_teams::dsl::*;
    for some in rows.chunks(ROWS) {
        on_backend!(connection, conn => {
            let texts = || {
                excluded(team).gt(team).or(excluded(team).eq(team).and(
                    excluded(department).gt(department).or(excluded(department)
                        .eq(department)
                        .and(excluded(cost_center).gt(cost_center))),
                ))
            };
            let is_later = || {
                excluded(last_time).gt(last_time).or(excluded(last_time).eq(last_time).and(texts()))
            };
            diesel::insert_into(session_teams)
                .values(some)
                .on_conflict((session, utc_day, local_day))
                .do_update()
                .set((
                    last_time.eq(case_when(is_later(), excluded(last_time)).otherwise(last_time)),
                    team.eq(case_when(is_later(), excluded(team)).otherwise(team)),
                    department
                        .eq(case_when(is_later(), excluded(department)).otherwise(department)),
                    cost_center
                        .eq(case_when(is_later(), excluded(cost_center)).otherwise(cost_center)),
                ))
                .execute(*conn)?
        });
    }
    Ok(())
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
