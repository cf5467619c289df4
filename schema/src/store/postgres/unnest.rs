//! A statement over rows as arrays, one a column: prepared once for a connection, however many
//! rows there are.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};

use super::PgConnection;
use crate::store::values::Values;

/// A statement over `unnest(column, column, ...)`.
pub(crate) struct Unnest<'a> {
    /// What stands before the arrays; the same for every call.
    pub(crate) before: &'static str,
    /// The arrays, all of one length.
    pub(crate) columns: Vec<Values<'a>>,
    /// What stands behind them; the same for every call.
    pub(crate) behind: &'static str,
}

impl QueryFragment<Pg> for Unnest<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.before);
        for (number, column) in self.columns.iter().enumerate() {
            out.push_sql(if number == 0 { " unnest(" } else { ", " });
            column.push_array(&mut out)?;
        }
        out.push_sql(") ");
        out.push_sql(self.behind);
        Ok(())
    }
}

/// Known by its text: that is what the prepared statement is found by.
impl QueryId for Unnest<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for Unnest<'_> {}
