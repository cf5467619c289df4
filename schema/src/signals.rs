//! Signals: received requests, and the queue they wait in.
//!
//! A signal's row is narrow because it is updated; its body is another row, written once.

mod many;
mod states;

use std::collections::BTreeMap;

use diesel::dsl::{count_star, exists, min};
use diesel::prelude::*;

use crate::detections::{self, Detection};
use crate::store::{StoreConnection, on_backend};
use crate::tables::{signal_bodies, signals};
use crate::tallies;
use states::is_quarantined;
pub(crate) use states::is_waiting;

/// How many rows one statement carries.
const ROWS: usize = 1000;

/// What a request holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignalKind {
    Metrics,
    Logs,
    /// Kept for the archive, never counted.
    Traces,
}

impl SignalKind {
    /// The number it is stored as.
    pub fn number(self) -> i16 {
        match self {
            SignalKind::Metrics => 1,
            SignalKind::Logs => 2,
            SignalKind::Traces => 3,
        }
    }

    /// The reverse of `number`.
    pub fn from_number(number: i16) -> Option<SignalKind> {
        match number {
            1 => Some(SignalKind::Metrics),
            2 => Some(SignalKind::Logs),
            3 => Some(SignalKind::Traces),
            _ => None,
        }
    }
}

/// Where a signal stands.
pub mod state {
    /// In the queue.
    pub const WAITING: i16 = 0;
    /// Counted.
    pub const FOLDED: i16 = 1;
    /// Kept, shown, and not tried again by itself.
    pub const QUARANTINED: i16 = 2;
}

/// A request to be kept.
#[derive(Clone, Debug)]
pub struct NewSignal {
    pub connection_id: i32,
    pub kind: SignalKind,
    /// Microseconds since 1970.
    pub received_at: i64,
    /// Counted however old it is.
    pub imported: bool,
    /// Of the first session in it: see [`crate::claims`].
    pub shard: i16,
    /// Bytes of the unpacked body.
    pub size: i64,
    /// Keyed hash of connection, kind and body.
    pub content_hash: [u8; 16],
    /// Redacted protobuf, in zstd.
    pub body: Vec<u8>,
    /// What redaction found in it.
    pub detections: Vec<Detection>,
    /// How many attributes were dropped because nobody needs them.
    pub dropped_attributes: usize,
}

/// A signal's row, as whoever counts it reads it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = signals)]
pub struct SignalRow {
    pub id: i64,
    pub connection_id: i32,
    pub kind: i16,
    pub received_at: i64,
    pub imported: bool,
    pub size: i64,
    pub attempts: i16,
}

/// Stores a group of requests: one statement on PostgreSQL.
///
/// When that has committed, every one of them may be acknowledged.
pub fn insert(connection: &mut StoreConnection<'_>, group: &[NewSignal]) -> QueryResult<()> {
    match connection {
        StoreConnection::Sqlite(conn) => many::insert_sqlite(conn, group),
        StoreConnection::Postgres(conn) => many::insert_postgres(conn, group),
    }
}

/// Stores a group of requests with what was found in them, and counts how many came that were
/// here already.
///
/// Call it in a write transaction: when that has committed, every one of them may be
/// acknowledged.
pub fn enqueue(
    connection: &mut StoreConnection<'_>,
    group: &[NewSignal],
    copies: usize,
    now: i64,
) -> QueryResult<()> {
    insert(connection, group)?;
    keep_detections(connection, group)?;
    let dropped = group.iter().fold(0_usize, |sum, new| sum.saturating_add(new.dropped_attributes));
    tallies::add(connection, tallies::DROPPED_ATTRIBUTES, "", dropped, now)?;
    tallies::add(connection, tallies::REQUEST_COPIES, "", copies, now)
}

/// Stores what redaction found in a group of requests; the same of several is one row.
fn keep_detections(connection: &mut StoreConnection<'_>, group: &[NewSignal]) -> QueryResult<()> {
    let mut rows: BTreeMap<i64, Detection> = BTreeMap::new();
    for found in group.iter().flat_map(|new| &new.detections) {
        match rows.get_mut(&found.id) {
            Some(row) => row.times = row.times.saturating_add(found.times),
            None => {
                rows.insert(found.id, found.clone());
            }
        }
    }
    let rows: Vec<Detection> = rows.into_values().collect();
    detections::add(connection, &rows)
}

