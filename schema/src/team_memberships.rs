//! Which team a file says somebody is in, and since when.
//!
//! Kept twice: as the file says it, by the user of each email; and as it holds after merges, by
//! whose usage it is. Pages and exports ask the second alone.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::store::{OnConflict, StoreConnection, Upsert, Values, on_backend};
use crate::tables::{team_memberships, team_periods};
use crate::teams::TeamNames;

/// How many rows one statement carries.
const ROWS: usize = 400;

/// Somebody's time in a team: both days belong to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable)]
pub struct Membership {
    pub user_id: i64,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub team: String,
    pub department: String,
    pub cost_center: String,
}

impl Membership {
    /// Of some names.
    pub fn new(user_id: i64, (first_day, last_day): Days, names: TeamNames) -> Membership {
        let TeamNames { team, department, cost_center } = names;
        Membership { user_id, first_day, last_day, team, department, cost_center }
    }

    /// Where it says that the user belongs.
    pub fn names(&self) -> TeamNames {
        TeamNames {
            team: self.team.clone(),
            department: self.department.clone(),
            cost_center: self.cost_center.clone(),
        }
    }

    /// The first day; `None`: since ever.
    pub fn from(&self) -> Option<NaiveDate> {
        (self.first_day > since_ever()).then_some(self.first_day)
    }

    /// The last day; `None`: until further notice.
    pub fn to(&self) -> Option<NaiveDate> {
        (self.last_day < until_further_notice()).then_some(self.last_day)
    }
}

/// A first and a last day.
pub type Days = (NaiveDate, NaiveDate);

/// The first day there is.
pub fn since_ever() -> NaiveDate {
    NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or_default()
}

/// The last day there is.
pub fn until_further_notice() -> NaiveDate {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default()
}

/// Every row as files say it, by user and first day.
pub fn all(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<Membership>> {
    on_backend!(connection, conn => {
        team_memberships::table
            .order((team_memberships::user_id, team_memberships::first_day))
            .load(*conn)
    })
}

/// The rows of some users as files say it, by user and first day.
pub fn of_users(
    connection: &mut StoreConnection<'_>,
    users: &[i64],
) -> QueryResult<Vec<Membership>> {
    let mut rows: Vec<Membership> = Vec::new();
    for some in users.chunks(ROWS) {
        on_backend!(connection, conn => {
            rows.extend(
                team_memberships::table
                    .filter(team_memberships::user_id.eq_any(some))
                    .load::<Membership>(*conn)?,
            )
        });
    }
    rows.sort_unstable();
    Ok(rows)
}

/// The rows of a user as they hold after merges, by first day.
pub fn periods_of(connection: &mut StoreConnection<'_>, user: i64) -> QueryResult<Vec<Membership>> {
    on_backend!(connection, conn => {
        team_periods::table
            .filter(team_periods::user_id.eq(user))
            .order(team_periods::first_day)
            .load(*conn)
    })
}

/// Puts rows in the place of all that files said of some users.
pub fn replace(
    connection: &mut StoreConnection<'_>,
    users: &[i64],
    rows: &[Membership],
) -> QueryResult<()> {
    for some in users.chunks(ROWS) {
        on_backend!(connection, conn => {
            diesel::delete(team_memberships::table.filter(team_memberships::user_id.eq_any(some)))
                .execute(*conn)?
        });
    }
    upsert("team_memberships", rows).execute(connection)
}

/// Puts rows in the place of all that holds of some users.
pub fn replace_periods(
    connection: &mut StoreConnection<'_>,
    users: &[i64],
    rows: &[Membership],
) -> QueryResult<()> {
    for some in users.chunks(ROWS) {
        on_backend!(connection, conn => {
            diesel::delete(team_periods::table.filter(team_periods::user_id.eq_any(some)))
                .execute(*conn)?
        });
    }
    upsert("team_periods", rows).execute(connection)
}

/// The statement for either table.
fn upsert<'a>(table: &'static str, rows: &'a [Membership]) -> Upsert<'a> {
    Upsert {
        table,
        key: &["user_id", "first_day"],
        columns: vec![
            ("user_id", Values::of(rows, |row| row.user_id)),
            ("first_day", Values::of(rows, |row| row.first_day)),
            ("last_day", Values::of(rows, |row| row.last_day)),
            ("team", Values::of(rows, |row| &*row.team)),
            ("department", Values::of(rows, |row| &*row.department)),
            ("cost_center", Values::of(rows, |row| &*row.cost_center)),
        ],
        on_conflict: OnConflict::Replace,
    }
}
