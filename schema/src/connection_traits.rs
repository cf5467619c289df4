//! What the telemetry of each connection is like, as the fold sees it: temporality, attributes
//! that are missing, whether anybody is named and anything counted.

use diesel::prelude::*;

use crate::store::{OnConflict, StoreConnection, Upsert, Values, on_backend};
use crate::tables::connection_traits;

/// `delta` or `cumulative`.
pub const TEMPORALITY: &str = "temporality";
/// An attribute that sessions lack.
pub const MISSING: &str = "missing";
/// Sessions name their user, by the attribute they do it with.
pub const NAMED: &str = "named";
/// Something of a day was counted.
pub const COUNTED: &str = "counted";
/// A test request was folded, by what it is known by.
pub const TEST: &str = "test";

/// How long it is remembered that a test request was folded.
const TEST_MICROS: i64 = 3_600_000_000;

/// One trait, and the latest request that showed it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable, Insertable)]
#[diesel(table_name = connection_traits, treat_none_as_default_value = false)]
pub struct ConnectionTrait {
    pub connection_id: i32,
    pub name: String,
    pub value: String,
    /// When the request was received, microseconds since 1970.
    pub last_at: i64,
}

/// Notes traits; each stands in it once, in order of its key.
pub fn note(connection: &mut StoreConnection<'_>, rows: &[ConnectionTrait]) -> QueryResult<()> {
    use crate::tables::connection_traits::dsl::*;
    upsert(rows).execute(connection)?;
    for row in rows.iter().filter(|row| row.name == TEST) {
        on_backend!(connection, conn => {
            diesel::delete(
                connection_traits
                    .filter(connection_id.eq(row.connection_id))
                    .filter(name.eq(TEST))
                    .filter(last_at.lt(row.last_at.saturating_sub(TEST_MICROS))),
            )
            .execute(*conn)?
        });
    }
    Ok(())
}

/// The statement.
fn upsert(rows: &[ConnectionTrait]) -> Upsert<'_> {
    Upsert {
        table: "connection_traits",
        key: &["connection_id", "name", "value"],
        columns: vec![
            ("connection_id", Values::of(rows, |row| row.connection_id)),
            ("name", Values::of(rows, |row| &*row.name)),
            ("value", Values::of(rows, |row| &*row.value)),
            ("last_at", Values::of(rows, |row| row.last_at)),
        ],
        on_conflict: OnConflict::Replace,
    }
}

/// Every trait, by connection, name and value.
pub fn all(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<ConnectionTrait>> {
    use crate::tables::connection_traits::dsl::*;
    on_backend!(connection, conn => {
        connection_traits
            .order((connection_id, name, value))
            .select(ConnectionTrait::as_select())
            .load(*conn)
    })
}

/// The traits of one connection, by name and value.
pub fn of(connection: &mut StoreConnection<'_>, id: i32) -> QueryResult<Vec<ConnectionTrait>> {
    use crate::tables::connection_traits::dsl::*;
    on_backend!(connection, conn => {
        connection_traits
            .filter(connection_id.eq(id))
            .order((name, value))
            .select(ConnectionTrait::as_select())
            .load(*conn)
    })
}
