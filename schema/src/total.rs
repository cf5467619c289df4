//! `SUM` that is a whole number on every database, and no error on any.
//!
//! PostgreSQL's `SUM` of a BIGINT is a NUMERIC, and that of no rows is NULL everywhere;
//! neither reads as an `i64`.

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;

/// `CAST(COALESCE(SUM(...), 0) AS BIGINT)`, no further than 64 bits.
#[derive(Clone, Copy, Debug, QueryId)]
pub(crate) struct Total<E>(E);

/// The sum of a column, or of an expression, over the rows of a group; 0 without rows.
pub(crate) fn total<E: Expression<SqlType = BigInt>>(expression: E) -> Total<E> {
    Total(expression)
}

impl<E: Expression<SqlType = BigInt>> Expression for Total<E> {
    type SqlType = BigInt;
}

impl<E, GroupBy> ValidGrouping<GroupBy> for Total<E> {
    type IsAggregate = is_aggregate::Yes;
}

impl<E, Source> AppearsOnTable<Source> for Total<E>
where
    E: AppearsOnTable<Source>,
    Total<E>: Expression,
{
}

impl<E, Source> SelectableExpression<Source> for Total<E>
where
    E: SelectableExpression<Source>,
    Total<E>: AppearsOnTable<Source>,
{
}

impl<E: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Total<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        // SQLite's SUM of whole numbers is an error past 64 bits, which made-up telemetry of two
        // users can reach. So both halves of each number are summed; what is added up of them goes
        // on as a floating-point number, and the cast ends that at the limit.
        out.push_sql("CAST(COALESCE(SUM((");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") >> 32), 0) * 4294967296 + COALESCE(SUM((");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") & 4294967295), 0) AS BIGINT)");
        Ok(())
    }
}

impl<E: QueryFragment<Pg>> QueryFragment<Pg> for Total<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("CAST(LEAST(GREATEST(COALESCE(SUM(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql("), 0), -9223372036854775808), 9223372036854775807) AS BIGINT)");
        Ok(())
    }
}
