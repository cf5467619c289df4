//! Which team telemetry names for each day of a user.

use chrono::NaiveDate;
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::store::{StoreConnection, on_backend};
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
    use crate::tables::daily_teams::dsl::*;
    for some in rows.chunks(ROWS) {
        on_backend!(connection, conn => {
            let texts = || {
                excluded(team).gt(team).or(excluded(team).eq(team).and(
                    excluded(department).gt(department).or(excluded(department)
                        .eq(department)
                        .and(excluded(cost_center).gt(cost_center))),
                ))
            };
            let later = || {
                excluded(last_time).gt(last_time).or(excluded(last_time).eq(last_time).and(texts()))
            };
            let outranks =
                || excluded(is_own).gt(is_own).or(excluded(is_own).eq(is_own).and(later()));
            diesel::insert_into(daily_teams)
                .values(some)
                .on_conflict((user_id, day, basis))
                .do_update()
                .set((
                    is_own.eq(case_when(outranks(), excluded(is_own)).otherwise(is_own)),
                    last_time.eq(case_when(outranks(), excluded(last_time)).otherwise(last_time)),
                    team.eq(case_when(outranks(), excluded(team)).otherwise(team)),
                    department
                        .eq(case_when(outranks(), excluded(department)).otherwise(department)),
                    cost_center
                        .eq(case_when(outranks(), excluded(cost_center)).otherwise(cost_center)),
                ))
                .execute(*conn)?
        });
    }
    Ok(())
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
