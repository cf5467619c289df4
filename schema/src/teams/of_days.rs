//! Which team somebody was in on a day: what a file says, else what telemetry says.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::TeamNames;
use crate::counters::Basis;
use crate::store::{StoreConnection, on_backend};
use crate::tables::daily_teams;

/// How many rows one statement carries.
const ROWS: usize = 400;

/// A user's day.
pub type UserDay = (i64, NaiveDate);

/// Names as the tables have them.
type Columns = (String, String, String);

/// Names out of the tables.
fn names((team, department, cost_center): Columns) -> TeamNames {
    TeamNames { team, department, cost_center }
}

/// The teams of some days; a day of which nothing is known is not in it.
pub fn of_days(
    connection: &mut StoreConnection<'_>,
    basis: Basis,
    days: &BTreeSet<UserDay>,
) -> QueryResult<BTreeMap<UserDay, TeamNames>> {
    let mut found = BTreeMap::new();
    let users: BTreeSet<i64> = days.iter().map(|(user, _)| *user).collect();
    let users: Vec<i64> = users.into_iter().collect();
    let first = days.iter().map(|(_, day)| *day).min();
    let last = days.iter().map(|(_, day)| *day).max();
    let (Some(first), Some(last)) = (first, last) else {
        return Ok(found);
    };
    for some in users.chunks(ROWS) {
        for (user, day, names_of) in told(connection, basis, some, (first, last))? {
            if days.contains(&(user, day)) {
                found.insert((user, day), names(names_of));
            }
        }
        for (user, (from, to), names_of) in periods(connection, some, (first, last))? {
            let names = names(names_of);
            let covered = days.range((user, from)..=(user, to));
            found.extend(covered.map(|day| (*day, names.clone())));
        }
    }
    Ok(found)
}

/// What telemetry says of some users between two days.
fn told(
    connection: &mut StoreConnection<'_>,
    basis: Basis,
    users: &[i64],
    (first, last): (NaiveDate, NaiveDate),
) -> QueryResult<Vec<(i64, NaiveDate, Columns)>> {
    on_backend!(connection, conn => {
        daily_teams::table
            .filter(daily_teams::user_id.eq_any(users))
            .filter(daily_teams::day.between(first, last))
            .filter(daily_teams::basis.eq(basis.number()))
            .select((
                daily_teams::user_id,
                daily_teams::day,
                (daily_teams::team, daily_teams::department, daily_teams::cost_center),
            ))
            .load(*conn)
    })
}

/// A user, the first and the last day, and the names.
type Period = (i64, (NaiveDate, NaiveDate), Columns);

/// What a file says of some users between two days.
fn periods(
    connection: &mut StoreConnection<'_>,
    users: &[i64],
    (first, last): (NaiveDate, NaiveDate),
) -> QueryResult<Vec<Period>> {
    use crate::tables::team_periods::dsl::*;
    on_backend!(connection, conn => {
        team_periods
            .filter(user_id.eq_any(users))
            .filter(first_day.le(last))
            .filter(last_day.ge(first))
            .select((user_id, (first_day, last_day), (team, department, cost_center)))
            .load(*conn)
    })
}

/// Where some users are now: by a file as of `today`, else where their latest telemetry says,
/// by UTC days; of whom nothing is known is not in it.
pub fn now(
    connection: &mut StoreConnection<'_>,
    today: NaiveDate,
    users: &[i64],
) -> QueryResult<BTreeMap<i64, TeamNames>> {
    let mut found = BTreeMap::new();
    for some in users.chunks(ROWS) {
        let latest = latest(connection, some)?;
        let of_days = of_days(connection, Basis::Utc, &latest)?;
        found.extend(of_days.into_iter().map(|((user, _), names)| (user, names)));
        for (user, _, names_of) in periods(connection, some, (today, today))? {
            found.insert(user, names(names_of));
        }
    }
    Ok(found)
}

/// The latest UTC day on which telemetry of each user names a team.
fn latest(connection: &mut StoreConnection<'_>, users: &[i64]) -> QueryResult<BTreeSet<UserDay>> {
    let days: Vec<(i64, Option<NaiveDate>)> = on_backend!(connection, conn => {
        daily_teams::table
            .filter(daily_teams::user_id.eq_any(users))
            .filter(daily_teams::basis.eq(Basis::Utc.number()))
            .group_by(daily_teams::user_id)
            .select((daily_teams::user_id, diesel::dsl::max(daily_teams::day)))
            .load(*conn)?
    });
    Ok(days.into_iter().filter_map(|(user, day)| Some((user, day?))).collect())
}

/// A name, as a query answers it.
#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    team: String,
}

/// The names of all teams there ever were, by name; at most `limit`.
///
/// Each is found by the one before it at the index by team, so no table is read through.
pub fn all(connection: &mut StoreConnection<'_>, limit: usize) -> QueryResult<Vec<String>> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut found = BTreeSet::new();
    for table in ["daily_teams", "team_periods"] {
        let text = format!(
            "WITH RECURSIVE named (team) AS (\
             SELECT MIN(team) FROM {table} WHERE team > '' UNION ALL \
             SELECT (SELECT MIN(team) FROM {table} WHERE team > named.team) FROM named \
             WHERE team IS NOT NULL) \
             SELECT team FROM named WHERE team IS NOT NULL LIMIT $1"
        );
        let names: Vec<Name> = on_backend!(connection, conn => {
            diesel::sql_query(text).bind::<BigInt, _>(most).load(*conn)?
        });
        found.extend(names.into_iter().map(|name| name.team));
    }
    Ok(found.into_iter().take(limit).collect())
}
