//! Group commit: many requests, one transaction, one fsync.
//!
//! Requests wait in a bounded channel; one writer takes what is waiting, commits it, then
//! answers all. So 200 means on disk, and overload means 503 at once.

use std::sync::Arc;
use std::thread::JoinHandle;

use daybook_jobs::crash;
use daybook_schema::QueryResult;
use daybook_schema::signals::{self, NewSignal};
use daybook_schema::store::Store;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};

use super::redact::Signal;

/// Most requests of one transaction, and how many may wait for it.
const MAX_GROUP: usize = 512;
const MAX_WAITING: usize = 1024;

/// Most kilobytes of bodies that may wait.
const MAX_WAITING_KB: usize = 48 << 10;

/// Why a request was not enqueued. Both pass: the client sends it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEnqueued {
    /// Too much is waiting.
    Full,
    /// The database could not commit.
    NotCommitted,
    /// The server is stopping.
    Stopping,
}

/// A request on its way to the disk.
struct Waiting {
    signal: NewSignal,
    done: oneshot::Sender<bool>,
    _bytes: OwnedSemaphorePermit,
}

/// Hands requests to the writer.
#[derive(Clone)]
pub struct Enqueuer {
    waiting: Sender<Waiting>,
    kilobytes: Arc<Semaphore>,
}

/// Where a signal came from.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    pub connection_id: i32,
    /// Microseconds since 1970.
    pub received_at: i64,
    /// Counted however old it is.
    pub imported: bool,
}

impl Enqueuer {
    /// Starts the writer; it ends when every `Enqueuer` is gone and all is committed.
    pub fn start(store: Store, wake: Arc<Notify>) -> std::io::Result<(Enqueuer, JoinHandle<()>)> {
        let (waiting, receiver) = channel(MAX_WAITING);
        let writer = std::thread::Builder::new()
            .name("enqueue".to_owned())
            .spawn(move || write_groups(&store, receiver, &wake))?;
        let kilobytes = Arc::new(Semaphore::new(MAX_WAITING_KB));
        Ok((Enqueuer { waiting, kilobytes }, writer))
    }

    /// Enqueues a redacted request; returns when it is on disk.
    pub async fn enqueue(&self, signal: Signal, arrival: Arrival) -> Result<(), NotEnqueued> {
        let signal = signal.into_row(arrival);
        let size = u32::try_from(signal.body.len() / 1024 + 1).unwrap_or(u32::MAX);
        let bytes = Arc::clone(&self.kilobytes)
            .try_acquire_many_owned(size)
            .map_err(|_| NotEnqueued::Full)?;
        let (done, committed) = oneshot::channel();
        let waiting = Waiting { signal, done, _bytes: bytes };
        self.waiting.try_send(waiting).map_err(|error| match error {
            tokio::sync::mpsc::error::TrySendError::Full(_) => NotEnqueued::Full,
            tokio::sync::mpsc::error::TrySendError::Closed(_) => NotEnqueued::Stopping,
        })?;
        match committed.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(NotEnqueued::NotCommitted),
            Err(_) => Err(NotEnqueued::Stopping),
        }
    }
}

/// The writer: takes what is waiting, commits it, answers all.
fn write_groups(store: &Store, mut receiver: Receiver<Waiting>, wake: &Notify) {
    while let Some(first) = receiver.blocking_recv() {
        let mut group = vec![first];
        while group.len() < MAX_GROUP
            && let Ok(next) = receiver.try_recv()
        {
            group.push(next);
        }
        let (rows, answers): (Vec<NewSignal>, Vec<_>) = group
            .into_iter()
            .map(|waiting| (waiting.signal, (waiting.done, waiting._bytes)))
            .unzip();
        let committed = commit(store, &rows);
        if let Err(error) = &committed {
            tracing::error!(%error, requests = rows.len(), "requests could not be stored");
        }
        for (done, _bytes) in answers {
            // A client that went away is not told; what it sent is kept all the same.
            let _ = done.send(committed.is_ok());
        }
        wake.notify_one();
    }
}

/// Commits a group.
fn commit(store: &Store, rows: &[NewSignal]) -> QueryResult<()> {
    store.write(|connection| {
        signals::enqueue(connection, rows)?;
        crash::at(crash::BEFORE_ENQUEUE_COMMIT);
        Ok(())
    })?;
    crash::at(crash::AFTER_ENQUEUE_COMMIT);
    Ok(())
}
