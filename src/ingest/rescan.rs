//! Looks for a new pattern in what was stored before it: every kept body is unpacked, redacted by
//! the new patterns, and written again where something was found.
//!
//! Figures do not change: they are counted, and nothing that is counted by is redacted.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use daybook_jobs::signal;
use daybook_schema::redaction_patterns::{self, RedactionPattern};
use daybook_schema::signals::{self, SignalKind};
use daybook_schema::store::{Job, Store};
use daybook_schema::{QueryResult, StoreError};
use parking_lot::Mutex;

use super::patterns::Patterns;
use super::redact::Redactor;
use crate::state::now_micros;

/// Bodies of one step; each step is a transaction of its own, so that nobody waits long.
const STEP: i64 = 100;

/// How often it is looked for new patterns.
const EVERY: Duration = Duration::from_secs(1);

/// For how long a pattern must have been due: by then every process looks for it in what it
/// receives, and what was received before is stored.
const SETTLED_MICROS: i64 = 5_000_000;

/// Since when patterns are due, by their ids; microseconds since 1970.
type DueSince = BTreeMap<i32, i64>;

/// Scans for new patterns as they come, for as long as it runs; one process does at a time.
pub async fn watch(store: Store) {
    let since = Arc::new(Mutex::new(DueSince::new()));
    loop {
        tokio::time::sleep(EVERY).await;
        let (store, since) = (store.clone(), Arc::clone(&since));
        let done = tokio::task::spawn_blocking(move || {
            let scan = || scan_all(&store, &mut since.lock(), now_micros());
            store.alone(Job::Rescan, scan).and_then(Option::transpose)
        });
        if let Ok(Err(error)) = done.await {
            tracing::debug!(%error, "what is stored could not be scanned; it is tried again");
        }
    }
}

/// Scans for every pattern that is due, to the end.
fn scan_all(store: &Store, since: &mut DueSince, now: i64) -> QueryResult<()> {
    let mut rows = store.read(redaction_patterns::all)?;
    rows.retain(|row| row.enabled && row.rescan_from.is_some());
    since.retain(|id, _| rows.iter().any(|row| row.id == *id));
    rows.retain(|row| *since.entry(row.id).or_insert(now) <= now - SETTLED_MICROS);
    let Some(from) = rows.iter().filter_map(|row| row.rescan_from).min() else {
        return Ok(());
    };
    let rescan = Rescan { redactor: Redactor::new(), patterns: Patterns::compile(&rows), rows };
    let mut next = Some(from);
    while let Some(after) = next {
        next = store.write(|conn| rescan.step(conn, after))?;
    }
    Ok(())
}

/// A scan for some patterns.
struct Rescan {
    redactor: Redactor,
    patterns: Patterns,
    rows: Vec<RedactionPattern>,
}

impl Rescan {
    /// Scans some bodies after an id; where to go on.
    fn step(
        &self,
        connection: &mut daybook_schema::store::StoreConnection<'_>,
        after: i64,
    ) -> QueryResult<Option<i64>> {
        let bodies = signals::bodies_after(connection, after, STEP)?;
        let mut found = vec![0_i64; self.rows.len()];
        for (id, kind, body) in &bodies {
            let Some((new, counts)) = self.hide(*kind, body)? else {
                continue;
            };
            signals::replace_body(connection, *id, &new)?;
            for (sum, count) in found.iter_mut().zip(counts) {
                *sum = sum.saturating_add(count);
            }
        }
        let next = bodies.last().map(|(id, _, _)| *id);
        let ids: Vec<i32> = self.rows.iter().map(|row| row.id).collect();
        let found: Vec<(i32, i64)> =
            ids.iter().copied().zip(found).filter(|(_, count)| *count > 0).collect();
        redaction_patterns::note_rescan(connection, &ids, next, &found)?;
        Ok(next)
    }

    /// A body with what the patterns match hidden, and how often each did; `None` when nothing
    /// is in it.
    fn hide(&self, kind: i16, body: &[u8]) -> QueryResult<Option<(Vec<u8>, Vec<i64>)>> {
        let broken = |_| StoreError::DeserializationError("a stored body cannot be read".into());
        let raw = signal::unpack(body).map_err(broken)?;
        let Some(kind) = SignalKind::from_number(kind).filter(|_| self.patterns.may_match(&raw))
        else {
            return Ok(None);
        };
        let mut request = signal::decode(kind, &raw).map_err(broken)?;
        let Some((raw, redactions)) = self.redactor.redact_again(&self.patterns, &mut request)
        else {
            return Ok(None);
        };
        let count = |row: &RedactionPattern| {
            let count = redactions.by_rule.get(row.name.as_str()).copied().unwrap_or_default();
            i64::try_from(count).unwrap_or(i64::MAX)
        };
        let body = signal::pack(&raw).map_err(broken)?;
        Ok(Some((body, self.rows.iter().map(count).collect())))
    }
}