impl NewSignal {
    /// Whether nothing has to be stored or counted besides.
    pub fn is_plain(&self) -> bool {
        self.detections.is_empty() && self.dropped_attributes == 0
    }
}

/// The hashes of the latest signals, the latest first.
pub fn latest_hashes(
    connection: &mut StoreConnection<'_>,
    limit: i64,
) -> QueryResult<Vec<Vec<u8>>> {
    on_backend!(connection, conn => {
        signals::table
            .order(signals::id.desc())
            .limit(limit)
            .select(signals::content_hash)
            .load(*conn)
    })
}

/// The waiting signals after an id, in order of arrival.
pub fn waiting_after(
    connection: &mut StoreConnection<'_>,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<SignalRow>> {
    on_backend!(connection, conn => {
        signals::table
            .filter(is_waiting())
            .filter(signals::id.gt(after))
            .order(signals::id)
            .limit(limit)
            .select(SignalRow::as_select())
            .load(*conn)
    })
}

/// A signal's row.
pub fn by_id(connection: &mut StoreConnection<'_>, id: i64) -> QueryResult<Option<SignalRow>> {
    on_backend!(connection, conn => {
        signals::table.find(id).select(SignalRow::as_select()).first(*conn).optional()
    })
}

/// Notes that a worker died while it had these signals under way, those of them that it had not
/// counted. What somebody is counting at this moment is passed over, not waited for.
pub fn raise_attempts(connection: &mut StoreConnection<'_>, ids: &[i64]) -> QueryResult<()> {
    for some in ids.chunks(ROWS) {
        let waiting = signals::table
            .filter(signals::id.eq_any(some))
            .filter(is_waiting())
            .select(signals::id);
        let free: Vec<i64> = match connection {
            StoreConnection::Sqlite(conn) => waiting.load(*conn)?,
            StoreConnection::Postgres(conn) => waiting.for_update().skip_locked().load(*conn)?,
        };
        on_backend!(connection, conn => {
            diesel::update(signals::table.filter(signals::id.eq_any(free)))
                .set(signals::attempts.eq(signals::attempts + 1))
                .execute(*conn)?
        });
    }
    Ok(())
}

/// Those of some signals that are waiting still.
pub fn waiting_of(
    connection: &mut StoreConnection<'_>,
    ids: &[i64],
) -> QueryResult<Vec<SignalRow>> {
    let mut found = Vec::new();
    for some in ids.chunks(ROWS) {
        on_backend!(connection, conn => {
            found.extend(
                signals::table
                    .filter(signals::id.eq_any(some))
                    .filter(is_waiting())
                    .order(signals::id)
                    .select(SignalRow::as_select())
                    .load::<SignalRow>(*conn)?,
            )
        });
    }
    Ok(found)
}

/// The bodies of some signals, with their ids, in order.
pub fn bodies(
    connection: &mut StoreConnection<'_>,
    ids: &[i64],
) -> QueryResult<Vec<(i64, Vec<u8>)>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(ROWS) {
        on_backend!(connection, conn => {
            found.extend(
                signal_bodies::table
                    .filter(signal_bodies::signal_id.eq_any(some))
                    .order(signal_bodies::signal_id)
                    .select((signal_bodies::signal_id, signal_bodies::body))
                    .load::<(i64, Vec<u8>)>(*conn)?,
            )
        });
    }
    Ok(found)
}

/// Some stored bodies after an id, with the signal's kind, in order of ids.
pub fn bodies_after(
    connection: &mut StoreConnection<'_>,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<(i64, i16, Vec<u8>)>> {
    on_backend!(connection, conn => {
        signal_bodies::table
            .inner_join(signals::table)
            .filter(signal_bodies::signal_id.gt(after))
            .order(signal_bodies::signal_id)
            .limit(limit)
            .select((signal_bodies::signal_id, signals::kind, signal_bodies::body))
            .load(*conn)
    })
}

