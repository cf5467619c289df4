//! Connections: groups of developers who report with the same ingest tokens.

use diesel::prelude::*;

use crate::store::{StoreConnection, on_backend};
use crate::tables::connections;

/// A connection.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = connections)]
pub struct Connection {
    pub id: i32,
    pub name: String,
    /// Whose `user.email` wins when the resource's and the record's differ.
    pub identity_order: String,
    pub created_at: i64,
    /// Whether only attributes that are counted by are kept.
    pub only_needed: bool,
}

/// How a connection's id is written outside: `con_7`.
pub fn public_id(id: i32) -> String {
    format!("con_{id}")
}

/// The reverse of [`public_id`].
pub fn parse_public_id(text: &str) -> Option<i32> {
    text.strip_prefix("con_")?.parse().ok()
}

/// Makes a connection; `None` when the name is taken.
pub fn create(
    connection: &mut StoreConnection<'_>,
    name: &str,
    now: i64,
) -> QueryResult<Option<Connection>> {
    on_backend!(connection, conn => {
        diesel::insert_into(connections::table)
            .values((connections::name.eq(name), connections::created_at.eq(now)))
            .on_conflict(connections::name)
            .do_nothing()
            .returning(Connection::as_returning())
            .get_result(*conn)
            .optional()
    })
}

/// Says whether only attributes that are counted by are kept; `false` when there is no such
/// connection.
pub fn set_only_needed(
    connection: &mut StoreConnection<'_>,
    id: i32,
    only_needed: bool,
) -> QueryResult<bool> {
    on_backend!(connection, conn => {
        diesel::update(connections::table.find(id))
            .set(connections::only_needed.eq(only_needed))
            .execute(*conn)
            .map(|rows| rows == 1)
    })
}

/// Every connection, oldest first.
pub fn all(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<Connection>> {
    on_backend!(connection, conn => {
        connections::table
            .order(connections::id)
            .select(Connection::as_select())
            .load(*conn)
    })
}
