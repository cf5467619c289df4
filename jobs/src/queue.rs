//! The apalis backend over `signals`: one apalis task is one claimed batch.
//!
//! Claims are in the database, good while their worker says that it lives; on SQLite one process
//! works, and a cursor besides says how far it has come. What was not folded when a process
//! died is waiting still, and is claimed again. The acknowledgement is the fold's own
//! transaction.

mod company;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use apalis_core::backend::codec::Codec;
use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::persistence::{Persisted, Persistence, TaskEvent, TaskPersistLayer};
use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::task::Task;
use apalis_core::task::builder::TaskBuilder;
use apalis_core::task::task_id::TaskId;
use apalis_core::worker::context::WorkerContext;
use daybook_schema::claims::{self, Claimant};
use daybook_schema::signals::SignalRow;
use daybook_schema::store::{Store, StoreConnection};
use daybook_schema::{QueryResult, workers};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use company::{MAX_SIGNALS, is_full, is_tried_again, one_batch};

/// How many batches of a worker are under way: one is read while the other is saved. Whoever has
/// both permits knows that nothing is.
const MAX_BATCHES: usize = 2;

/// How often a worker says that it lives, well within its silence: see [`workers::SILENCE_SECS`].
const BEAT: Duration = Duration::from_millis(500);

/// How long signals gather after a batch that was not full. What a batch costs beside its
/// signals (a commit, the rows of every session in it) is shared by more of them.
const GATHER: Duration = Duration::from_millis(100);

/// How often the queue is looked at when nobody woke the worker, and from its front.
const SWEEP: Duration = Duration::from_secs(1);

/// After how long it is looked at from its front though batches follow each other without a gap.
const LONG_SWEEP: Duration = Duration::from_secs(10);

/// How long to wait after the database failed.
const PAUSE: Duration = Duration::from_millis(250);

/// A claimed batch.
#[derive(Clone, Debug)]
pub struct Batch {
    pub signals: Vec<SignalRow>,
    /// Held while the batch is under way.
    _permit: Arc<OwnedSemaphorePermit>,
    _under_way: Arc<UnderWay>,
}

/// The number of a claim that is not done with; it goes off the list when it is dropped.
#[derive(Debug)]
struct UnderWay {
    number: i64,
    all: Arc<Mutex<BTreeSet<i64>>>,
}

impl UnderWay {
    /// Puts a claim on the list.
    fn begin(all: &Arc<Mutex<BTreeSet<i64>>>, number: i64) -> UnderWay {
        all.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
        UnderWay { number, all: Arc::clone(all) }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.number);
    }
}

/// The queue, as apalis polls it.
#[derive(Clone)]
pub struct SignalQueue {
    store: Store,
    wake: Arc<Notify>,
    worker: Worker,
    /// Signals up to this id are claimed.
    cursor: Arc<AtomicI64>,
    /// Whether nothing is claimed any more; held while something is.
    ended: Arc<Mutex<bool>>,
    batches: Arc<Semaphore>,
    /// How many claims were made.
    claims: Arc<AtomicI64>,
    under_way: Arc<Mutex<BTreeSet<i64>>>,
    /// No batch is claimed before.
    not_before: Arc<Mutex<Option<Instant>>>,
    /// When the queue was last looked at from its front.
    swept: Arc<Mutex<Instant>>,
}

impl SignalQueue {
    /// The queue of a store; `wake` is notified when something was enqueued.
    pub fn new(store: Store, wake: Arc<Notify>, worker: Worker) -> SignalQueue {
        SignalQueue {
            store,
            wake,
            worker,
            cursor: Arc::new(AtomicI64::new(0)),
            ended: Arc::new(Mutex::new(false)),
            batches: Arc::new(Semaphore::new(MAX_BATCHES)),
            claims: Arc::default(),
            under_way: Arc::default(),
            not_before: Arc::new(Mutex::new(None)),
            swept: Arc::new(Mutex::new(Instant::now())),
        }
    }

