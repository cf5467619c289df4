//! Which points and records have been counted: one narrow row a scope and minute.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::claims::SHARDS;
use crate::store::{OnConflict, StoreConnection, Upsert, Values, on_backend};
use crate::tables::seen;

/// How many rows one statement carries.
const ROWS: usize = 1000;

/// How much of a key its scope is; minutes since 1970 fit in the rest.
const SCOPE_BITS: u32 = 34;

/// How much of that is a hash; the rest is the shard.
const HASH_BITS: u32 = SCOPE_BITS - SHARDS.ilog2();

/// The hashes counted of one scope in one minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// As [`scope_of`] makes it.
    pub scope: i64,
    pub hashes: HashSet<u64>,
}

/// A row as it is stored.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = seen, treat_none_as_default_value = false)]
pub(crate) struct SeenRow {
    scope: i64,
    hashes: Vec<u8>,
}

/// The rows of some scopes.
pub fn of_scopes(connection: &mut StoreConnection<'_>, scopes: &[i64]) -> QueryResult<Vec<Seen>> {
    let mut rows = Vec::new();
    for some in scopes.chunks(ROWS) {
        let found: Vec<SeenRow> = on_backend!(connection, conn => {
            seen::table
                .filter(seen::scope.eq_any(some))
                .select(SeenRow::as_select())
                .load(*conn)?
        });
        rows.extend(
            found.into_iter().map(|row| Seen { scope: row.scope, hashes: unpack(&row.hashes) }),
        );
    }
    Ok(rows)
}

/// Writes rows as they are now.
pub fn save(connection: &mut StoreConnection<'_>, rows: &[Seen]) -> QueryResult<()> {
    let packed: Vec<SeenRow> =
        rows.iter().map(|row| SeenRow { scope: row.scope, hashes: pack(&row.hashes) }).collect();
    upsert(&packed).execute(connection)
}

/// The statement.
fn upsert(rows: &[SeenRow]) -> Upsert<'_> {
    Upsert {
        table: "seen",
        key: &["scope"],
        columns: vec![
            ("scope", Values::of(rows, |row| row.scope)),
            ("hashes", Values::of(rows, |row| &row.hashes[..])),
        ],
        on_conflict: OnConflict::Replace,
    }
}

/// Drops some rows of minutes before one; how many, 0 when none are left.
pub fn forget(connection: &mut StoreConnection<'_>, before_minute: i64) -> QueryResult<usize> {
    let first = scope_of(before_minute, 0, 0);
    on_backend!(connection, conn => {
        let old: Vec<i64> = seen::table
            .filter(seen::scope.lt(first))
            .limit(2000)
            .select(seen::scope)
            .load(*conn)?;
        diesel::delete(seen::table.filter(seen::scope.eq_any(old))).execute(*conn)
    })
}

/// The key of a scope in a minute: the minute, the scope's shard, then as much of a hash as
/// there is room for.
///
/// So rows stand in order of time, and a batch writes to a few pages at the end instead of one
/// page a row. Two scopes that share a key only share a row: what tells records apart is in
/// their own hashes. They are of one shard, so no two turns write the same row.
pub fn scope_of(minute: i64, shard: i16, hash: u64) -> i64 {
    let hash = (hash >> (64 - HASH_BITS)).cast_signed();
    minute << SCOPE_BITS | i64::from(shard) << HASH_BITS | hash
}

/// Hashes as they are stored: ascending, so that the same set is the same bytes.
fn pack(hashes: &HashSet<u64>) -> Vec<u8> {
    let mut sorted: Vec<u64> = hashes.iter().copied().collect();
    sorted.sort_unstable();
    sorted.into_iter().flat_map(u64::to_be_bytes).collect()
}

/// The reverse of `pack`.
fn unpack(bytes: &[u8]) -> HashSet<u64> {
    let (chunks, _) = bytes.as_chunks::<8>();
    chunks.iter().map(|chunk| u64::from_be_bytes(*chunk)).collect()
}
