//! Stores many signals in one go, each database in the way it is fastest at.

use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Integer, SmallInt};

use super::{NewSignal, state};
use crate::store::PgConnection;
use crate::tables::{signal_bodies, signals};

/// A signal's body.
#[derive(Insertable)]
#[diesel(table_name = signal_bodies, treat_none_as_default_value = false)]
struct SignalBody<'a> {
    signal_id: i64,
    body: &'a [u8],
}

/// A row a statement: this one is prepared once and for all, one of many rows each time.
pub(super) fn insert_sqlite(conn: &mut SqliteConnection, group: &[NewSignal]) -> QueryResult<()> {
    let last: Option<i64> = signals::table.select(max(signals::id)).first(conn)?;
    let first = last.unwrap_or_default().saturating_add(1);
    for (id, new) in (first..).zip(group) {
        diesel::insert_into(signals::table).values(&new.row(id)).execute(conn)?;
        let body = SignalBody { signal_id: id, body: &new.body };
        diesel::insert_into(signal_bodies::table).values(&body).execute(conn)?;
    }
    Ok(())
}

/// Ids as the database gives them out.
#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// An array a column: two statements, however many rows there are.
///
/// Ids come from a sequence. They are in order of neither commit nor arrival, and nothing
/// relies on it.
pub(super) fn insert_postgres(conn: &mut PgConnection, group: &[NewSignal]) -> QueryResult<()> {
    let length = i32::try_from(group.len()).unwrap_or(i32::MAX);
    let ids: Vec<Id> = diesel::sql_query(
        "SELECT nextval(pg_get_serial_sequence('signals', 'id')) AS id FROM generate_series(1, $1)",
    )
    .bind::<Integer, _>(length)
    .load(conn)?;
    let ids: Vec<i64> = ids.into_iter().map(|row| row.id).collect();
    let column = |of: fn(&NewSignal) -> i64| -> Vec<i64> { group.iter().map(of).collect() };
    let shards: Vec<i16> = group.iter().map(|new| new.shard).collect();
    let kinds: Vec<i16> = group.iter().map(|new| new.kind.number()).collect();
    let connections: Vec<i32> = group.iter().map(|new| new.connection_id).collect();
    let imported: Vec<bool> = group.iter().map(|new| new.imported).collect();
    let hashes: Vec<&[u8]> = group.iter().map(|new| &new.content_hash[..]).collect();
    let bodies: Vec<&[u8]> = group.iter().map(|new| &new.body[..]).collect();
    diesel::sql_query(
        "INSERT INTO signals (id, connection_id, kind, received_at, imported, size, content_hash, \
                              shard, state, attempts) \
         SELECT *, $9, 0 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind::<Array<BigInt>, _>(&ids)
    .bind::<Array<Integer>, _>(connections)
    .bind::<Array<SmallInt>, _>(kinds)
    .bind::<Array<BigInt>, _>(column(|new| new.received_at))
    .bind::<Array<Bool>, _>(imported)
    .bind::<Array<BigInt>, _>(column(|new| new.size))
    .bind::<Array<Binary>, _>(hashes)
    .bind::<Array<SmallInt>, _>(shards)
    .bind::<SmallInt, _>(state::WAITING)
    .execute(conn)?;
    diesel::sql_query("INSERT INTO signal_bodies (signal_id, body) SELECT * FROM unnest($1, $2)")
        .bind::<Array<BigInt>, _>(&ids)
        .bind::<Array<Binary>, _>(bodies)
        .execute(conn)?;
    Ok(())
}