    /// Claims the next batch; waits until there is one.
    async fn next_batch(&self) -> Option<Batch> {
        let permit = Arc::clone(&self.batches).acquire_owned().await.ok()?;
        let not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(time) = not_before {
            tokio::time::sleep_until(time).await;
        }
        loop {
            self.sweep().await;
            let (queue, after) = (self.clone(), self.cursor.load(Ordering::SeqCst));
            let claimed = spawn_blocking(move || queue.claim(after)).await;
            match claimed {
                Ok(Ok((signals, _))) if signals.is_empty() => {
                    // A permit of `notify_one` is kept, so nothing enqueued in between is missed.
                    let _ = tokio::time::timeout(SWEEP, self.wake.notified()).await;
                }
                Ok(Ok((signals, under_way))) => {
                    if !is_full(&signals) && !is_tried_again(&signals) {
                        let next = Instant::now() + GATHER;
                        let mut time =
                            self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
                        *time = Some(next);
                    }
                    let (_permit, _under_way) = (Arc::new(permit), Arc::new(under_way));
                    return Some(Batch { signals, _permit, _under_way });
                }
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the queue cannot be read; trying again");
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => {
                    tracing::error!(%error, "claiming failed; trying again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Begins at the front again now and then, when no batch but this one is under way: what waits
    /// there was sent back by somebody else (`daybook replay`). However much arrives meanwhile: the
    /// other batch is waited for, a while, when there has always been one for long.
    async fn sweep(&self) {
        let since = self.swept.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        let alone = match since {
            since if since < SWEEP => return,
            since if since < LONG_SWEEP => self.batches.try_acquire().ok(),
            _ => {
                let waited = tokio::time::timeout(SWEEP, self.batches.acquire()).await;
                waited.ok().and_then(Result::ok)
            }
        };
        if alone.is_some() {
            self.cursor.store(0, Ordering::SeqCst);
        }
        if alone.is_some() || since >= LONG_SWEEP {
            *self.swept.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
    }

    /// Claims the next signals, before anything is decoded.
    fn claim(&self, after: i64) -> QueryResult<(Vec<SignalRow>, UnderWay)> {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let under_way = self.under_way();
        let number = self.claims.fetch_add(1, Ordering::SeqCst);
        let claimant = Claimant {
            worker: self.worker.id,
            number,
            after,
            under_way: &under_way,
            limit: MAX_SIGNALS,
        };
        let batch =
            if *ended { Vec::new() } else { claims::claim(&self.store, claimant, one_batch)? };
        if let Some(last) = batch.last() {
            self.cursor.fetch_max(last.id, Ordering::SeqCst);
        }
        Ok((batch, UnderWay::begin(&self.under_way, number)))
    }

    /// Gives back what was claimed and not folded; claims nothing from then on.
    ///
    /// Call it when the worker has ended in order: what it had not come to was never tried, and
    /// must not be taken for what a process died of.
    pub fn end(&self) -> QueryResult<()> {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        *ended = true;
        claims::give_back(&self.store, self.worker.id)
    }

    /// The numbers of the claims under way.
    fn under_way(&self) -> Vec<i64> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// Says that the worker lives, for as long as this runs.
    pub async fn beat(self) {
        loop {
            let (store, worker) = (self.store.clone(), self.worker.clone());
            let beaten = spawn_blocking(move || store.write(|conn| worker.beat(conn))).await;
            if !matches!(beaten, Ok(Ok(()))) {
                tracing::warn!("a worker could not say that it lives");
            }
            tokio::time::sleep(BEAT).await;
        }
    }
}

/// A process that folds.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Random; no two share it.
    pub id: i64,
    /// Where it runs, for people.
    pub name: String,
}

impl Worker {
    /// Says that it lives.
    fn beat(&self, connection: &mut StoreConnection<'_>) -> QueryResult<()> {
        workers::beat(connection, self.id, &self.name)
    }
}

impl Persistence for SignalQueue {
    type Compact = Batch;
    type Response = ();
    type Error = Infallible;

    async fn register(&mut self, _: &WorkerContext) -> Result<(), Infallible> {
        // A worker that begins again claims from the start what is waiting still.
        self.cursor.store(0, Ordering::SeqCst);
        Ok(())
    }

    async fn heartbeat(&mut self, _: &WorkerContext) -> Result<(), Infallible> {
        Ok(())
    }

    async fn fetch_next(&mut self, _: &WorkerContext) -> Result<Vec<Task<Batch>>, Infallible> {
        let batch = self.next_batch().await;
        let task = batch.map(|batch| {
            let first = batch.signals.first().map_or(0, |row| row.id.cast_unsigned());
            TaskBuilder::new(batch).task_id(TaskId::from_int(first)).build()
        });
        Ok(task.into_iter().collect())
    }

    async fn reenqueue_abandoned(
        &mut self,
        tasks: Vec<Task<Batch>>,
        _: &WorkerContext,
    ) -> Result<u64, Infallible> {
        // They are waiting still: the next start claims them.
        Ok(u64::try_from(tasks.len()).unwrap_or(u64::MAX))
    }

    async fn handle_events(
        &mut self,
        _: Vec<TaskEvent<()>>,
        _: &WorkerContext,
    ) -> Result<(), Infallible> {
        Ok(())
    }

    async fn push_tasks(&mut self, _: Vec<Task<Batch>>) -> Result<(), Infallible> {
        // The group-commit writer enqueues; nothing comes this way.
        Ok(())
    }
}

/// [`SignalQueue`] with apalis's polling round it.
pub struct SignalBackend {
    persisted: Persisted<SignalQueue>,
    heartbeat: Duration,
}

impl SignalBackend {
    /// The backend of a queue.
    pub fn new(queue: SignalQueue) -> SignalBackend {
        SignalBackend { persisted: Persisted::new(queue), heartbeat: Duration::from_secs(30) }
    }
}

impl Backend for SignalBackend {
    type Task = Task<Batch>;
    type Error = Infallible;

    fn poll_ready(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        self.persisted.poll_ready(cx, worker, self.heartbeat)
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Task<Batch>, Infallible>>> {
        self.persisted.poll_next(cx, worker)
    }

    fn poll_close(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        self.persisted.poll_close(cx, worker)
    }
}

/// Answers of the fold carry nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoResult;

impl Codec<()> for NoResult {
    type Error = Infallible;
    type Compact = ();

    fn encode(&self, (): &()) -> Result<(), Infallible> {
        Ok(())
    }

    fn decode(&self, (): &()) -> Result<(), Infallible> {
        Ok(())
    }
}

impl BackendConfig for SignalBackend {
    type Args = Batch;
    type Id = u64;
    type Kind = Ephemeral;
    type Config = Duration;
    type Layer = TaskPersistLayer<NoResult, ()>;

    fn config(&self) -> &Duration {
        &self.heartbeat
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Self::Layer {
        self.persisted.layer(NoResult, MAX_BATCHES)
    }
}
