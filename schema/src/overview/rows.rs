//! The grain itself, as a page reads it: the newest day first, users by email.

use chrono::NaiveDate;
use diesel::dsl::{auto_type, count_star};
use diesel::prelude::*;

use super::{Switch, switch};
use crate::api::{DailyCursor, DailyFilter, DailyUsageRow};
use crate::daily_rows::{UsageColumns, add_teams, usage_row};
use crate::store::{StoreConnection, on_backend};
use crate::tables::{daily_usage, users};
use crate::teams::InTeam;

/// The rows a filter lets through, found through the index by day.
///
/// Every column named here is in that index, so rows can be counted without reading them.
#[auto_type(no_type_alias)]
fn rows_in<'a>(filter: &'a DailyFilter) -> _ {
    let basis: i16 = filter.basis.number();
    let from: NaiveDate = filter.from;
    let to: NaiveDate = filter.to;
    let model: &'a str = filter.model.as_deref().unwrap_or_default();
    let any_model: Switch = switch(filter.model.is_none());
    let team: InTeam<'a> = InTeam::usage(filter);
    let first: i32 = filter.connection.unwrap_or(i32::MIN);
    let last: i32 = filter.connection.unwrap_or(i32::MAX);
    daily_usage::basis
        .eq(basis)
        .and(daily_usage::day.between(from, to))
        .and(daily_usage::connection_id.between(first, last))
        .and(daily_usage::model.eq(model).or(any_model))
        .and(team)
}

/// How many rows each day has, the newest day first.
pub fn rows_by_day(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
) -> QueryResult<Vec<(NaiveDate, i64)>> {
    let of = user_id(connection, filter)?;
    let anybody = switch(filter.user.is_none());
    on_backend!(connection, conn => {
        daily_usage::table
            .filter(rows_in(filter))
            .filter(daily_usage::user_id.eq(of.unwrap_or_default()).or(anybody))
            .group_by(daily_usage::day)
            .order(daily_usage::day.desc())
            .select((daily_usage::day, count_star()))
            .load(*conn)
    })
}

/// Rows `offset` to `offset + limit`, the newest day first, then by email, model and
/// connection; unattributed users last.
pub fn rows(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
    offset: i64,
    limit: i64,
) -> QueryResult<Vec<DailyUsageRow>> {
    let email = filter.user.as_deref().unwrap_or_default();
    let anybody = switch(filter.user.is_none());
    let found: Vec<UsageColumns> = on_backend!(connection, conn => {
        use crate::tables::daily_usage::dsl::*;
        daily_usage
            .inner_join(users::table)
            .filter(rows_in(filter))
            .filter(users::email.eq(email).or(anybody))
            .order((
                day.desc(),
                users::email.is_null(),
                users::email,
                user_id,
                model,
                connection_id,
            ))
            .limit(limit)
            .offset(offset)
            .select((
                (day, connection_id, user_id, model),
                (
                    requests,
                    input_tokens,
                    output_tokens,
                    cache_read_tokens,
                    cache_creation_tokens,
                    cost_micros,
                ),
                (metrics_sessions, events_sessions),
                (users::email, users::name),
            ))
            .load(*conn)?
    });
    let mut found: Vec<(DailyCursor, DailyUsageRow)> = found.into_iter().map(usage_row).collect();
    add_teams(connection, filter.basis, &mut found)?;
    Ok(found.into_iter().map(|(_, row)| row).collect())
}

/// The id of the user a filter names, when there is one.
fn user_id(connection: &mut StoreConnection<'_>, filter: &DailyFilter) -> QueryResult<Option<i64>> {
    let Some(email) = &filter.user else {
        return Ok(None);
    };
    on_backend!(connection, conn => {
        users::table
            .filter(users::email.eq(email))
            .select(users::id)
            .first(*conn)
            .optional()
    })
}
