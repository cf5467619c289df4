//! Claims: who folds which signals.
//!
//! A claim is one row that names its signals, good for as long as its worker lives; on SQLite
//! there is one worker. Signals are not written when they are claimed, so to claim a thousand
//! costs as much as one. A claim never decides what is counted: that does the fold's own
//! transaction, which counts a signal only while it is waiting.
//!
//! A claim whose worker died is an attempt of each of its signals that is still waiting: when it
//! is broken, their attempts are raised.
//!
//! A signal's *shard* is that of its first session. Workers prefer different shards, so that
//! they seldom wait for each other's turn; they take any when there is nothing else, or when what
//! another has left lying is much older.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool};

use crate::signals::{SignalRow, is_waiting, raise_attempts, waiting_after};
use crate::store::{PgConnection, Store, StoreConnection, lock_claims, on_backend};
use crate::tables::{claims, signals};
use crate::workers::{self, NOW};

/// How long a signal of another's shard has to wait before it is taken.
const LEFT_LYING_MICROS: i64 = 500_000;

/// How much longer a signal of another's shard has waited when it goes before one's own: its worker
/// lives, and does not come to it.
const OVERDUE_MICROS: i64 = 5_000_000;

/// How many shards there are. It never changes: the number is stored.
pub const SHARDS: u16 = 64;

/// Who claims, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Claimant<'a> {
    /// The worker's id.
    pub worker: i64,
    /// What the claim is known by among the worker's own.
    pub number: i64,
    /// On SQLite: signals up to this id are claimed.
    pub after: i64,
    /// The numbers of the claims the worker knows to be under way. What else bears its name is
    /// done with, or it never heard of it, because the answer to its claim was lost.
    pub under_way: &'a [i64],
    /// Most signals of one claim.
    pub limit: i64,
}

/// A claim as it is stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = claims, treat_none_as_default_value = false)]
struct Claim {
    worker: i64,
    number: i64,
    /// The ids, 8 bytes each.
    signals: Vec<u8>,
}

/// Claims what `choose` takes of the front of the queue, before anything of it is decoded. The
/// rows show over how many claims of them a worker died.
pub fn claim(
    store: &Store,
    claimant: Claimant<'_>,
    choose: impl Fn(Vec<SignalRow>) -> Vec<SignalRow>,
) -> QueryResult<Vec<SignalRow>> {
    if store.is_shared() {
        return store.write(|connection| claim_shared(connection, claimant, &choose));
    }
    if claimant.after == 0 {
        break_dead(store, claimant.worker)?;
    }
    let waiting = store.read(|conn| waiting_after(conn, claimant.after, claimant.limit))?;
    let batch = choose(waiting);
    if !batch.is_empty() {
        store.write(|connection| {
            forget_done(connection, claimant)?;
            insert(connection, claimant, &batch)
        })?;
    }
    Ok(batch)
}

/// The same beside other workers.
fn claim_shared(
    connection: &mut StoreConnection<'_>,
    claimant: Claimant<'_>,
    choose: &impl Fn(Vec<SignalRow>) -> Vec<SignalRow>,
) -> QueryResult<Vec<SignalRow>> {
    let StoreConnection::Postgres(conn) = &mut *connection else {
        return Ok(Vec::new());
    };
    // What is claimed is seen by the next claimant: nobody else claims meanwhile.
    lock_claims(conn)?;
    let living = workers::living(conn)?;
    // It lives, though it may not have come to say so.
    let alive: Vec<i64> = living.iter().copied().chain([claimant.worker]).collect();
    break_all_but(connection, &alive)?;
    forget_done(connection, claimant)?;
    let taken: Vec<i64> = all(connection)?.iter().flat_map(ids_of).collect();
    let StoreConnection::Postgres(conn) = &mut *connection else {
        return Ok(Vec::new());
    };
    let own = own_shards(&living, claimant.worker);
    let batch = choose(free(conn, claimant.limit, &own, &taken)?);
    if !batch.is_empty() {
        insert(connection, claimant, &batch)?;
    }
    Ok(batch)
}

