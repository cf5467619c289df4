//! A connection's tokens: made, shown again, revoked. Two may be live, so that one is replaced
//! while the other still works.

use daybook_schema::audit_log;
use daybook_schema::ingest_tokens::{self as rows, IngestToken, MAX_LIVE, NotAdded};
use daybook_schema::store::Store;

use super::{NotDone, entry};
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
    actor: &str,
) -> Result<MadeToken, NotDone> {
    let (token, row) = new_token(seal, label)?;
    let row = IngestToken { connection_id, ..row };
    let entry = entry(actor, "ingest_token.create", connection_id, &token.id);
    store.write(|conn| {
        let added = rows::add(conn, &row)?;
        if added.is_ok() {
            audit_log::record(conn, &entry, now_micros())?;
        }
        Ok(added)
    })??;
    Ok(token)
}

/// Revokes a token. Every process refuses it within seconds. Blocks.
pub fn revoke_token(
    store: &Store,
    connection_id: i32,
    id: &str,
    actor: &str,
) -> Result<(), NotDone> {
    let entry = entry(actor, "ingest_token.revoke", connection_id, id);
    let is_known = store.write(|conn| {
        let now = now_micros();
        if rows::revoke(conn, connection_id, id, now)? {
            audit_log::record(conn, &entry, now)?;
            return Ok(true);
        }
        Ok(rows::by_id(conn, id)?.is_some_and(|row| row.connection_id == connection_id))
    })?;
    if is_known { Ok(()) } else { Err(NotDone::NoToken) }
}

/// The text of a live token, for somebody to see; it is written down who did. Blocks.
pub fn token_text(
    store: &Store,
    seal: &Seal,
    connection_id: i32,
    id: &str,
    actor: &str,
) -> Result<String, NotDone> {
    let row = store.read(|conn| rows::by_id(conn, id))?;
    let row = row.filter(|row| row.connection_id == connection_id).ok_or(NotDone::NoToken)?;
    if row.revoked_at.is_some() {
        return Err(NotDone::Revoked);
    }
    let text = opened(seal, &row)?;
    note_shown(store, &row, actor)?;
    Ok(text)
}

/// The text of the token that settings are made with, for somebody to see; it is written down
/// who did. Blocks.
pub fn latest_token_text(
    store: &Store,
    seal: &Seal,
    connection_id: i32,
    actor: &str,
) -> Result<String, NotDone> {
    let row = latest(store, connection_id)?;
    let text = opened(seal, &row)?;
    note_shown(store, &row, actor)?;
    Ok(text)
}

/// The latest token that is live and can be opened. Blocks.
pub(super) fn latest(store: &Store, connection_id: i32) -> Result<IngestToken, NotDone> {
    let rows = store.read(|conn| rows::of_connection(conn, connection_id))?;
    let live = rows.into_iter().filter(|row| row.revoked_at.is_none());
    let latest = live.max_by(|one, other| {
        (one.sealed.is_some(), one.created_at, &one.id).cmp(&(
            other.sealed.is_some(),
            other.created_at,
            &other.id,
        ))
    });
    latest.ok_or(NotDone::NoLiveToken)
}

/// The text of a token.
pub(super) fn opened(seal: &Seal, row: &IngestToken) -> Result<String, NotDone> {
    Ok(seal.open(&row.id, row.sealed.as_ref().ok_or(NotDone::NotSealed)?)?)
}

/// Writes down that somebody was shown a token.
fn note_shown(store: &Store, row: &IngestToken, actor: &str) -> Result<(), NotDone> {
    let entry = entry(actor, "ingest_token.show", row.connection_id, &row.id);
    Ok(store.write(|conn| audit_log::record(conn, &entry, now_micros()))?)
}

impl From<NotAdded> for NotDone {
    fn from(reason: NotAdded) -> NotDone {
        match reason {
            NotAdded::NoConnection => NotDone::NoConnection,
            NotAdded::TooManyLive => NotDone::TooManyLive(MAX_LIVE),
        }
    }
}
