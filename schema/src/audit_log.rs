//! The audit log: who did what, chained so that a changed row is found.
//!
//! Each row's hash is keyed and goes over the hash before and over all that the row says.
//! Nothing here changes or deletes a row; triggers of the database refuse it too.

use diesel::prelude::*;

use crate::installation;
use crate::store::{StoreConnection, on_backend};
use crate::tables::{audit_head, audit_log};

/// What the key of the chain is derived for.
const KEY_CONTEXT: &str = "daybook audit log 2026-11-20 key of the chain of hashes";

/// How many rows are verified at a time.
const STRETCH: i64 = 1000;

/// Something that was done. Never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `account:7`, `token:<id>` or `command`.
    pub actor: String,
    /// What was done, e.g. `pattern.add`.
    pub action: &'static str,
    /// What it was done to, e.g. `con_7`.
    pub subject: String,
    /// What else there is to say.
    pub detail: String,
}

/// A row of the log.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_log)]
pub struct AuditRow {
    /// 1, 2, 3, without gaps.
    pub id: i64,
    /// Microseconds since 1970.
    pub at: i64,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub detail: String,
    pub hash: Vec<u8>,
}

/// What looking through the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every one of so many rows is as it was written. The last hash, written down elsewhere,
    /// shows later that the log was not replaced as a whole.
    Holds { entries: i64, head: Vec<u8> },
    /// This row is missing or not as it was written.
    Broken { at: i64 },
}

/// Adds to the log. Call it last in the transaction of what was done: others that add wait
/// until it ends.
pub fn record(connection: &mut StoreConnection<'_>, entry: &Entry, now: i64) -> QueryResult<()> {
    let key = key(connection)?;
    on_backend!(connection, conn => {
        // Locks the one row: whoever comes second reads what the first one wrote.
        let (id, before): (i64, Vec<u8>) = diesel::update(audit_head::table)
            .set(audit_head::entries.eq(audit_head::entries + 1))
            .returning((audit_head::entries, audit_head::hash))
            .get_result(*conn)?;
        let mut row = AuditRow {
            id,
            at: now,
            actor: entry.actor.clone(),
            action: entry.action.to_owned(),
            subject: entry.subject.clone(),
            detail: entry.detail.clone(),
            hash: Vec::new(),
        };
        row.hash = row.hash_after(&before, &key);
        diesel::insert_into(audit_log::table).values(&row).execute(*conn)?;
        diesel::update(audit_head::table).set(audit_head::hash.eq(&row.hash)).execute(*conn)?
    });
    Ok(())
}

/// Rows before a row (`i64::MAX` for the latest), the latest first.
pub fn page(
    connection: &mut StoreConnection<'_>,
    before: i64,
    limit: i64,
) -> QueryResult<Vec<AuditRow>> {
    on_backend!(connection, conn => {
        audit_log::table
            .filter(audit_log::id.lt(before))
            .order(audit_log::id.desc())
            .limit(limit)
            .select(AuditRow::as_select())
            .load(*conn)
    })
}

/// Looks through the whole chain.
pub fn verify(connection: &mut StoreConnection<'_>) -> QueryResult<Verdict> {
    let key = key(connection)?;
    let (entries, head): (i64, Vec<u8>) = on_backend!(connection, conn => {
        audit_head::table.select((audit_head::entries, audit_head::hash)).first(*conn)?
    });
    let (mut at, mut before) = (0_i64, Vec::new());
    loop {
        let rows = stretch(connection, at, entries)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.id != at.saturating_add(1) || row.hash != row.hash_after(&before, &key) {
                return Ok(Verdict::Broken { at: at.saturating_add(1) });
            }
            at = row.id;
            before = row.hash;
        }
    }
    let is_whole = at == entries && before == head;
    let broken = at.saturating_add(i64::from(at < entries));
    Ok(if is_whole { Verdict::Holds { entries, head } } else { Verdict::Broken { at: broken } })
}

/// The rows after one, up to another: rows that are added meanwhile are left to the next look.
fn stretch(
    connection: &mut StoreConnection<'_>,
    after: i64,
    last: i64,
) -> QueryResult<Vec<AuditRow>> {
    on_backend!(connection, conn => {
        audit_log::table
            .filter(audit_log::id.gt(after))
            .filter(audit_log::id.le(last))
            .order(audit_log::id)
            .limit(STRETCH)
            .select(AuditRow::as_select())
            .load(*conn)
    })
}

/// The key of the chain, derived from the installation's.
fn key(connection: &mut StoreConnection<'_>) -> QueryResult<[u8; 32]> {
    let installation = installation::load(connection)?.ok_or(diesel::NotFound)?;
    Ok(blake3::derive_key(KEY_CONTEXT, &installation.hash_key))
}

impl AuditRow {
    /// The hash of what it says, after the hash before it. Lengths stand before texts, so that
    /// nothing moves from one into the next.
    fn hash_after(&self, before: &[u8], key: &[u8; 32]) -> Vec<u8> {
        let mut hasher = blake3::Hasher::new_keyed(key);
        hasher.update(&self.id.to_le_bytes()).update(&self.at.to_le_bytes());
        let texts = [&self.actor, &self.action, &self.subject, &self.detail];
        for part in std::iter::once(before).chain(texts.map(|text| text.as_bytes())) {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            hasher.update(&length.to_le_bytes()).update(part);
        }
        hasher.finalize().as_bytes().to_vec()
    }
}
