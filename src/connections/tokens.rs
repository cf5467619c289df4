//! A connection's tokens: made, shown again, revoked. Two may be live, so that one is replaced
//! while the other still works.

use daybook_schema::ingest_tokens::{self as rows, IngestToken, MAX_LIVE, NotAdded};
use daybook_schema::store::Store;

use super::NotDone;
use crate::seal::Seal;
use crate::state::now_micros;
use crate::tokens::{self, Purpose};

/// Longest label, in bytes.
const MAX_LABEL_BYTES: usize = 100;

/// A token that was just made.
pub struct MadeToken {
    pub id: String,
    pub label: String,
    /// Microseconds since 1970.
    pub created_at: i64,
    pub text: String,
}

/// A token and its row, of no connection yet.
pub(super) fn new_token(seal: &Seal, label: &str) -> Result<(MadeToken, IngestToken), NotDone> {
    let label = label.trim();
    if label.len() > MAX_LABEL_BYTES || label.chars().any(char::is_control) {
        return Err(NotDone::Label);
    }
    let made = tokens::create(Purpose::Ingest).map_err(NotDone::Broken)?;
    let sealed = seal.close(&made.id, &made.text).map_err(NotDone::Broken)?;
    let (label, created_at) = (label.to_owned(), now_micros());
    let row = IngestToken {
        id: made.id.clone(),
        connection_id: 0,
        secret_hash: made.secret_hash,
        created_at,
        revoked_at: None,
        label: label.clone(),
        sealed: Some(sealed),
        last_used_at: None,
    };
    Ok((MadeToken { id: made.id, label, created_at, text: made.text }, row))
}

/// Gives a connection another token. Blocks.
pub fn add_token(
    store: &Store,
    seal: &Seal,
    connection_id: i32,
    label: &str,
) -> Result<MadeToken, NotDone> {
    let (token, row) = new_token(seal, label)?;
    let row = IngestToken { connection_id, ..row };
    store.write(|conn| rows::add(conn, &row))??;
    Ok(token)
}

/// Revokes a token. Every process refuses it within seconds. Blocks.
pub fn revoke_token(store: &Store, connection_id: i32, id: &str) -> Result<(), NotDone> {
    let is_known = store.write(|conn| {
        rows::revoke(conn, connection_id, id, now_micros())?;
        Ok(rows::by_id(conn, id)?.is_some_and(|row| row.connection_id == connection_id))
    })?;
    if is_known { Ok(()) } else { Err(NotDone::NoToken) }
}

/// The text of a live token. Blocks.
pub fn token_text(
    store: &Store,
    seal: &Seal,
    connection_id: i32,
    id: &str,
) -> Result<String, NotDone> {
    let row = store.read(|conn| rows::by_id(conn, id))?;
    let row = row.filter(|row| row.connection_id == connection_id).ok_or(NotDone::NoToken)?;
    if row.revoked_at.is_some() {
        return Err(NotDone::Revoked);
    }
    let sealed = row.sealed.ok_or(NotDone::NotSealed)?;
    Ok(seal.open(&row.id, &sealed)?)
}

/// The text of the token that settings are made with: the latest that is live and can be shown.
/// Blocks.
pub fn latest_token_text(
    store: &Store,
    seal: &Seal,
    connection_id: i32,
) -> Result<String, NotDone> {
    let rows = store.read(|conn| rows::of_connection(conn, connection_id))?;
    let live = rows.into_iter().filter(|row| row.revoked_at.is_none());
    let latest = live.max_by(|one, other| {
        (one.sealed.is_some(), one.created_at, &one.id).cmp(&(
            other.sealed.is_some(),
            other.created_at,
            &other.id,
        ))
    });
    let row = latest.ok_or(NotDone::NoLiveToken)?;
    Ok(seal.open(&row.id, &row.sealed.ok_or(NotDone::NotSealed)?)?)
}

impl From<NotAdded> for NotDone {
    fn from(reason: NotAdded) -> NotDone {
        match reason {
            NotAdded::NoConnection => NotDone::NoConnection,
            NotAdded::TooManyLive => NotDone::TooManyLive(MAX_LIVE),
        }
    }
}
