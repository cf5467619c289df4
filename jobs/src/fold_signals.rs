//! The job: claim, resolve, fold, save.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use apalis_core::monitor::Monitor;
use apalis_core::worker::builder::WorkerBuilder;
use daybook_schema::counters::Basis;
use daybook_schema::decisions::{self, Decisions};
use daybook_schema::signals::{self, SignalKind, SignalRow};
use daybook_schema::store::Store;
use daybook_schema::{connections, installation, workers};
use tokio::sync::Notify;
use tokio::task::spawn_blocking;

use crate::crash;
use crate::fold::{FoldContext, HiddenBody, Observed, fold};
use crate::keys::Keys;
use crate::pseudonym::{Hidden, hide};
use crate::queue::{Batch, SignalBackend, SignalQueue, Worker};
use crate::refusals::{Next, Refusals};
use crate::resolve::IdentityOrder;
use crate::save::{Claim, SaveError, rehearse, save};
use crate::signal::{StoredSignal, pack};
use crate::trial::{Trial, Verdict};

/// A signal is put aside when it failed, or the process died over it, so many times.
pub const MAX_ATTEMPTS: i16 = 3;

/// How long batches under way have to end when the job is to stop. Their threads go on after that.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How long to wait after the database failed.
const PAUSE: Duration = Duration::from_millis(250);

/// What the job works with.
#[derive(Clone)]
pub struct Folder {
    pub store: Store,
    pub keys: Keys,
    pub time_zone: chrono_tz::Tz,
    /// How a signal is tried that may be to blame for the death of three processes.
    pub trial: Trial,
    /// What people decided, as of a generation of the derived tables.
    pub decided: Decided,
}

/// Decisions with the generation they were read at or after: with the next decision it is
/// another.
pub type Decided = Arc<Mutex<Option<(i64, Arc<Decisions>)>>>;

/// Runs the job as `worker` until `stop` ends; then finishes what is under way, and leaves.
///
/// `wake` is notified when there may be something to fold.
pub async fn run(
    folder: Folder,
    worker: Worker,
    wake: Arc<Notify>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let (store, id) = (folder.store.clone(), worker.id);
    let queue = SignalQueue::new(store.clone(), Arc::clone(&wake), worker);
    let listening = store.listen(id, move || wake.notify_one());
    let beating = store.is_shared().then(|| tokio::spawn(queue.clone().beat()));
    let claimed = queue.clone();
    let monitor =
        Monitor::new().should_restart(|_, _| true).shutdown_timeout(PATIENCE).register(move |_| {
            let folder = folder.clone();
            WorkerBuilder::new("fold-signals").backend(SignalBackend::new(queue.clone())).build(
                move |batch: Batch| {
                    let folder = folder.clone();
                    async move { folder.fold_batch(batch).await }
                },
            )
        });
    let stop = async move {
        stop.await;
        Ok(())
    };
    let folded = monitor.run_with_signal(stop).await.context("run the fold");
    drop(listening);
    spawn_blocking(move || claimed.end()).await?.context("give back what was not folded")?;
    if let Some(beating) = beating {
        beating.abort();
        spawn_blocking(move || store.write(|conn| workers::leave(conn, id))).await??;
    }
    folded
}

impl Folder {
    /// Folds a batch; what cannot be folded ends in quarantine, never in a loop.
    async fn fold_batch(&self, batch: Batch) -> Result<(), std::convert::Infallible> {
        let alone = batch.signals.len() == 1;
        let exhausted = batch.signals.iter().any(|row| row.attempts >= MAX_ATTEMPTS);
        if exhausted {
            for row in batch.signals {
                self.try_first(row).await;
            }
            return Ok(());
        }
        match self.attempt(batch.signals.clone()).await {
            Ok(()) => {}
            Err(error) if alone => self.insist(batch.signals, error).await,
            Err(_) => {
                // One of them is to blame: each by itself, so that its neighbours are counted.
                for row in batch.signals {
                    if let Err(error) = self.attempt(vec![row.clone()]).await {
                        self.insist(vec![row], error).await;
                    }
                }
            }
        }
        Ok(())
    }

    /// Folds a signal over which three processes died, if another process survives it: it may
    /// only have been there when somebody killed them.
    async fn try_first(&self, row: SignalRow) {
        let (trial, id) = (Arc::clone(&self.trial), row.id);
        if !matches!(spawn_blocking(move || trial(id)).await, Ok(Verdict::Harmless)) {
            self.put_aside(&row, "the process died three times while folding it").await;
        } else if let Err(error) = self.attempt(vec![row.clone()]).await {
            self.insist(vec![row], error).await;
        }
    }

