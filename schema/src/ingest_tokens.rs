//! Ingest tokens: they write telemetry of one connection, and nothing else. Looked up by id,
//! compared by hash; the text is here only sealed, with a key that is not in the database.

use diesel::prelude::*;

use crate::connections;
use crate::store::{StoreConnection, on_backend};
use crate::tables::ingest_tokens;

/// Most tokens of a connection that are live at once: the old one and the new one while it is
/// rotated.
pub const MAX_LIVE: usize = 2;

/// A write-only token of a connection.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = ingest_tokens, treat_none_as_default_value = false)]
pub struct IngestToken {
    pub id: String,
    pub connection_id: i32,
    pub secret_hash: Vec<u8>,
    pub created_at: i64,
    pub revoked_at: Option<i64>,
    /// What it is for, for people.
    pub label: String,
    /// Its text, sealed; `None` for tokens that were made before there was a seal.
    pub sealed: Option<Vec<u8>>,
    /// Microseconds since 1970, to the minute; `None` when it was never used.
    pub last_used_at: Option<i64>,
}

/// Why a token was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAdded {
    /// There is no such connection.
    NoConnection,
    /// [`MAX_LIVE`] are live already.
    TooManyLive,
}

/// Keeps a new token of a connection.
pub fn add(
    connection: &mut StoreConnection<'_>,
    token: &IngestToken,
) -> QueryResult<Result<(), NotAdded>> {
    // Of two that are added at once the second waits here, and counts the first.
    if !connections::lock(connection, token.connection_id)? {
        return Ok(Err(NotAdded::NoConnection));
    }
    let of = of_connection(connection, token.connection_id)?;
    if of.iter().filter(|row| row.revoked_at.is_none()).count() >= MAX_LIVE {
        return Ok(Err(NotAdded::TooManyLive));
    }
    on_backend!(connection, conn => {
        diesel::insert_into(ingest_tokens::table).values(token).execute(*conn)?
    });
    Ok(Ok(()))
}

/// The token of an id, live or revoked.
pub fn by_id(connection: &mut StoreConnection<'_>, id: &str) -> QueryResult<Option<IngestToken>> {
    on_backend!(connection, conn => {
        ingest_tokens::table
            .find(id)
            .select(IngestToken::as_select())
            .first(*conn)
            .optional()
    })
}

/// The token of an id, live or revoked, or else the one whose id is the next. An unknown id costs
/// as much as a known one, unless it is beyond all of them.
pub fn nearest(connection: &mut StoreConnection<'_>, id: &str) -> QueryResult<Option<IngestToken>> {
    on_backend!(connection, conn => {
        ingest_tokens::table
            .filter(ingest_tokens::id.ge(id))
            .order(ingest_tokens::id)
            .select(IngestToken::as_select())
            .first(*conn)
            .optional()
    })
}

/// Every token of a connection, live or revoked, the oldest first.
pub fn of_connection(
    connection: &mut StoreConnection<'_>,
    connection_id: i32,
) -> QueryResult<Vec<IngestToken>> {
    on_backend!(connection, conn => {
        ingest_tokens::table
            .filter(ingest_tokens::connection_id.eq(connection_id))
            .order((ingest_tokens::created_at, ingest_tokens::id))
            .select(IngestToken::as_select())
            .load(*conn)
    })
}

/// Revokes a token of a connection, and forgets its text; `false` when it has no such token, or it was revoked before.
pub fn revoke(
    connection: &mut StoreConnection<'_>,
    connection_id: i32,
    id: &str,
    now: i64,
) -> QueryResult<bool> {
    on_backend!(connection, conn => {
        diesel::update(
            ingest_tokens::table
                .find(id)
                .filter(ingest_tokens::connection_id.eq(connection_id))
                .filter(ingest_tokens::revoked_at.is_null()),
        )
        .set((ingest_tokens::revoked_at.eq(Some(now)), ingest_tokens::sealed.eq(None::<Vec<u8>>)))
        .execute(*conn)
        .map(|rows| rows == 1)
    })
}

/// Notes when tokens were last used: each by its id. A time before the one that is known
/// changes nothing.
pub fn note_use(connection: &mut StoreConnection<'_>, used: &[(String, i64)]) -> QueryResult<()> {
    for (id, at) in used {
        on_backend!(connection, conn => {
            diesel::update(
                ingest_tokens::table.find(id).filter(
                    ingest_tokens::last_used_at
                        .is_null()
                        .or(ingest_tokens::last_used_at.lt(Some(*at))),
                ),
            )
            .set(ingest_tokens::last_used_at.eq(Some(*at)))
            .execute(*conn)?
        });
    }
    Ok(())
}
