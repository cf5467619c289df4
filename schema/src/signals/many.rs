//! Stores many signals in one go, each database in the way it is fastest at.

use diesel::dsl::max;
use diesel::prelude::*;

use super::{NewSignal, state};
use crate::store::{PgConnection, Unnest, Values};
use crate::tables::{signal_bodies, signals};

/// A signal's row when it arrives: waiting, and nothing was tried yet.
#[derive(Insertable)]
#[diesel(table_name = signals, treat_none_as_default_value = false)]
struct Arrived<'a> {
    id: i64,
    connection_id: i32,
    kind: i16,
    received_at: i64,
    imported: bool,
    size: i64,
    content_hash: &'a [u8],
    state: i16,
    attempts: i16,
    shard: i16,
}

impl Arrived<'_> {
    /// The row of a request.
    fn of(id: i64, new: &NewSignal) -> Arrived<'_> {
        Arrived {
            id,
            connection_id: new.connection_id,
            kind: new.kind.number(),
            received_at: new.received_at,
            imported: new.imported,
            size: new.size,
            content_hash: &new.content_hash,
            state: state::WAITING,
            attempts: 0,
            shard: new.shard,
        }
    }
}

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
        let row = Arrived::of(id, new);
        diesel::insert_into(signals::table).values(&row).execute(conn)?;
        let body = SignalBody { signal_id: id, body: &new.body };
        diesel::insert_into(signal_bodies::table).values(&body).execute(conn)?;
    }
    Ok(())
}

/// One statement, however many rows there are: each more is a way to the server and back.
///
/// Ids come from a sequence. They are in order of neither commit nor arrival, and nothing
/// relies on it.
pub(super) fn insert_postgres(conn: &mut PgConnection, group: &[NewSignal]) -> QueryResult<()> {
    let statement = Unnest {
        // A subquery, so that the sequence is looked up once and not for every row.
        before: "WITH new AS MATERIALIZED ( \
                     SELECT nextval((SELECT pg_get_serial_sequence('signals', 'id'))) AS id, * \
                     FROM",
        columns: vec![
            Values::of(group, |new| new.connection_id),
            Values::of(group, |new| new.kind.number()),
            Values::of(group, |new| new.received_at),
            Values::of(group, |new| new.imported),
            Values::of(group, |new| new.size),
            Values::of(group, |new| &new.content_hash[..]),
            Values::of(group, |new| new.shard),
            Values::of(group, |new| &new.body[..]),
        ],
        behind: "AS arrived (connection_id, kind, received_at, imported, size, content_hash, \
                             shard, body) \
                 ), \
                 stored AS ( \
                     INSERT INTO signals (id, connection_id, kind, received_at, imported, size, \
                                          content_hash, shard, state, attempts) \
                     SELECT id, connection_id, kind, received_at, imported, size, \
                            content_hash, shard, 0, 0 \
                     FROM new \
                 ) \
                 INSERT INTO signal_bodies (signal_id, body) SELECT id, body FROM new",
    };
    statement.execute(conn)?;
    Ok(())
}