    /// Tries a signal that failed again, then puts it aside.
    async fn insist(&self, signal: Vec<SignalRow>, first: String) {
        let Some(row) = signal.first().cloned() else {
            return;
        };
        let mut error = first;
        for _ in row.attempts.saturating_add(2)..=MAX_ATTEMPTS {
            match self.attempt(signal.clone()).await {
                Ok(()) => return,
                Err(again) => error = again,
            }
        }
        self.put_aside(&row, &error).await;
    }

    /// Puts a signal aside with the reason; waits for the database if it must.
    async fn put_aside(&self, row: &SignalRow, reason: &str) {
        tracing::error!(signal = row.id, reason, "signal goes to quarantine");
        loop {
            let (store, id, reason) = (self.store.clone(), row.id, reason.to_owned());
            let aside =
                spawn_blocking(move || store.write(|conn| signals::quarantine(conn, id, &reason)));
            if matches!(aside.await, Ok(Ok(()))) {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Folds and saves; a database that fails is waited for, anything else is the signals'.
    async fn attempt(&self, rows: Vec<SignalRow>) -> Result<(), String> {
        let mut refusals = Refusals::default();
        loop {
            let (folder, rows) = (self.clone(), rows.clone());
            match spawn_blocking(move || folder.fold_and_save(&rows)).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(Failure::Passing(error))) => {
                    refusals.say(&error);
                    tokio::time::sleep(PAUSE).await;
                    match refusals.again(self.can_write().await) {
                        Next::Again => {}
                        Next::AskForRoom if self.has_room().await => {}
                        Next::AskForRoom => refusals.forget(),
                        Next::Blame => return Err(format!("the database refuses it: {error}")),
                    }
                }
                Ok(Err(Failure::Signal(reason))) => return Err(reason),
                Err(_) => return Err("the fold panicked".to_owned()),
            }
        }
    }

    /// Whether the database takes anything at all: what it refuses then is the signals' own.
    async fn can_write(&self) -> bool {
        let store = self.store.clone();
        matches!(spawn_blocking(move || store.write(installation::touch)).await, Ok(Ok(())))
    }

    /// Whether it has room for a batch: a disk that is full for hours is not the signals' fault.
    async fn has_room(&self) -> bool {
        let store = self.store.clone();
        matches!(spawn_blocking(move || store.has_room()).await, Ok(true))
    }

    /// Does with a signal all that could crash, and changes nothing: see [`crate::trial`].
    pub fn rehearse(&self, id: i64) -> anyhow::Result<()> {
        let row = self.store.read(|conn| signals::by_id(conn, id))?.context("no such signal")?;
        let context = self.context()?;
        let observed = self.read(&context, &[row]).map_err(Failure::into_error)?;
        crash::at(crash::MID_FOLD);
        Ok(rehearse(&self.store, &context, &self.bases(), &observed)?)
    }

    /// Folds everything that waits, here and now: for commands that fill a database nobody
    /// serves yet.
    pub fn fold_waiting(&self) -> anyhow::Result<()> {
        loop {
            let rows = self.store.read(|conn| signals::waiting_after(conn, 0, 500))?;
            if rows.is_empty() {
                return Ok(());
            }
            self.fold_and_save(&rows).map_err(Failure::into_error)?;
        }
    }

    /// Reads, folds and saves some signals.
    fn fold_and_save(&self, rows: &[SignalRow]) -> Result<(), Failure> {
        let mut rows = Cow::Borrowed(rows);
        loop {
            let (folder, generation) = self.current()?;
            let context = folder.context().map_err(Failure::passing)?;
            let context = FoldContext { generation, ..context };
            crash::at(crash::CLAIMED);
            let observed = folder.read(&context, &rows)?;
            crash::at(crash::MID_FOLD);
            let saved = save(&self.store, &context, &folder.bases(), &observed, Claim::Waiting);
            crash::at(crash::AFTER_FOLD_COMMIT);
            match saved {
                // Another worker was faster with all of them: nothing is left to do.
                Ok(()) | Err(SaveError::CountedElsewhere { found: 0, .. }) => return Ok(()),
                Err(SaveError::Rebuilt) => {}
                // Or with some of them: the rest is left.
                Err(SaveError::CountedElsewhere { .. }) => {
                    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
                    let left = self.store.read(|conn| signals::waiting_of(conn, &ids));
                    rows = Cow::Owned(left.map_err(Failure::passing)?);
                }
                Err(SaveError::Store(error)) => return Err(Failure::passing(error)),
                Err(other) => return Err(Failure::Signal(other.to_string())),
            }
        }
    }

    /// The same with the time zone that the days are made with now, and the generation of tables
    /// they are in: a rebuild changes both in one step.
    fn current(&self) -> Result<(Folder, i64), Failure> {
        let known = self.store.read(installation::load).map_err(Failure::passing)?;
        let generation = known.as_ref().map_or(0, |known| known.generation);
        let zone = known.and_then(|known| known.time_zone.parse().ok());
        Ok((Folder { time_zone: zone.unwrap_or(self.time_zone), ..self.clone() }, generation))
    }

    /// Reads and folds the bodies of some signals; those of traces are not even read.
    pub(crate) fn read(
        &self,
        context: &FoldContext,
        rows: &[SignalRow],
    ) -> Result<Vec<Observed>, Failure> {
        let erased = &context.decisions.erased;
        let is_read = |row: &&SignalRow| !is_traces(row) || !erased.is_empty();
        let ids: Vec<i64> = rows.iter().filter(is_read).map(|row| row.id).collect();
        let bodies = self.store.read(|conn| signals::bodies(conn, &ids));
        let mut bodies: BTreeMap<i64, Vec<u8>> =
            bodies.map_err(Failure::passing)?.into_iter().collect();
        rows.iter()
            .map(|row| {
                crash::over(row.connection_id);
                match bodies.remove(&row.id) {
                    None if is_traces(row) => {
                        Ok(Observed::of_traces(row.id, row.connection_id, row.received_at))
                    }
                    None => Err(Failure::Signal("its body is gone".to_owned())),
                    Some(body) => read_one(context, row, body),
                }
            })
            .collect()
    }

    /// What folding needs to know now.
    pub(crate) fn context(&self) -> daybook_schema::QueryResult<FoldContext> {
        let generation = self.store.read(installation::generation)?;
        let connections = self.store.read(connections::all)?;
        let orders = connections
            .iter()
            .map(|row| (row.id, IdentityOrder::parse(&row.identity_order)))
            .collect();
        Ok(FoldContext {
            keys: self.keys.clone(),
            generation,
            time_zone: self.time_zone,
            identity_orders: orders,
            decisions: self.decisions(generation)?,
        })
    }

    /// What people decided, at the earliest as of a generation. Should it be younger, saving
    /// finds that out.
    fn decisions(&self, generation: i64) -> daybook_schema::QueryResult<Arc<Decisions>> {
        let mut known = self.decided.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, decisions)) = known.as_ref().filter(|(of, _)| *of == generation) {
            return Ok(Arc::clone(decisions));
        }
        let decisions = Arc::new(self.store.read(decisions::load)?);
        *known = Some((generation, Arc::clone(&decisions)));
        Ok(decisions)
    }

    /// The days that are kept: where the time zone is UTC they are the same.
    pub fn bases(&self) -> Vec<Basis> {
        if self.time_zone == chrono_tz::Tz::UTC {
            vec![Basis::Utc]
        } else {
            vec![Basis::Utc, Basis::Local]
        }
    }
}

