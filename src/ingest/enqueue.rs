//! Group commit: many requests, one transaction, one fsync.
//!
//! Requests wait in a bounded channel; one writer takes what is waiting, commits it, then
//! answers all. So 200 means on disk, and overload means 503 at once.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use daybook_jobs::crash;
use daybook_schema::QueryResult;
use daybook_schema::signals::{self, NewSignal};
use daybook_schema::store::Store;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;

use super::redact::Signal;
use crate::state::now_micros;

/// Most requests of one transaction, and how many may wait for it.
const MAX_GROUP: usize = 512;
const MAX_WAITING: usize = 1024;

/// Most kilobytes of bodies that may wait.
const MAX_WAITING_KB: usize = 48 << 10;

/// How many requests are remembered. A client sends one again within seconds; what comes
/// later is known by its points and records.
const MAX_REMEMBERED: i64 = 50_000;

/// How long a commit may take before the client is told to come again: its own patience is
/// 10 seconds for all its attempts together.
const PATIENCE: Duration = Duration::from_secs(4);

/// How often other processes are told of something new, at most.
const ANNOUNCE_EVERY: Duration = Duration::from_millis(50);

/// How often it is said that requests cannot be stored: the log may be on the same full disk.
const SAY_EVERY: Duration = Duration::from_secs(1);

/// Why a request was not enqueued. All pass: the client sends it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEnqueued {
    /// Too much is waiting.
    Full,
    /// The database could not commit.
    NotCommitted,
    /// The server is stopping.
    Stopping,
}

/// Whom to tell that something was enqueued.
#[derive(Clone, Default)]
pub struct Wake {
    /// The fold of this process.
    pub here: Arc<Notify>,
    /// The folds of other processes.
    pub elsewhere: Arc<Notify>,
}

impl Wake {
    /// Tells them.
    fn wake(&self) {
        self.here.notify_one();
        self.elsewhere.notify_one();
    }

    /// Passes on to other processes what they are to be told, never more often than they would
    /// begin a batch.
    pub async fn announce(self, store: Store) {
        loop {
            self.elsewhere.notified().await;
            let store = store.clone();
            let announced = tokio::task::spawn_blocking(move || store.announce()).await;
            if !matches!(announced, Ok(Ok(()))) {
                tracing::debug!("other processes were not told; they look by themselves");
            }
            tokio::time::sleep(ANNOUNCE_EVERY).await;
        }
    }
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
    /// Keys the ids of detections.
    hash_key: [u8; 32],
}

/// Where a signal came from.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    pub connection_id: i32,
    /// Microseconds since 1970.
    pub received_at: i64,
    /// Counted however old it is.
    pub imported: bool,
    /// Of the first session in it: who folds it best.
    pub shard: i16,
}

impl Enqueuer {
    /// Starts the writer; it ends when every `Enqueuer` is gone and all is committed.
    pub fn start(
        store: Store,
        wake: Wake,
        hash_key: [u8; 32],
    ) -> std::io::Result<(Enqueuer, JoinHandle<()>)> {
        let (waiting, receiver) = channel(MAX_WAITING);
        let writer = std::thread::Builder::new()
            .name("enqueue".to_owned())
            .spawn(move || write_groups(&store, Recent::load(&store), receiver, &wake))?;
        let kilobytes = Arc::new(Semaphore::new(MAX_WAITING_KB));
        Ok((Enqueuer { waiting, kilobytes, hash_key }, writer))
    }

    /// Enqueues a redacted request; returns when it is on disk.
    pub async fn enqueue(&self, signal: Signal, arrival: Arrival) -> Result<(), NotEnqueued> {
        let signal = signal.into_row(arrival, &self.hash_key);
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
        match timeout(PATIENCE, committed).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(NotEnqueued::NotCommitted),
            Ok(Err(_)) => Err(NotEnqueued::Stopping),
            // It may still be committed. The client sends it again, and it is counted once.
            Err(_) => Err(NotEnqueued::NotCommitted),
        }
    }
}

/// The hashes of the latest requests that were stored.
struct Recent {
    known: HashSet<Vec<u8>>,
    /// The oldest first.
    order: VecDeque<Vec<u8>>,
}

impl Recent {
    /// Remembers those of a store; none when it cannot say: then copies are known by their
    /// points and records only.
    fn load(store: &Store) -> Recent {
        let latest = store.read(|conn| signals::latest_hashes(conn, MAX_REMEMBERED));
        let latest = latest.unwrap_or_else(|error| {
            tracing::warn!(%error, "the latest requests could not be read");
            Vec::new()
        });
        Recent {
            known: latest.iter().cloned().collect(),
            order: latest.into_iter().rev().collect(),
        }
    }

    /// Remembers one more, and forgets the oldest.
    fn add(&mut self, hash: Vec<u8>) {
        if i64::try_from(self.order.len()).is_ok_and(|length| length >= MAX_REMEMBERED)
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.known.insert(hash.clone());
        self.order.push_back(hash);
    }
}

/// The writer: takes what is waiting, commits it, answers all.
fn write_groups(store: &Store, mut recent: Recent, mut receiver: Receiver<Waiting>, wake: &Wake) {
    let mut said: Option<Instant> = None;
    while let Some(first) = receiver.blocking_recv() {
        let mut group = vec![first];
        while group.len() < MAX_GROUP
            && let Ok(next) = receiver.try_recv()
        {
            group.push(next);
        }
        let (mut rows, answers): (Vec<NewSignal>, Vec<_>) = group
            .into_iter()
            .map(|waiting| (waiting.signal, (waiting.done, waiting._bytes)))
            .unzip();
        let mut in_group = HashSet::new();
        rows.retain(|row| {
            !recent.known.contains(&row.content_hash[..]) && in_group.insert(row.content_hash)
        });
        let copies = answers.len().saturating_sub(rows.len());
        let committed = commit(store, &rows, copies);
        match &committed {
            Ok(()) => in_group.into_iter().for_each(|hash| recent.add(hash.to_vec())),
            Err(error) if said.is_none_or(|said| said.elapsed() >= SAY_EVERY) => {
                tracing::error!(%error, requests = rows.len(), "requests could not be stored");
                said = Some(Instant::now());
            }
            Err(_) => {}
        }
        for (done, _bytes) in answers {
            // A client that went away is not told; what it sent is kept all the same.
            let _ = done.send(committed.is_ok());
        }
        wake.wake();
    }
}

/// Commits a group.
fn commit(store: &Store, rows: &[NewSignal], copies: usize) -> QueryResult<()> {
    if copies == 0 && rows.iter().all(NewSignal::is_plain) {
        store.write_statement(|connection| {
            crash::at(crash::BEFORE_ENQUEUE_COMMIT);
            signals::insert(connection, rows)
        })?;
    } else {
        store.write(|connection| {
            signals::enqueue(connection, rows, copies, now_micros())?;
            crash::at(crash::BEFORE_ENQUEUE_COMMIT);
            Ok(())
        })?;
    }
    crash::at(crash::AFTER_ENQUEUE_COMMIT);
    Ok(())
}