/// The signals that nobody has under way: those of the worker's own shards, unless others have left
/// lying what is much older; else whatever they have left lying.
fn free(
    conn: &mut PgConnection,
    limit: i64,
    own_shards: &[i16],
    taken: &[i64],
) -> QueryResult<Vec<SignalRow>> {
    // Looked up in a hash table: an array that is a parameter is searched from its front for each
    // signal, and whoever claims holds up all others.
    let is_free =
        sql::<Bool>("signals.id NOT IN (SELECT unnest(").bind::<Array<BigInt>, _>(taken).sql("))");
    let waiting = signals::table
        .filter(is_waiting())
        .filter(is_free)
        .order(signals::id)
        .limit(limit)
        .select(SignalRow::as_select());
    let own: Vec<SignalRow> =
        waiting.clone().filter(signals::shard.eq_any(own_shards)).load(conn)?;
    if own_shards.len() == usize::from(SHARDS) {
        return Ok(own);
    }
    let waited = |micros: i64| sql::<Bool>(&format!("received_at < {NOW} - {micros}"));
    let others = waiting.filter(signals::shard.ne_all(own_shards));
    if let Some(first) = own.first() {
        // What has waited longer has a smaller id: no more is looked at.
        let before = others.clone().filter(signals::id.lt(first.id));
        let overdue: Option<SignalRow> =
            before.filter(waited(OVERDUE_MICROS)).first(conn).optional()?;
        let is_behind = |row: &SignalRow| row.received_at < first.received_at - OVERDUE_MICROS;
        if !overdue.as_ref().is_some_and(is_behind) {
            return Ok(own);
        }
    }
    others.filter(waited(LEFT_LYING_MICROS)).load(conn)
}

/// The shards a worker prefers: every n-th of n workers.
fn own_shards(living: &[i64], worker: i64) -> Vec<i16> {
    let place = living.iter().position(|id| *id == worker).unwrap_or_default();
    let shards = 0..i16::try_from(SHARDS).unwrap_or(i16::MAX);
    shards.skip(place).step_by(living.len().max(1)).collect()
}

/// Every claim there is.
fn all(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<Claim>> {
    on_backend!(connection, conn => claims::table.select(Claim::as_select()).load(*conn))
}

/// Stores a claim.
fn insert(
    connection: &mut StoreConnection<'_>,
    claimant: Claimant<'_>,
    batch: &[SignalRow],
) -> QueryResult<()> {
    let signals = batch.iter().flat_map(|row| row.id.to_be_bytes()).collect();
    let claim = Claim { worker: claimant.worker, number: claimant.number, signals };
    on_backend!(connection, conn => {
        diesel::insert_into(claims::table).values(&claim).execute(*conn)?
    });
    Ok(())
}

/// The ids of a claim's signals.
fn ids_of(claim: &Claim) -> Vec<i64> {
    let (ids, _) = claim.signals.as_chunks::<8>();
    ids.iter().map(|id| i64::from_be_bytes(*id)).collect()
}

/// Takes away the claims of a worker that are not under way.
fn forget_done(connection: &mut StoreConnection<'_>, claimant: Claimant<'_>) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::delete(
            claims::table
                .filter(claims::worker.eq(claimant.worker))
                .filter(claims::number.ne_all(claimant.under_way)),
        )
        .execute(*conn)?
    });
    Ok(())
}

/// On SQLite: breaks the claims of the processes before this one.
fn break_dead(store: &Store, worker: i64) -> QueryResult<()> {
    let others = |claims: &[Claim]| claims.iter().any(|claim| claim.worker != worker);
    if others(&store.read(all)?) {
        store.write(|connection| break_all_but(connection, &[worker]))?;
    }
    Ok(())
}

/// Breaks the claims of every worker that does not live: what of them is still waiting was tried
/// once more, and is free.
fn break_all_but(connection: &mut StoreConnection<'_>, living: &[i64]) -> QueryResult<()> {
    let dead: Vec<Claim> = on_backend!(connection, conn => {
        claims::table
            .filter(claims::worker.ne_all(living))
            .select(Claim::as_select())
            .load(*conn)?
    });
    for claim in dead {
        raise_attempts(connection, &ids_of(&claim))?;
        on_backend!(connection, conn => {
            diesel::delete(
                claims::table
                    .filter(claims::worker.eq(claim.worker))
                    .filter(claims::number.eq(claim.number)),
            )
            .execute(*conn)?
        });
    }
    Ok(())
}

/// Gives back what a worker claimed and did not fold, as if it had never been claimed.
pub fn give_back(store: &Store, worker: i64) -> QueryResult<()> {
    store.write(|connection| {
        on_backend!(connection, conn => {
            diesel::delete(claims::table.filter(claims::worker.eq(worker))).execute(*conn)?
        });
        Ok(())
    })
}
