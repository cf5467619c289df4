//! Whether a row of a day is of the team that is asked for.
//!
//! Nothing but a constant where no team is asked for, so that a page of everybody costs what it
//! did before there were teams.

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, HasSqlType, Text};
use diesel::sqlite::Sqlite;

use crate::api::{DailyFilter, TeamFilter};

/// A condition on rows that have a user, a day and a basis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InTeam<'a> {
    /// Of which table the rows are.
    table: &'static str,
    team: Option<&'a TeamFilter>,
}

impl<'a> InTeam<'a> {
    /// Whether a row of `daily_usage` is of the filter's team.
    pub(crate) fn usage(filter: &'a DailyFilter) -> InTeam<'a> {
        InTeam { table: "daily_usage", team: filter.team.as_ref() }
    }

    /// Whether a row of `daily_activity` is of the filter's team.
    pub(crate) fn activity(filter: &'a DailyFilter) -> InTeam<'a> {
        InTeam { table: "daily_activity", team: filter.team.as_ref() }
    }

    /// What a file says of the row's day.
    fn period(&self) -> String {
        let of = self.table;
        format!(
            "SELECT 1 FROM team_periods WHERE team_periods.user_id = {of}.user_id \
             AND team_periods.first_day <= {of}.day AND team_periods.last_day >= {of}.day"
        )
    }

    /// What telemetry says of the row's day.
    fn told(&self) -> String {
        let of = self.table;
        format!(
            "SELECT 1 FROM daily_teams WHERE daily_teams.user_id = {of}.user_id \
             AND daily_teams.day = {of}.day AND daily_teams.basis = {of}.basis"
        )
    }

    /// The whole condition; `name` writes the name of the team that is asked for.
    fn write<'b, Db>(&'b self, out: &mut AstPass<'_, 'b, Db>, name: &'b str) -> QueryResult<()>
    where
        Db: diesel::backend::Backend + HasSqlType<Text>,
        str: diesel::serialize::ToSql<Text, Db>,
    {
        // Whoever was never in the team is passed over without a look at their days.
        out.push_sql(self.table);
        out.push_sql(".user_id IN (SELECT user_id FROM team_periods WHERE team = ");
        out.push_bind_param::<Text, str>(name)?;
        out.push_sql(" UNION SELECT user_id FROM daily_teams WHERE team = ");
        out.push_bind_param::<Text, str>(name)?;
        out.push_sql(&format!(") AND (EXISTS ({} AND team_periods.team = ", self.period()));
        out.push_bind_param::<Text, str>(name)?;
        out.push_sql(&format!(") OR (EXISTS ({} AND daily_teams.team = ", self.told()));
        out.push_bind_param::<Text, str>(name)?;
        out.push_sql(&format!(") AND NOT EXISTS ({})))", self.period()));
        Ok(())
    }

    /// The condition of days without a team.
    fn nobody(&self) -> String {
        let (period, told) = (self.period(), self.told());
        format!(
            "NOT EXISTS ({period} AND team_periods.team <> '') \
             AND (EXISTS ({period}) OR NOT EXISTS ({told} AND daily_teams.team <> ''))"
        )
    }

    /// Writes it.
    fn walk<'b, Db>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()>
    where
        Db: diesel::backend::Backend + HasSqlType<Text>,
        str: diesel::serialize::ToSql<Text, Db>,
    {
        match self.team {
            None => out.push_sql("1 = 1"),
            Some(TeamFilter::Nobody) => out.push_sql(&format!("({})", self.nobody())),
            Some(TeamFilter::Named(name)) => {
                out.push_sql("(");
                self.write(&mut out, name)?;
                out.push_sql(")");
            }
        }
        Ok(())
    }
}

impl Expression for InTeam<'_> {
    type SqlType = Bool;
}

impl<GroupBy> ValidGrouping<GroupBy> for InTeam<'_> {
    type IsAggregate = is_aggregate::No;
}

impl<Source> AppearsOnTable<Source> for InTeam<'_> {}

impl<Source> SelectableExpression<Source> for InTeam<'_> {}

impl QueryId for InTeam<'_> {
    type QueryId = ();

    // What it says differs from query to query.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Sqlite> for InTeam<'_> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.walk(out)
    }
}

impl QueryFragment<Pg> for InTeam<'_> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.walk(out)
    }
}
