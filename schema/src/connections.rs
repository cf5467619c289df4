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
    /// How its developers reach a model: one of [`DEPLOYMENT_KINDS`].
    pub deployment_kind: Option<String>,
    /// As the analytics API calls it: one of [`CUSTOMER_TYPES`].
    pub customer_type: Option<String>,
    /// As the analytics API calls it: one of [`SUBSCRIPTION_TYPES`].
    pub subscription_type: Option<String>,
}

/// A value that a setting may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As it is stored and published.
    pub value: &'static str,
    /// For people.
    pub label: &'static str,
}

/// How developers reach a model.
pub const DEPLOYMENT_KINDS: &[Choice] = &[
    Choice { value: "claude_ai", label: "claude.ai Team or Enterprise" },
    Choice { value: "api_key", label: "Console API key" },
    Choice { value: "bedrock", label: "Amazon Bedrock" },
    Choice { value: "vertex", label: "Google Vertex AI" },
    Choice { value: "gateway", label: "Gateway of your own" },
];

/// Who pays, as the analytics API calls it.
pub const CUSTOMER_TYPES: &[Choice] = &[
    Choice { value: "api", label: "API: by use" },
    Choice { value: "subscription", label: "Subscription: by seat" },
];

/// Which subscription, as the analytics API calls it.
pub const SUBSCRIPTION_TYPES: &[Choice] =
    &[Choice { value: "team", label: "Team" }, Choice { value: "enterprise", label: "Enterprise" }];

/// Whose `user.email` wins.
pub const IDENTITY_ORDERS: &[Choice] = &[
    Choice { value: "resource", label: "OTEL_RESOURCE_ATTRIBUTES before the sign-in" },
    Choice { value: "record", label: "The sign-in before OTEL_RESOURCE_ATTRIBUTES" },
];

/// What is to be changed of a connection; `None` leaves it. The inner `None` takes it away.
#[derive(Clone, Debug, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = connections)]
pub struct Change {
    pub name: Option<String>,
    pub identity_order: Option<String>,
    pub only_needed: Option<bool>,
    pub deployment_kind: Option<Option<String>>,
    pub customer_type: Option<Option<String>>,
    pub subscription_type: Option<Option<String>>,
}

/// Why a connection was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotChanged {
    /// There is no such connection.
    Unknown,
    /// Another one has the name.
    NameTaken,
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

/// Changes a connection; the row as it is then.
pub fn change(
    connection: &mut StoreConnection<'_>,
    id: i32,
    to: &Change,
) -> QueryResult<Result<Connection, NotChanged>> {
    if !lock(connection, id)? {
        return Ok(Err(NotChanged::Unknown));
    }
    if let Some(name) = &to.name
        && named(connection, name)?.is_some_and(|other| other.id != id)
    {
        return Ok(Err(NotChanged::NameTaken));
    }
    if *to != Change::default() {
        on_backend!(connection, conn => {
            diesel::update(connections::table.find(id)).set(to).execute(*conn)?
        });
    }
    Ok(by_id(connection, id)?.ok_or(NotChanged::Unknown))
}

/// Locks a connection's row until the transaction ends; `false` when there is none.
pub(crate) fn lock(connection: &mut StoreConnection<'_>, id: i32) -> QueryResult<bool> {
    on_backend!(connection, conn => {
        diesel::update(connections::table.find(id))
            .set(connections::created_at.eq(connections::created_at))
            .execute(*conn)
            .map(|rows| rows == 1)
    })
}

/// The connection of an id.
pub fn by_id(connection: &mut StoreConnection<'_>, id: i32) -> QueryResult<Option<Connection>> {
    on_backend!(connection, conn => {
        connections::table.find(id).select(Connection::as_select()).first(*conn).optional()
    })
}

/// The connection of a name.
pub fn named(connection: &mut StoreConnection<'_>, name: &str) -> QueryResult<Option<Connection>> {
    on_backend!(connection, conn => {
        connections::table
            .filter(connections::name.eq(name))
            .select(Connection::as_select())
            .first(*conn)
            .optional()
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
