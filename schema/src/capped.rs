//! Adding to a counter, on both databases without an error past 64 bits.
//!
//! A session's own sums are checked before they are stored; those of a day can pass 64 bits
//! only by made-up telemetry of thousands of sessions. SQLite goes on with a floating-point
//! number then; PostgreSQL refuses the whole batch, so there the sum stays at the limit.

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;

/// `a + b`, no further than 64 bits.
#[derive(Clone, Copy, Debug, QueryId)]
pub(crate) struct Capped<A, B>(A, B);

/// The sum of two counters.
pub(crate) fn capped<A, B>(a: A, b: B) -> Capped<A, B>
where
    A: Expression<SqlType = BigInt>,
    B: Expression<SqlType = BigInt>,
{
    Capped(a, b)
}

impl<A, B> Expression for Capped<A, B>
where
    A: Expression<SqlType = BigInt>,
    B: Expression<SqlType = BigInt>,
{
    type SqlType = BigInt;
}

impl<A, B, GroupBy> ValidGrouping<GroupBy> for Capped<A, B> {
    type IsAggregate = is_aggregate::No;
}

impl<A, B, Source> AppearsOnTable<Source> for Capped<A, B>
where
    A: AppearsOnTable<Source>,
    B: AppearsOnTable<Source>,
    Capped<A, B>: Expression,
{
}

impl<A, B, Source> SelectableExpression<Source> for Capped<A, B>
where
    A: SelectableExpression<Source>,
    B: SelectableExpression<Source>,
    Capped<A, B>: AppearsOnTable<Source>,
{
}

impl<A, B> QueryFragment<Sqlite> for Capped<A, B>
where
    A: QueryFragment<Sqlite>,
    B: QueryFragment<Sqlite>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" + ");
        self.1.walk_ast(out.reborrow())
    }
}

impl<A, B> QueryFragment<Pg> for Capped<A, B>
where
    A: QueryFragment<Pg>,
    B: QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("CAST(LEAST(GREATEST(CAST(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" AS NUMERIC) + ");
        self.1.walk_ast(out.reborrow())?;
        out.push_sql(", -9223372036854775808), 9223372036854775807) AS BIGINT)");
        Ok(())
    }
}
