//! Keeps what the organization demands of redaction as the database has it: a change by any
//! process is in effect in every other within seconds, without a restart.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use daybook_schema::redaction_patterns::{self, RedactionPattern};
use daybook_schema::store::Store;
use daybook_schema::{QueryResult, connections};

use super::Patterns;
use crate::ingest::redact::Demands;

/// How often the database is asked.
const EVERY: Duration = Duration::from_secs(1);

/// What is demanded now. Cheap to clone; shared by every thread.
#[derive(Clone, Default)]
pub struct Current(Arc<RwLock<Known>>);

/// What was last read.
#[derive(Default)]
struct Known {
    /// The patterns that are switched on, by name.
    on: Vec<(String, String)>,
    patterns: Arc<Patterns>,
    /// Connections that keep only what is counted by.
    only_needed: BTreeSet<i32>,
}

impl Current {
    /// What holds for a connection's requests.
    pub fn of(&self, connection_id: i32) -> Demands {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Demands {
            patterns: Arc::clone(&known.patterns),
            only_needed: known.only_needed.contains(&connection_id),
        }
    }

    /// The organization's patterns.
    pub fn patterns(&self) -> Arc<Patterns> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).patterns)
    }

    /// Asks the database. Call it before anything is received: what should be hidden is not known
    /// before.
    pub fn read(&self, store: &Store) -> QueryResult<()> {
        let (rows, connections) =
            store.read(|conn| Ok((redaction_patterns::all(conn)?, connections::all(conn)?)))?;
        let on = switched_on(&rows);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.on != on {
            known.patterns = Arc::new(Patterns::compile(&rows));
            known.on = on;
        }
        let only_needed = connections.iter().filter(|row| row.only_needed);
        known.only_needed = only_needed.map(|row| row.id).collect();
        Ok(())
    }

    /// Asks again and again, for as long as it runs. A database that does not answer changes
    /// nothing: what was hidden still is.
    pub async fn watch(self, store: Store) {
        loop {
            tokio::time::sleep(EVERY).await;
            let (current, store) = (self.clone(), store.clone());
            let _ = tokio::task::spawn_blocking(move || current.read(&store)).await;
        }
    }
}

/// The patterns that are switched on.
fn switched_on(rows: &[RedactionPattern]) -> Vec<(String, String)> {
    let on = rows.iter().filter(|row| row.enabled);
    on.map(|row| (row.name.clone(), row.pattern.clone())).collect()
}
