//! Many rows in one statement, each put in, or changing the row that has its key.
//!
//! Diesel's own upserts are parsed and planned anew each time, with a parameter for each value of
//! each row. The texts of these are few, so they are prepared once for a connection.

use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;

use super::values::Values;
use super::{PgConnection, StoreConnection};
use crate::counters::MAX_SUM;

/// How many rows a statement of SQLite carries: as many as there are of one of these. Few sizes
/// are few texts to prepare.
const SQLITE_ROWS: [usize; 3] = [64, 8, 1];

/// Rows that are put in, or change the row that has their key.
pub(crate) struct Upsert<'a> {
    pub(crate) table: &'static str,
    /// The columns of the key; they come first in `columns`. A key may stand once in the rows.
    pub(crate) key: &'static [&'static str],
    /// Every column by its name.
    pub(crate) columns: Vec<(&'static str, Values<'a>)>,
    pub(crate) on_conflict: OnConflict,
}

/// What becomes of a row whose key is there.
#[derive(Clone, Copy)]
pub(crate) enum OnConflict {
    /// Every other column becomes what it is in the new row.
    Replace,
    /// Every other column, a counter each, is raised. On PostgreSQL none goes past [`MAX_SUM`]: it
    /// would refuse the whole batch. SQLite goes on with a floating-point number.
    Add,
    /// It stays.
    Nothing,
    /// As it is written behind `DO UPDATE SET`, the same for both databases.
    Set(&'static str),
}

impl Upsert<'_> {
    /// Writes the rows.
    pub(crate) fn execute(&self, connection: &mut StoreConnection<'_>) -> QueryResult<()> {
        let rows = self.columns.first().map_or(0, |(_, values)| values.len());
        match connection {
            StoreConnection::Postgres(_) if rows == 0 => {}
            StoreConnection::Postgres(conn) => {
                Arrays(self).execute(*conn)?;
            }
            StoreConnection::Sqlite(conn) => {
                let mut first = 0;
                for count in SQLITE_ROWS {
                    while first + count <= rows {
                        Rows { upsert: self, first, count }.execute(*conn)?;
                        first += count;
                    }
                }
            }
        }
        Ok(())
    }

    /// Writes the table and the names of its columns.
    fn push_head<Database: Backend>(&self, out: &mut AstPass<'_, '_, Database>) {
        out.push_sql("INSERT INTO ");
        out.push_sql(self.table);
        push_list(out, self.columns.iter().map(|(name, _)| *name));
    }

    /// Writes what becomes of a row that is there; `sum` writes what a counter is raised to.
    fn push_conflict<Database: Backend>(
        &self,
        out: &mut AstPass<'_, '_, Database>,
        sum: fn(&Self, &str, &mut AstPass<'_, '_, Database>),
    ) {
        out.push_sql(" ON CONFLICT");
        push_list(out, self.key.iter().copied());
        match self.on_conflict {
            OnConflict::Nothing => return out.push_sql(" DO NOTHING"),
            OnConflict::Set(text) => {
                out.push_sql(" DO UPDATE SET ");
                return out.push_sql(text);
            }
            OnConflict::Replace | OnConflict::Add => out.push_sql(" DO UPDATE SET "),
        }
        for (number, (name, _)) in self.columns.iter().skip(self.key.len()).enumerate() {
            out.push_sql(if number == 0 { "" } else { ", " });
            out.push_sql(name);
            match self.on_conflict {
                OnConflict::Add => sum(self, name, out),
                _ => {
                    out.push_sql(" = excluded.");
                    out.push_sql(name);
                }
            }
        }
    }

    /// Writes what a counter is raised to.
    fn push_sum<Database: Backend>(&self, name: &str, out: &mut AstPass<'_, '_, Database>) {
        out.push_sql(" = ");
        out.push_sql(self.table);
        out.push_sql(".");
        out.push_sql(name);
        out.push_sql(" + excluded.");
        out.push_sql(name);
    }

    /// The same, no further than it may go.
    fn push_capped_sum(&self, name: &str, out: &mut AstPass<'_, '_, Pg>) {
        let old = |out: &mut AstPass<'_, '_, Pg>| {
            out.push_sql(self.table);
            out.push_sql(".");
            out.push_sql(name);
        };
        let new = |out: &mut AstPass<'_, '_, Pg>, text: &str| {
            out.push_sql(text);
            out.push_sql("excluded.");
            out.push_sql(name);
        };
        new(out, " = CASE WHEN ");
        out.push_sql(" > 0 AND ");
        old(out);
        new(out, &format!(" > {MAX_SUM} - "));
        out.push_sql(&format!(" THEN {MAX_SUM} WHEN "));
        new(out, "");
        out.push_sql(" < 0 AND ");
        old(out);
        new(out, " < -9223372036854775807 - 1 - ");
        out.push_sql(" THEN -9223372036854775807 - 1 ELSE ");
        old(out);
        new(out, " + ");
        out.push_sql(" END");
    }
}

/// Writes names in brackets.
fn push_list<Database: Backend>(
    out: &mut AstPass<'_, '_, Database>,
    names: impl Iterator<Item = &'static str>,
) {
    for (number, name) in names.enumerate() {
        out.push_sql(if number == 0 { " (" } else { ", " });
        out.push_sql(name);
    }
    out.push_sql(")");
}

/// All rows, an array a column: the text is the same however many there are.
struct Arrays<'a>(&'a Upsert<'a>);

impl QueryFragment<Pg> for Arrays<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.push_head(&mut out);
        for (number, (_, values)) in self.0.columns.iter().enumerate() {
            out.push_sql(if number == 0 { " SELECT * FROM unnest(" } else { ", " });
            values.push_array(&mut out)?;
        }
        out.push_sql(")");
        self.0.push_conflict(&mut out, Upsert::push_capped_sum);
        Ok(())
    }
}

/// Known by its text: that is what the prepared statement is found by.
impl QueryId for Arrays<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for Arrays<'_> {}

/// Some of the rows, value by value.
struct Rows<'a> {
    upsert: &'a Upsert<'a>,
    first: usize,
    count: usize,
}

impl QueryFragment<Sqlite> for Rows<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.upsert.push_head(&mut out);
        out.push_sql(" VALUES");
        for row in self.first..self.first + self.count {
            for (number, (_, values)) in self.upsert.columns.iter().enumerate() {
                let front = if row == self.first { " (" } else { "), (" };
                out.push_sql(if number == 0 { front } else { ", " });
                values.push_one(row, &mut out)?;
            }
        }
        out.push_sql(")");
        self.upsert.push_conflict(&mut out, Upsert::push_sum);
        Ok(())
    }
}

/// Known by its text: that is what the prepared statement is found by.
impl QueryId for Rows<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for Rows<'_> {}
