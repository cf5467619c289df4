//! What is written down by the way: when a token or a login was last used.

use std::collections::BTreeMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use daybook_schema::QueryResult;
use daybook_schema::store::{Store, StoreConnection};

/// Most notes that wait; more are left to the next use.
const MOST: usize = 10_000;

/// Writes of an id when it was last used, in microseconds since 1970.
type Write = fn(&mut StoreConnection<'_>, &str, i64) -> QueryResult<()>;

/// Writes notes that nobody waits for: a reader must not wait for a database that cannot be
/// written, nor fail with it.
#[derive(Clone)]
pub struct Notes {
    store: Store,
    write: Write,
    waiting: Arc<Mutex<Waiting>>,
}

/// What is to be written, by id.
#[derive(Default)]
struct Waiting {
    notes: BTreeMap<String, i64>,
    /// Whether somebody writes; it takes what comes meanwhile.
    is_written: bool,
}

/// Says that nobody writes any more when that ends badly.
struct End<'a>(&'a Notes);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.waiting().is_written = false;
    }
}

impl Notes {
    /// The notes of a store, written by `write`.
    pub fn new(store: Store, write: Write) -> Notes {
        Notes { store, write, waiting: Arc::default() }
    }

    /// Notes that something was used. To be called where tokio runs.
    pub fn note(&self, id: &str, now: i64) {
        let mut waiting = self.waiting();
        if waiting.notes.len() < MOST {
            waiting.notes.insert(id.to_owned(), now);
        }
        if !mem::replace(&mut waiting.is_written, true) {
            let notes = self.clone();
            tokio::task::spawn_blocking(move || notes.write_all());
        }
    }

    /// Writes what waits until nothing does. What the database does not take is left to the next
    /// use.
    fn write_all(&self) {
        let end = End(self);
        loop {
            let notes = {
                let mut waiting = self.waiting();
                // In one step: what is noted from now on finds nobody who writes.
                waiting.is_written = !waiting.notes.is_empty();
                mem::take(&mut waiting.notes)
            };
            if notes.is_empty() {
                return mem::forget(end);
            }
            let written = self.store.write(|connection| {
                notes.iter().try_for_each(|(id, now)| (self.write)(connection, id, *now))
            });
            if let Err(error) = written {
                tracing::debug!(%error, "the last use of some tokens or logins was not noted");
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
