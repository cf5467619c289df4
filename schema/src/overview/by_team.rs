//! Consumption and people by the team of each day.

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;

use super::activity::is_active;
use super::{activity_in, usage_in};
use crate::api::DailyFilter;
use crate::store::{StoreConnection, on_backend};
use crate::tables::{daily_activity, daily_teams, daily_usage, team_periods};
use crate::total::total;

/// What a team used; the one of no name is of days without one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable)]
pub struct TeamUsage {
    pub team: String,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cache_read_tokens: i64,
    pub cache_creation_tokens: i64,
    pub cost_micros: i64,
}

/// The name of a day's team, where both tables of teams are joined: what a file says, else what
/// telemetry says, else nothing. Rows are grouped by it.
#[derive(Clone, Copy, Debug, QueryId)]
struct TeamOfDay;

impl Expression for TeamOfDay {
    type SqlType = Text;
}

impl ValidGrouping<()> for TeamOfDay {
    type IsAggregate = is_aggregate::No;
}

impl ValidGrouping<TeamOfDay> for TeamOfDay {
    type IsAggregate = is_aggregate::Yes;
}

impl<Source> AppearsOnTable<Source> for TeamOfDay {}

impl<Source> SelectableExpression<Source> for TeamOfDay {}

/// As both databases read it.
const TEAM_OF_DAY: &str = "COALESCE(team_periods.team, daily_teams.team, '')";

impl QueryFragment<Sqlite> for TeamOfDay {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(TEAM_OF_DAY);
        Ok(())
    }
}

impl QueryFragment<Pg> for TeamOfDay {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(TEAM_OF_DAY);
        Ok(())
    }
}

/// Rows of a daily table with what a file and what telemetry says of their user's team on that day.
macro_rules! with_teams {
    ($daily:ident) => {
        $daily::table
            .left_join(
                team_periods::table.on(team_periods::user_id
                    .eq($daily::user_id)
                    .and(team_periods::first_day.le($daily::day))
                    .and(team_periods::last_day.ge($daily::day))),
            )
            .left_join(
                daily_teams::table.on(daily_teams::user_id
                    .eq($daily::user_id)
                    .and(daily_teams::day.eq($daily::day))
                    .and(daily_teams::basis.eq($daily::basis))),
            )
    };
}

/// Consumption by team, in order of their names. Sums over all are those of everybody.
pub fn usage_by_team(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
) -> QueryResult<Vec<TeamUsage>> {
    on_backend!(connection, conn => {
        use daily_usage::dsl as of;
        with_teams!(daily_usage)
            .filter(usage_in(filter))
            .group_by(TeamOfDay)
            .order(TeamOfDay)
            .select((
                TeamOfDay,
                total(of::input_tokens),
                total(of::output_tokens),
                total(of::cache_read_tokens),
                total(of::cache_creation_tokens),
                total(of::cost_micros),
            ))
            .load(*conn)
    })
}

/// Who was active in which team, each once; who changed team stands in both.
pub fn active_by_team(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
) -> QueryResult<Vec<(String, i64)>> {
    on_backend!(connection, conn => {
        use daily_activity::dsl as of;
        with_teams!(daily_activity)
            .filter(activity_in(filter))
            .filter(is_active())
            .select((TeamOfDay, of::user_id))
            .distinct()
            .load(*conn)
    })
}
