//! Claims: who folds which signals.
//!
//! On SQLite one process folds and remembers what it claimed. On PostgreSQL a claim is the
//! worker's id on the signal's row, found with SKIP LOCKED, good for as long as the worker
//! lives. A claim never decides what is counted: that does the fold's own transaction, which
//! counts a signal only while it is waiting.
//!
//! A signal's *shard* is that of its first session. Workers prefer different shards, so that
//! they seldom wait for each other's turn; they take any when there is nothing else.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::signals::{SignalRow, raise_attempts, state, waiting_after};
use crate::store::{PgConnection, Store, StoreConnection};
use crate::tables::signals;
use crate::workers::{self, NOW};

/// How long a signal of another's shard has to wait before it is taken.
const LEFT_LYING_MICROS: i64 = 500_000;

/// How many shards there are. It never changes: the number is stored.
pub const SHARDS: u16 = 64;

/// Who claims, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Claimant<'a> {
    /// The worker's id.
    pub worker: i64,
    /// On SQLite: signals up to this id are claimed.
    pub after: i64,
    /// On PostgreSQL: the signals it knows that it has claimed. What else bears its name it
    /// never heard of, because the answer to its claim was lost.
    pub under_way: &'a [i64],
    /// Most signals of one claim.
    pub limit: i64,
}

/// Claims what `choose` takes of the front of the queue, and raises its attempts before
/// anything is decoded. The rows show the attempts as they were.
pub fn claim(
    store: &Store,
    claimant: Claimant<'_>,
    choose: impl Fn(Vec<SignalRow>) -> Vec<SignalRow>,
) -> QueryResult<Vec<SignalRow>> {
    if !store.is_shared() {
        let waiting = store.read(|conn| waiting_after(conn, claimant.after, claimant.limit))?;
        let batch = choose(waiting);
        if !batch.is_empty() {
            store.write(|conn| raise_attempts(conn, &ids(&batch)))?;
        }
        return Ok(batch);
    }
    store.write(|connection| {
        let StoreConnection::Postgres(conn) = &mut *connection else {
            return Ok(Vec::new());
        };
        let batch = choose(free(conn, claimant)?);
        take(conn, claimant.worker, &ids(&batch))?;
        Ok(batch)
    })
}

/// The signals nobody who lives has under way: those of the worker's own shards, else what
/// others have left lying.
fn free(conn: &mut PgConnection, claimant: Claimant<'_>) -> QueryResult<Vec<SignalRow>> {
    let living = workers::living(conn)?;
    let own = own_shards(&living, claimant.worker);
    let others = living.into_iter().filter(|id| *id != claimant.worker);
    let unclaimed = signals::worker.is_null().or(signals::worker.ne_all(others));
    let waiting = signals::table
        .filter(signals::state.eq(state::WAITING))
        .filter(unclaimed.assume_not_null())
        .filter(signals::id.ne_all(claimant.under_way))
        .order(signals::id)
        .limit(claimant.limit)
        .select(SignalRow::as_select())
        .for_update()
        .skip_locked();
    let found: Vec<SignalRow> = waiting.clone().filter(signals::shard.eq_any(own)).load(conn)?;
    if !found.is_empty() {
        return Ok(found);
    }
    let left_lying = format!("received_at < {NOW} - {LEFT_LYING_MICROS}");
    waiting.filter(sql::<Bool>(&left_lying)).load(conn)
}

/// The shards a worker prefers: every n-th of n workers.
fn own_shards(living: &[i64], worker: i64) -> Vec<i16> {
    let place = living.iter().position(|id| *id == worker).unwrap_or_default();
    let shards = 0..i16::try_from(SHARDS).unwrap_or(i16::MAX);
    shards.skip(place).step_by(living.len().max(1)).collect()
}

/// Puts the worker's name on signals.
fn take(conn: &mut PgConnection, worker: i64, ids: &[i64]) -> QueryResult<()> {
    diesel::update(signals::table.filter(signals::id.eq_any(ids)))
        .set((signals::attempts.eq(signals::attempts + 1), signals::worker.eq(Some(worker))))
        .execute(conn)?;
    Ok(())
}

/// Gives back what a claimant claimed and did not fold, as if it had never been claimed.
pub fn give_back(store: &Store, claimant: Claimant<'_>) -> QueryResult<()> {
    store.write(|connection| {
        let one_less = signals::attempts.eq(signals::attempts - 1);
        let waiting = signals::table
            .filter(signals::state.eq(state::WAITING))
            .filter(signals::attempts.gt(0));
        match connection {
            StoreConnection::Sqlite(conn) => {
                let claimed = waiting.filter(signals::id.le(claimant.after));
                diesel::update(claimed).set(one_less).execute(*conn)?
            }
            StoreConnection::Postgres(conn) => {
                let claimed = waiting.filter(signals::worker.eq(claimant.worker));
                let freed = (one_less, signals::worker.eq(None::<i64>));
                diesel::update(claimed).set(freed).execute(*conn)?
            }
        };
        Ok(())
    })
}

/// The ids of some rows.
fn ids(rows: &[SignalRow]) -> Vec<i64> {
    rows.iter().map(|row| row.id).collect()
}
