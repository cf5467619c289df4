//! What is done to API tokens, by whomever, and written into the audit log with it.

use daybook_schema::audit_log::{self, Entry};
use daybook_schema::store::Store;
use daybook_schema::tokens::{self as rows, ApiToken};

use crate::config::Scope;
use crate::state::now_micros;
use crate::tokens::{self, NewToken, Purpose};

/// Most letters of a name.
pub const MAX_NAME_LETTERS: usize = 100;

/// A day in microseconds.
const DAY_MICROS: i64 = 86_400 * 1_000_000;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    #[error("a token's name has 1 to {MAX_NAME_LETTERS} letters, for example `Grafana`")]
    Name,
    #[error("there is no such token, or it was revoked already")]
    Unknown,
    #[error("no randomness")]
    NoRandomness,
    #[error("the database answered: {0}")]
    Store(#[from] daybook_schema::StoreError),
}

/// Makes a token, good for so many days or until it is revoked; its text is shown once. Blocks.
pub fn create(
    store: &Store,
    name: &str,
    scope: Scope,
    days: Option<u32>,
    actor: &str,
) -> Result<NewToken, NotDone> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_LETTERS {
        return Err(NotDone::Name);
    }
    let token = tokens::create(Purpose::Api).map_err(|_| NotDone::NoRandomness)?;
    let now = now_micros();
    let row = ApiToken {
        id: token.id.clone(),
        name: name.to_owned(),
        scope: scope.name().to_owned(),
        secret_hash: token.secret_hash.clone(),
        created_at: now,
        revoked_at: None,
        last_used_at: None,
        expires_at: days.map(|days| now.saturating_add(i64::from(days) * DAY_MICROS)),
    };
    let good_for = days.map_or("until it is revoked".to_owned(), |days| format!("{days} days"));
    let entry = Entry {
        actor: actor.to_owned(),
        action: "token.create",
        subject: format!("token:{}", row.id),
        detail: format!("{name}, scope {}, {good_for}", row.scope),
    };
    store.write(|conn| {
        rows::add_api(conn, &row)?;
        audit_log::record(conn, &entry, now)
    })?;
    Ok(token)
}

/// Revokes a token: its next request is refused. Blocks.
pub fn revoke(store: &Store, id: &str, actor: &str) -> Result<(), NotDone> {
    let entry = Entry {
        actor: actor.to_owned(),
        action: "token.revoke",
        subject: format!("token:{id}"),
        detail: String::new(),
    };
    let is_revoked = store.write(|conn| {
        let now = now_micros();
        let is_revoked = rows::revoke_api(conn, id, now)?;
        if is_revoked {
            audit_log::record(conn, &entry, now)?;
        }
        Ok(is_revoked)
    })?;
    if is_revoked { Ok(()) } else { Err(NotDone::Unknown) }
}
