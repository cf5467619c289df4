//! Workers: processes that fold, and whether they live.
//!
//! A worker says twice a second that it lives. What it claimed is free again when it has been
//! silent for [`SILENCE_SECS`]; should it come back, it finds its signals counted by another. One
//! whose process has ended is known sooner: its listening connection ended with it.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::store::{PgConnection, StoreConnection};

/// How long a worker may be silent before its claims are free, in seconds.
pub const SILENCE_SECS: i64 = 3;

/// How long a worker may be silent whose listening connection is gone, in seconds: it may be making
/// another.
const SILENCE_ALONE_SECS: i64 = 1;

/// Microseconds since 1970 by the database's clock, which all workers share.
pub(crate) const NOW: &str = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)";

/// Says that a worker lives, and forgets those that have been silent for a day.
///
/// On SQLite there is one worker, and nobody asks.
pub fn beat(connection: &mut StoreConnection<'_>, id: i64, name: &str) -> QueryResult<()> {
    let StoreConnection::Postgres(conn) = connection else {
        return Ok(());
    };
    let text = format!(
        "INSERT INTO workers (id, name, beat_at) VALUES ($1, $2, {NOW}) \
         ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at"
    );
    diesel::sql_query(text).bind::<BigInt, _>(id).bind::<Text, _>(name).execute(*conn)?;
    let text = format!("DELETE FROM workers WHERE beat_at < {NOW} - 86400000000");
    diesel::sql_query(text).execute(*conn)?;
    Ok(())
}

/// Takes a worker that ends in order off the list: its claims are free at once.
pub fn leave(connection: &mut StoreConnection<'_>, id: i64) -> QueryResult<()> {
    let StoreConnection::Postgres(conn) = connection else {
        return Ok(());
    };
    diesel::sql_query("DELETE FROM workers WHERE id = $1").bind::<BigInt, _>(id).execute(*conn)?;
    Ok(())
}

/// A worker's id.
#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// The statement by which a worker's listening connection shows that it is there.
pub(crate) fn show(id: i64) -> String {
    format!("SELECT pg_advisory_lock_shared({id})")
}

/// The ids of the workers that live, in ascending order.
///
/// While the server has just started nobody could have beaten: then all do.
pub(crate) fn living(conn: &mut PgConnection) -> QueryResult<Vec<i64>> {
    let (silence, alone) = (SILENCE_SECS, SILENCE_ALONE_SECS);
    // Whether somebody shows that the worker is there is asked only where it decides.
    let text = format!(
        "SELECT id FROM workers WHERE CASE \
           WHEN pg_postmaster_start_time() > clock_timestamp() - interval '{silence} seconds' \
             THEN true \
           WHEN beat_at > {NOW} - {alone} * 1000000 THEN true \
           WHEN beat_at <= {NOW} - {silence} * 1000000 THEN false \
           ELSE NOT pg_try_advisory_xact_lock(id) END \
         ORDER BY id"
    );
    let rows: Vec<Id> = diesel::sql_query(text).load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
