//! What is written down by the way: when a token or a login was last used.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use daybook_schema::QueryResult;
use daybook_schema::store::{Store, StoreConnection};

/// Writes notes that nobody waits for: a reader must not wait for a database that cannot be
/// written, nor fail with it.
#[derive(Clone)]
pub struct Notes {
    store: Store,
    /// Whether one is being written.
    busy: Arc<AtomicBool>,
}

impl Notes {
    /// The notes of a store.
    pub fn new(store: Store) -> Notes {
        Notes { store, busy: Arc::default() }
    }

    /// Writes a note soon. While another is being written this one is left to the next use.
    pub fn write(
        &self,
        note: impl FnOnce(&mut StoreConnection<'_>) -> QueryResult<()> + Send + 'static,
    ) {
        if self.busy.swap(true, Ordering::AcqRel) {
            return;
        }
        let notes = self.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = notes.store.write(note) {
                tracing::debug!(%error, "a last use was not noted");
            }
            notes.busy.store(false, Ordering::Release);
        });
    }
}
