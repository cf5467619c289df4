//! What was received of each connection: how much, and when last. Gathered in the memory of the
//! processes that receive, and written every few seconds: no request writes here.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use diesel::upsert::excluded;

use crate::store::{StoreConnection, on_backend};
use crate::tables::connection_health;

/// Stands for requests without a token that is known.
pub const NO_CONNECTION: i32 = 0;

/// How many rows one statement carries.
const ROWS: usize = 400;

/// What was received of a connection; or, to be added, what was received since the last time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = connection_health, treat_none_as_default_value = false)]
pub struct ConnectionHealth {
    /// [`NO_CONNECTION`] for requests without a token that is known.
    pub connection_id: i32,
    /// Requests that were answered 200.
    pub accepted: i64,
    /// Requests that were answered otherwise.
    pub refused: i64,
    /// When one of metrics was last accepted, microseconds since 1970.
    pub last_metrics_at: Option<i64>,
    pub last_logs_at: Option<i64>,
    pub last_traces_at: Option<i64>,
    pub last_refused_at: Option<i64>,
}

#[declare_sql_function]
extern "SQL" {
    /// The first of two that is known.
    fn coalesce(first: Nullable<BigInt>, second: Nullable<BigInt>) -> Nullable<BigInt>;
}

/// Adds what was received since the last time; a connection stands in it once.
pub fn add(connection: &mut StoreConnection<'_>, rows: &[ConnectionHealth]) -> QueryResult<()> {
    use crate::tables::connection_health::dsl::*;
    for some in rows.chunks(ROWS) {
        on_backend!(connection, conn => {
            diesel::insert_into(connection_health)
                .values(some)
                .on_conflict(connection_id)
                .do_update()
                .set((
                    accepted.eq(accepted + excluded(accepted)),
                    refused.eq(refused + excluded(refused)),
                    last_metrics_at.eq(coalesce(excluded(last_metrics_at), last_metrics_at)),
                    last_logs_at.eq(coalesce(excluded(last_logs_at), last_logs_at)),
                    last_traces_at.eq(coalesce(excluded(last_traces_at), last_traces_at)),
                    last_refused_at.eq(coalesce(excluded(last_refused_at), last_refused_at)),
                ))
                .execute(*conn)?
        });
    }
    Ok(())
}

/// What was received of every connection, by id.
pub fn all(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<ConnectionHealth>> {
    on_backend!(connection, conn => {
        connection_health::table
            .order(connection_health::connection_id)
            .select(ConnectionHealth::as_select())
            .load(*conn)
    })
}

/// What was received of one connection; nothing where there is no row.
pub fn of(connection: &mut StoreConnection<'_>, id: i32) -> QueryResult<ConnectionHealth> {
    let row = on_backend!(connection, conn => {
        connection_health::table
            .find(id)
            .select(ConnectionHealth::as_select())
            .first(*conn)
            .optional()?
    });
    Ok(row.unwrap_or(ConnectionHealth { connection_id: id, ..ConnectionHealth::default() }))
}
