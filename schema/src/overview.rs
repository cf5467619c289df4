//! What the pages show, added up by the database.
//!
//! Every query takes the same [`DailyFilter`] as the API does, so that a page and an export
//! of the same filter are of the same rows. Sums are of what is published (`cost_micros`):
//! adding up an export gives the page's figure to the last digit.

mod usage;
mod activity;
mod rows;
mod by_team;

use chrono::NaiveDate;
use diesel::dsl::{AsExprOf, auto_type, exists, max};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::api::DailyFilter;
use crate::counters::Basis;
use crate::erasures::STAND_IN;
use crate::store::{StoreConnection, on_backend};
use crate::tables::{daily_activity, daily_usage, users};
use crate::teams::InTeam;

pub use activity::{UserActivity, active_users, activity_by_user};
pub use by_team::{TeamUsage, active_by_team, usage_by_team};
pub use rows::{rows, rows_by_day};
pub use usage::{
    DayModelUsage, UsageTotals, UserModelUsage, UserUsage, cost_micros, totals,
    usage_by_day_and_model, usage_by_user, usage_of_users_by_model,
};

/// `true` where a filter leaves something open, as the database reads it.
pub(crate) type Switch = AsExprOf<bool, Bool>;

/// Makes a [`Switch`].
pub(crate) fn switch(on: bool) -> Switch {
    on.into_sql::<Bool>()
}

/// The rows of `daily_usage` a filter lets through, found through the users.
///
/// Written so that the primary key is what is searched: each user's days lie together
/// there, while the index by day points at a row for every entry. A basis that must equal
/// something would invite that index, hence the range of one.
#[auto_type(no_type_alias)]
fn usage_in<'a>(filter: &'a DailyFilter) -> _ {
    let basis: i16 = filter.basis.number();
    let from: NaiveDate = filter.from;
    let to: NaiveDate = filter.to;
    let email: &'a str = filter.user.as_deref().unwrap_or_default();
    let anybody: Switch = switch(filter.user.is_none());
    let model: &'a str = filter.model.as_deref().unwrap_or_default();
    let any_model: Switch = switch(filter.model.is_none());
    let team: InTeam<'a> = InTeam::usage(filter);
    let first: i32 = filter.connection.unwrap_or(i32::MIN);
    let last: i32 = filter.connection.unwrap_or(i32::MAX);
    daily_usage::user_id
        .eq_any(users::table.filter(users::email.eq(email).or(anybody)).select(users::id))
        .and(daily_usage::basis.between(basis, basis))
        .and(daily_usage::day.between(from, to))
        .and(daily_usage::connection_id.between(first, last))
        .and(daily_usage::model.eq(model).or(any_model))
        .and(team)
}

/// The rows of `daily_activity` a filter lets through; like [`usage_in`]. Activity has no
/// model, so a filter by model is ignored.
#[auto_type(no_type_alias)]
fn activity_in<'a>(filter: &'a DailyFilter) -> _ {
    let team: InTeam<'a> = InTeam::activity(filter);
    let basis: i16 = filter.basis.number();
    let from: NaiveDate = filter.from;
    let to: NaiveDate = filter.to;
    let email: &'a str = filter.user.as_deref().unwrap_or_default();
    let anybody: Switch = switch(filter.user.is_none());
    let first: i32 = filter.connection.unwrap_or(i32::MIN);
    let last: i32 = filter.connection.unwrap_or(i32::MAX);
    daily_activity::user_id
        .eq_any(users::table.filter(users::email.eq(email).or(anybody)).select(users::id))
        .and(daily_activity::basis.between(basis, basis))
        .and(daily_activity::day.between(from, to))
        .and(daily_activity::connection_id.between(first, last))
        .and(team)
}

/// The models used in a range of days, by name, whatever else is filtered; at most `limit`.
pub fn models_between(
    connection: &mut StoreConnection<'_>,
    basis: Basis,
    (from, to): (NaiveDate, NaiveDate),
    limit: i64,
) -> QueryResult<Vec<String>> {
    on_backend!(connection, conn => {
        daily_usage::table
            .filter(daily_usage::basis.eq(basis.number()))
            .filter(daily_usage::day.between(from, to))
            .select(daily_usage::model)
            .distinct()
            .order(daily_usage::model)
            .limit(limit)
            .load(*conn)
    })
}

/// The first and the last day there is anything of, whatever is filtered.
///
/// Two questions, because each is answered by one end of an index, but both together only
/// by reading all of it.
pub fn first_and_last_day(
    connection: &mut StoreConnection<'_>,
    basis: Basis,
) -> QueryResult<Option<(NaiveDate, NaiveDate)>> {
    on_backend!(connection, conn => {
        let days = daily_activity::table
            .filter(daily_activity::basis.eq(basis.number()))
            .select(daily_activity::day);
        let first: Option<NaiveDate> =
            days.order(daily_activity::day.asc()).first(*conn).optional()?;
        let last: Option<NaiveDate> =
            days.order(daily_activity::day.desc()).first(*conn).optional()?;
        Ok(first.zip(last))
    })
}

/// The last day with consumption that a filter lets through, whatever its dates are.
pub fn last_day(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
) -> QueryResult<Option<NaiveDate>> {
    let filter = DailyFilter {
        from: NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or_default(),
        to: NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default(),
        ..filter.clone()
    };
    on_backend!(connection, conn => {
        daily_usage::table
            .filter(usage_in(&filter))
            .select(max(daily_usage::day))
            .first(*conn)
    })
}

/// How many people (users with an email, or who had one until they were erased) were ever seen up to the filter's last day.
pub fn people_seen(connection: &mut StoreConnection<'_>, filter: &DailyFilter) -> QueryResult<i64> {
    let first = filter.connection.unwrap_or(i32::MIN);
    let last = filter.connection.unwrap_or(i32::MAX);
    let email = filter.user.as_deref().unwrap_or_default();
    on_backend!(connection, conn => {
        users::table
            .filter(users::email.is_not_null().or(users::stand_in.eq(STAND_IN)))
            .filter(users::email.eq(email).or(switch(filter.user.is_none())))
            .filter(exists(
                daily_activity::table
                    .filter(daily_activity::user_id.eq(users::id))
                    .filter(daily_activity::day.le(filter.to))
                    .filter(daily_activity::connection_id.between(first, last))
                    .filter(InTeam::activity(filter)),
            ))
            .count()
            .get_result(*conn)
    })
}

/// The users nobody has named yet; who was erased was named once.
pub fn unattributed_users(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<i64>> {
    on_backend!(connection, conn => {
        users::table
            .filter(users::email.is_null())
            .filter(users::stand_in.ne(STAND_IN))
            .order(users::id)
            .select(users::id)
            .load(*conn)
    })
}

#[cfg(test)]
mod tests;