/// Puts another body in the place of one: the same request, with more of it hidden.
pub fn replace_body(connection: &mut StoreConnection<'_>, id: i64, new: &[u8]) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(signal_bodies::table.find(id))
            .set(signal_bodies::body.eq(new))
            .execute(*conn)?
    });
    Ok(())
}

/// Claims signals for counting: how many of them were still waiting.
///
/// Call it first in the transaction that adds the usage, and roll back when the answer is
/// not the number of ids: somebody else counted the rest.
pub fn mark_folded(connection: &mut StoreConnection<'_>, ids: &[i64]) -> QueryResult<usize> {
    let mut marked = 0;
    for some in ids.chunks(ROWS) {
        on_backend!(connection, conn => {
            marked += diesel::update(
                signals::table
                    .filter(signals::id.eq_any(some))
                    .filter(is_waiting()),
            )
            .set(signals::state.eq(state::FOLDED))
            .execute(*conn)?
        });
    }
    Ok(marked)
}

/// Puts a signal aside, with what went wrong.
pub fn quarantine(connection: &mut StoreConnection<'_>, id: i64, reason: &str) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(
            signals::table
                .filter(signals::id.eq(id))
                .filter(is_waiting()),
        )
        .set((
            signals::state.eq(state::QUARANTINED),
            signals::reason.eq(Some(reason)),
        ))
        .execute(*conn)?
    });
    Ok(())
}

/// Sends every quarantined signal back to the queue.
pub fn replay_quarantined(connection: &mut StoreConnection<'_>) -> QueryResult<usize> {
    on_backend!(connection, conn => {
        diesel::update(signals::table.filter(is_quarantined()))
            .set((
                signals::state.eq(state::WAITING),
                signals::attempts.eq(0),
                signals::reason.eq(None::<String>),
            ))
            .execute(*conn)
    })
}

/// Folded signals of a range of ids, in order: what a rebuild reads.
pub fn folded_between(
    connection: &mut StoreConnection<'_>,
    (first, last): (i64, i64),
    limit: i64,
) -> QueryResult<Vec<SignalRow>> {
    on_backend!(connection, conn => {
        signals::table
            .filter(signals::state.eq(state::FOLDED))
            .filter(signals::id.between(first, last))
            .order(signals::id)
            .limit(limit)
            .select(SignalRow::as_select())
            .load(*conn)
    })
}

/// How long the queue is, and since when its first signal waits.
#[derive(Clone, Copy, Debug, Default)]
pub struct QueueDepth {
    pub waiting: i64,
    pub quarantined: i64,
    /// When the oldest waiting signal was received, microseconds since 1970.
    pub oldest_waiting: Option<i64>,
}

/// The depth of the queue now.
pub fn depth(connection: &mut StoreConnection<'_>) -> QueryResult<QueueDepth> {
    on_backend!(connection, conn => {
        let (waiting, oldest_waiting) = signals::table
            .filter(is_waiting())
            .select((count_star(), min(signals::received_at)))
            .first::<(i64, Option<i64>)>(*conn)?;
        let quarantined = signals::table
            .filter(is_quarantined())
            .select(count_star())
            .first(*conn)?;
        Ok(QueueDepth { waiting, quarantined, oldest_waiting })
    })
}

/// Whether any signal has been folded. How many there are takes as long as the table is.
pub fn any_folded(connection: &mut StoreConnection<'_>) -> QueryResult<bool> {
    on_backend!(connection, conn => {
        diesel::select(exists(signals::table.filter(signals::state.eq(state::FOLDED))))
            .get_result(*conn)
    })
}

/// When the oldest signal was received that may still be counted: one that waits, or that is in
/// quarantine. Microseconds since 1970.
pub fn oldest_open(connection: &mut StoreConnection<'_>) -> QueryResult<Option<i64>> {
    on_backend!(connection, conn => {
        let received = signals::table.select(min(signals::received_at));
        let waiting: Option<i64> = received.filter(is_waiting()).first(*conn)?;
        let aside: Option<i64> = received.filter(is_quarantined()).first(*conn)?;
        Ok(waiting.into_iter().chain(aside).min())
    })
}
