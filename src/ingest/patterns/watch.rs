//! Keeps the compiled patterns as the database has them: a change by any process is in effect
//! in every other within seconds, without a restart.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use daybook_schema::redaction_patterns::{self, RedactionPattern};
use daybook_schema::store::Store;

use super::Patterns;

/// How often the database is asked.
const EVERY: Duration = Duration::from_secs(1);

/// The patterns that are in effect; shared by every thread.
pub type Current = Arc<RwLock<Arc<Patterns>>>;

/// The patterns in effect now.
pub fn now(current: &Current) -> Arc<Patterns> {
    Arc::clone(&current.read().unwrap_or_else(PoisonError::into_inner))
}

/// Asks for the patterns again and again, for as long as it runs.
pub async fn watch(store: Store, current: Current) {
    let mut known: Vec<RedactionPattern> = Vec::new();
    loop {
        tokio::time::sleep(EVERY).await;
        let store = store.clone();
        let rows = tokio::task::spawn_blocking(move || store.read(redaction_patterns::all)).await;
        // A database that does not answer changes nothing: what was looked for still is.
        let Ok(Ok(rows)) = rows else {
            continue;
        };
        if differs(&known, &rows) {
            let compiled = Arc::new(Patterns::compile(&rows));
            *current.write().unwrap_or_else(PoisonError::into_inner) = compiled;
            known = rows;
        }
    }
}

/// Whether other patterns are switched on than before.
fn differs(known: &[RedactionPattern], rows: &[RedactionPattern]) -> bool {
    let on = |rows: &[RedactionPattern]| -> Vec<(String, String)> {
        let on = rows.iter().filter(|row| row.enabled);
        on.map(|row| (row.name.clone(), row.pattern.clone())).collect()
    };
    on(known) != on(rows)
}
