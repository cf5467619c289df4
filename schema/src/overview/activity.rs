//! Sums over `daily_activity`.

use chrono::NaiveDate;
use diesel::dsl::{AsExprOf, auto_type, case_when, count_star, max};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::activity_in;
use crate::api::DailyFilter;
use crate::capped::capped;
use crate::store::{StoreConnection, on_backend};
use crate::tables::daily_activity;
use crate::total::total;

/// What a user did in the whole range, and how complete those days are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable)]
pub struct UserActivity {
    pub user_id: i64,
    /// The last day the user was active; `None` when there was telemetry but no use.
    pub last_active_day: Option<NaiveDate>,
    pub sessions: i64,
    pub lines_added: i64,
    pub lines_removed: i64,
    pub commits: i64,
    pub pull_requests: i64,
    pub edits_accepted: i64,
    pub edits_rejected: i64,
    /// Events that came.
    pub events: i64,
    /// At least so many events never came.
    pub events_missing: i64,
    /// Sessions whose events never came.
    pub metrics_only: i64,
    /// Sessions whose metrics never came.
    pub events_only: i64,
    /// Sessions that say anything, counted once a day.
    pub scopes: i64,
    /// Rows of the grain: days of this user by connection.
    pub days: i64,
    /// Of those, the complete ones.
    pub complete_days: i64,
}

impl UserActivity {
    /// The same, where any metrics were heard: lines, commits and pull requests come by them alone.
    pub fn by_metrics(&self) -> Option<&UserActivity> {
        (self.scopes == 0 || self.events_only < self.scopes).then_some(self)
    }
}

/// Whether a user was active that day, as the API's `is_active` says it.
#[auto_type(no_type_alias)]
pub(super) fn is_active() -> _ {
    daily_activity::sessions
        .gt(0_i64)
        .or(daily_activity::prompts.gt(0_i64))
        .or(daily_activity::metrics_tokens.gt(0_i64))
        .or(daily_activity::events_tokens.gt(0_i64))
}

/// Whether a day is complete, as the API's `coverage.complete` says it.
#[auto_type(no_type_alias)]
fn is_complete() -> _ {
    daily_activity::metrics_only
        .eq(0_i64)
        .and(daily_activity::events_only.eq(0_i64))
        .and(daily_activity::events_missing.eq(0_i64))
        .and(daily_activity::metrics_tokens.eq(daily_activity::events_tokens))
}

/// A whole number, as the database reads it.
fn number(value: i64) -> AsExprOf<i64, BigInt> {
    value.into_sql::<BigInt>()
}

/// Activity by user, in order of their ids.
pub fn activity_by_user(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
) -> QueryResult<Vec<UserActivity>> {
    use crate::tables::daily_activity::dsl::*;
    on_backend!(connection, conn => {
        daily_activity
            .filter(activity_in(filter))
            .group_by(user_id)
            .order(user_id)
            .select((
                user_id,
                max(case_when(is_active(), day)),
                total(sessions),
                total(lines_added),
                total(lines_removed),
                total(commits),
                total(pull_requests),
                total(capped(
                    capped(edit_accepted, multi_edit_accepted),
                    capped(write_accepted, notebook_edit_accepted),
                )),
                total(capped(
                    capped(edit_rejected, multi_edit_rejected),
                    capped(write_rejected, notebook_edit_rejected),
                )),
                total(events),
                total(events_missing),
                total(metrics_only),
                total(events_only),
                total(scopes),
                count_star(),
                total(case_when(is_complete(), number(1)).otherwise(number(0))),
            ))
            .load(*conn)
    })
}

/// The users who were active in a range, in order of their ids.
pub fn active_users(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
) -> QueryResult<Vec<i64>> {
    on_backend!(connection, conn => {
        daily_activity::table
            .filter(activity_in(filter))
            .filter(is_active())
            .select(daily_activity::user_id)
            .distinct()
            .order(daily_activity::user_id)
            .load(*conn)
    })
}
