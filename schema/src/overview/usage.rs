//! Sums over `daily_usage`.

use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::prelude::*;

use super::usage_in;
use crate::api::DailyFilter;
use crate::capped::capped;
use crate::store::{StoreConnection, on_backend};
use crate::tables::daily_usage;
use crate::total::total;

/// Consumption of all users in a day by a model.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct DayModelUsage {
    pub day: NaiveDate,
    pub model: String,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cache_read_tokens: i64,
    pub cache_creation_tokens: i64,
    pub cost_micros: i64,
}

/// Consumption of a user in the whole range.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct UserUsage {
    pub user_id: i64,
    /// The last day with consumption; never `None` in a group.
    pub last_day: Option<NaiveDate>,
    /// Of all four kinds.
    pub tokens: i64,
    pub cost_micros: i64,
}

/// What a user spent on a model in the whole range.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct UserModelUsage {
    pub user_id: i64,
    pub model: String,
    pub cost_micros: i64,
}

/// Consumption of everything a filter lets through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Queryable)]
pub struct UsageTotals {
    pub requests: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cache_read_tokens: i64,
    pub cache_creation_tokens: i64,
    pub cost_micros: i64,
    /// Sessions whose metrics were published, counted once a row.
    pub metrics_sessions: i64,
    /// Sessions whose events were published, counted once a row.
    pub events_sessions: i64,
}

/// Consumption by day and model, in that order.
pub fn usage_by_day_and_model(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
) -> QueryResult<Vec<DayModelUsage>> {
    use crate::tables::daily_usage::dsl::*;
    on_backend!(connection, conn => {
        daily_usage
            .filter(usage_in(filter))
            .group_by((day, model))
            .order((day, model))
            .select((
                day,
                model,
                total(input_tokens),
                total(output_tokens),
                total(cache_read_tokens),
                total(cache_creation_tokens),
                total(cost_micros),
            ))
            .load(*conn)
    })
}

/// Consumption by user, in order of their ids.
pub fn usage_by_user(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
) -> QueryResult<Vec<UserUsage>> {
    use crate::tables::daily_usage::dsl::*;
    on_backend!(connection, conn => {
        daily_usage
            .filter(usage_in(filter))
            .group_by(user_id)
            .order(user_id)
            .select((
                user_id,
                max(day),
                total(capped(
                    capped(input_tokens, output_tokens),
                    capped(cache_read_tokens, cache_creation_tokens),
                )),
                total(cost_micros),
            ))
            .load(*conn)
    })
}

/// What some users spent by model; the dearest model of each user first.
pub fn usage_of_users_by_model(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
    ids: &[i64],
) -> QueryResult<Vec<UserModelUsage>> {
    use crate::tables::daily_usage::dsl::*;
    on_backend!(connection, conn => {
        daily_usage
            .filter(usage_in(filter))
            .filter(user_id.eq_any(ids))
            .group_by((user_id, model))
            .order((user_id, total(cost_micros).desc(), model))
            .select((user_id, model, total(cost_micros)))
            .load(*conn)
    })
}

/// What everything a filter lets through cost, in micro-USD.
pub fn cost_micros(connection: &mut StoreConnection<'_>, filter: &DailyFilter) -> QueryResult<i64> {
    on_backend!(connection, conn => {
        daily_usage::table
            .filter(usage_in(filter))
            .select(total(daily_usage::cost_micros))
            .first(*conn)
    })
}

/// The sum of every row a filter lets through.
pub fn totals(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
) -> QueryResult<UsageTotals> {
    use crate::tables::daily_usage::dsl::*;
    on_backend!(connection, conn => {
        daily_usage
            .filter(usage_in(filter))
            .select((
                total(requests),
                total(input_tokens),
                total(output_tokens),
                total(cache_read_tokens),
                total(cache_creation_tokens),
                total(cost_micros),
                total(metrics_sessions),
                total(events_sessions),
            ))
            .first(*conn)
    })
}