/// Reads one signal; whoever was erased is erased from it first.
fn read_one(context: &FoldContext, row: &SignalRow, body: Vec<u8>) -> Result<Observed, Failure> {
    let mut signal = StoredSignal::decode(row, body)
        .map_err(|_| Failure::Signal("its body cannot be decoded".to_owned()))?;
    let erased = &context.decisions.erased;
    if erased.is_empty() {
        return Ok(fold(context, &signal));
    }
    let order = context.identity_orders.get(&row.connection_id).copied().unwrap_or_default();
    let hidden = match hide(&context.keys, order, erased, &[], &mut signal.request) {
        Hidden::Nothing => None,
        Hidden::Drop => Some(HiddenBody { body: None, emails: Vec::new() }),
        Hidden::Replaced(emails) => {
            let body = pack(&signal.request.encode())
                .map_err(|error| Failure::Signal(error.to_string()))?;
            Some(HiddenBody { body: Some(body), emails })
        }
    };
    Ok(Observed { hidden, ..fold(context, &signal) })
}

/// Whether a signal is traces, which are kept and not counted.
fn is_traces(row: &SignalRow) -> bool {
    SignalKind::from_number(row.kind) == Some(SignalKind::Traces)
}

/// Why signals were not folded.
pub(crate) enum Failure {
    /// The database's trouble: it passes.
    Passing(String),
    /// The signals' own.
    Signal(String),
}

impl Failure {
    /// The reason alone.
    pub(crate) fn into_error(self) -> anyhow::Error {
        match self {
            Failure::Passing(reason) | Failure::Signal(reason) => anyhow::anyhow!(reason),
        }
    }

    /// Trouble of the database.
    pub(crate) fn passing(error: impl std::fmt::Display) -> Failure {
        Failure::Passing(error.to_string())
    }
}
