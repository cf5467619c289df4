//! How each connection is, gathered in memory and written every few seconds: accepted requests,
//! the latest of each signal, tokens that are used, and why requests were refused.
//!
//! A request that is accepted raises a few numbers and waits for nobody. A flood of refused ones
//! becomes a few rows, however long it lasts. What was gathered since the last time goes with a
//! process that is killed; figures do not depend on it.

mod pulse;
mod refusals;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use daybook_schema::QueryResult;
use daybook_schema::connection_health::{self, ConnectionHealth};
use daybook_schema::ingest_tokens;
use daybook_schema::refused_requests;
use daybook_schema::signals::SignalKind;
use daybook_schema::store::Store;

use super::accept::Caller;
use super::answer::Refused;
use pulse::Pulses;
use refusals::Refusals;

/// How often it is looked whether there is something to write.
const LOOK: Duration = Duration::from_secs(1);

/// How often the same connection is written.
const WRITE_MICROS: i64 = 5_000_000;

/// What was gathered since it was last written.
#[derive(Default)]
pub struct Health {
    pulses: Pulses,
    refusals: Refusals,
}

impl Health {
    /// A request of a caller was accepted.
    pub(super) fn accepted(&self, caller: Caller, kind: SignalKind, at: i64) {
        self.pulses.beat(caller, kind, at);
    }

    /// A request was refused; `connection` is whose token it carried, live or revoked.
    pub(super) fn refused(
        &self,
        connection: Option<i32>,
        kind: Option<SignalKind>,
        refused: &Refused,
        at: i64,
    ) {
        self.refusals.add(connection, kind, refused, at);
    }

    /// Writes what was gathered for as long as it runs.
    pub async fn watch(self: Arc<Self>, store: Store) {
        loop {
            tokio::time::sleep(LOOK).await;
            let (health, store) = (Arc::clone(&self), store.clone());
            let now = crate::state::now_micros();
            let written = tokio::task::spawn_blocking(move || health.write(&store, now)).await;
            if !matches!(written, Ok(Ok(()))) {
                tracing::debug!("the health of connections was not written");
            }
        }
    }

    /// Writes what was gathered of connections that were not written of late. Blocks.
    pub fn write(&self, store: &Store, now: i64) -> QueryResult<()> {
        self.write_before(store, now, now.saturating_sub(WRITE_MICROS))
    }

    /// Writes all that was gathered: nothing follows. Blocks.
    pub fn write_all(&self, store: &Store, now: i64) -> QueryResult<()> {
        self.write_before(store, now, i64::MAX)
    }

    /// Writes what was gathered of connections last written before a time.
    fn write_before(&self, store: &Store, now: i64, before: i64) -> QueryResult<()> {
        let beats = self.pulses.take(now, before);
        let (counts, causes) = self.refusals.take(now, before);
        if beats.is_empty() && counts.is_empty() {
            return Ok(());
        }
        let mut rows: BTreeMap<i32, ConnectionHealth> = counts;
        let mut used = Vec::new();
        for beat in beats {
            used.extend(beat.used);
            let row = rows.entry(beat.health.connection_id).or_default();
            add(row, &beat.health);
        }
        used.sort_unstable();
        let rows: Vec<ConnectionHealth> = rows.into_values().collect();
        store.write(|conn| {
            connection_health::add(conn, &rows)?;
            ingest_tokens::note_use(conn, &used)?;
            refused_requests::add(conn, &causes)
        })
    }
}

/// Adds what one token sent to what was received of its connection.
fn add(row: &mut ConnectionHealth, more: &ConnectionHealth) {
    row.connection_id = more.connection_id;
    row.accepted = row.accepted.saturating_add(more.accepted);
    row.last_metrics_at = row.last_metrics_at.max(more.last_metrics_at);
    row.last_logs_at = row.last_logs_at.max(more.last_logs_at);
    row.last_traces_at = row.last_traces_at.max(more.last_traces_at);
}
