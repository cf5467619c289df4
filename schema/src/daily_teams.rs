//! Which team telemetry names for each day of a user.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::store::{OnConflict, StoreConnection, Upsert, Values, on_backend};
use crate::tables::daily_teams;

/// How many rows one statement carries.
const ROWS: usize = 400;

/// What was said last of a day of a user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable, Insertable)]
#[diesel(table_name = daily_teams, treat_none_as_default_value = false)]
pub struct DailyTeam {
    pub user_id: i64,
    pub day: NaiveDate,
    pub basis: i16,
    /// 1 when a session said it that names this user itself: not one that a link or a merge
    /// gives to them. Outranks what others said later.
    pub is_own: i16,
    /// When it was said, microseconds since 1970.
    pub last_time: i64,
    pub team: String,
    pub department: String,
    pub cost_center: String,
}

/// Writes what was said; of two the greater by rank, time and text stays, so that writers may
/// come in any order.
///
/// A key may stand once in `rows`; sorted keys avoid deadlocks.
pub fn save(connection: &mut StoreConnection<'_>, rows: &[DailyTeam]) -> QueryResult<()> {
    upsert(rows).execute(connection)
}

/// The statement.
fn upsert(rows: &[DailyTeam]) -> Upsert<'_> {
    Upsert {
        table: "daily_teams",
        key: &["user_id", "day", "basis"],
        columns: vec![
            ("user_id", Values::of(rows, |row| row.user_id)),
            ("day", Values::of(rows, |row| row.day)),
            ("basis", Values::of(rows, |row| row.basis)),
            ("is_own", Values::of(rows, |row| row.is_own)),
            ("last_time", Values::of(rows, |row| row.last_time)),
            ("team", Values::of(rows, |row| &*row.team)),
            ("department", Values::of(rows, |row| &*row.department)),
            ("cost_center", Values::of(rows, |row| &*row.cost_center)),
        ],
        on_conflict: OnConflict::Set(
            "is_own = excluded.is_own, last_time = excluded.last_time, team = excluded.team, \
             department = excluded.department, cost_center = excluded.cost_center WHERE \
             (excluded.is_own, excluded.last_time, excluded.team, excluded.department, \
             excluded.cost_center) > (daily_teams.is_own, daily_teams.last_time, \
             daily_teams.team, daily_teams.department, daily_teams.cost_center)",
        ),
    }
}

/// Puts rows in the place of all that some users have. Call it while nobody else has a turn.
pub fn replace(
    connection: &mut StoreConnection<'_>,
    users: &[i64],
    rows: &[DailyTeam],
) -> QueryResult<()> {
    for some in users.chunks(ROWS) {
        on_backend!(connection, conn => {
            diesel::delete(daily_teams::table.filter(daily_teams::user_id.eq_any(some)))
                .execute(*conn)?
        });
    }
    save(connection, rows)
}

/// Every row of a user, the earliest day first.
pub fn of_user(connection: &mut StoreConnection<'_>, user: i64) -> QueryResult<Vec<DailyTeam>> {
    on_backend!(connection, conn => {
        daily_teams::table
            .filter(daily_teams::user_id.eq(user))
            .order((daily_teams::day, daily_teams::basis))
            .select(DailyTeam::as_select())
            .load(*conn)
    })
}
