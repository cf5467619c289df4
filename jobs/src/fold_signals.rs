//! The job: claim, resolve, fold, save.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use apalis_core::monitor::Monitor;
use apalis_core::worker::builder::WorkerBuilder;
use daybook_schema::connections;
use daybook_schema::counters::Basis;
use daybook_schema::signals::{self, SignalRow};
use daybook_schema::store::Store;
use tokio::sync::Notify;
use tokio::task::spawn_blocking;

use crate::crash;
use crate::fold::{FoldContext, Observed, fold};
use crate::keys::Keys;
use crate::queue::{Batch, SignalBackend, SignalQueue};
use crate::resolve::IdentityOrder;
use crate::save::{Claim, SaveError, save};
use crate::signal::StoredSignal;

/// A signal is put aside when it failed, or the process died over it, so many times.
pub const MAX_ATTEMPTS: i16 = 3;

/// How long to wait after the database failed.
const PAUSE: Duration = Duration::from_millis(250);

/// What the job works with.
#[derive(Clone)]
pub struct Folder {
    pub store: Store,
    pub keys: Keys,
    pub time_zone: chrono_tz::Tz,
}

/// Runs the job until `stop` ends; then finishes what is under way.
pub async fn run(
    folder: Folder,
    wake: Arc<Notify>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let queue = SignalQueue::new(folder.store.clone(), wake);
    let monitor = Monitor::new()
        .should_restart(|_, _| true)
        .shutdown_timeout(Duration::from_secs(20))
        .register(move |_| {
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
    monitor.run_with_signal(stop).await.context("run the fold")
}

impl Folder {
    /// Folds a batch; what cannot be folded ends in quarantine, never in a loop.
    async fn fold_batch(&self, batch: Batch) -> Result<(), std::convert::Infallible> {
        let alone = batch.signals.len() == 1;
        let exhausted = batch.signals.iter().any(|row| row.attempts >= MAX_ATTEMPTS);
        if exhausted {
            for row in &batch.signals {
                self.put_aside(row, "the process died three times while folding it").await;
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
        loop {
            let (folder, rows) = (self.clone(), rows.clone());
            match spawn_blocking(move || folder.fold_and_save(&rows)).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(Failure::Passing(error))) => {
                    tracing::warn!(error, "the fold waits for the database");
                    tokio::time::sleep(PAUSE).await;
                }
                Ok(Err(Failure::Signal(reason))) => return Err(reason),
                Err(_) => return Err("the fold panicked".to_owned()),
            }
        }
    }

    /// Folds everything that waits, here and now: for commands that fill a database nobody
    /// serves yet.
    pub fn fold_waiting(&self) -> anyhow::Result<()> {
        loop {
            let rows = self.store.read(|conn| signals::waiting_after(conn, 0, 500))?;
            if rows.is_empty() {
                return Ok(());
            }
            self.fold_and_save(&rows).map_err(|failure| match failure {
                Failure::Passing(reason) | Failure::Signal(reason) => anyhow::anyhow!(reason),
            })?;
        }
    }

    /// Reads, folds and saves some signals.
    fn fold_and_save(&self, rows: &[SignalRow]) -> Result<(), Failure> {
        let context = self.context().map_err(Failure::passing)?;
        crash::at(crash::CLAIMED);
        let observed = self.read(&context, rows)?;
        crash::at(crash::MID_FOLD);
        let saved = save(&self.store, &context, &self.bases(), &observed, Claim::Waiting);
        crash::at(crash::AFTER_FOLD_COMMIT);
        match saved {
            // Another worker was faster with all of them: nothing is left to do.
            Ok(()) | Err(SaveError::CountedElsewhere { found: 0, .. }) => Ok(()),
            Err(SaveError::Store(error)) => Err(Failure::passing(error)),
            Err(other) => Err(Failure::Signal(other.to_string())),
        }
    }

    /// Reads and folds the bodies of some signals.
    pub(crate) fn read(
        &self,
        context: &FoldContext,
        rows: &[SignalRow],
    ) -> Result<Vec<Observed>, Failure> {
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let bodies = self.store.read(|conn| signals::bodies(conn, &ids));
        let mut bodies: BTreeMap<i64, Vec<u8>> =
            bodies.map_err(Failure::passing)?.into_iter().collect();
        rows.iter()
            .map(|row| {
                let body = bodies.remove(&row.id).ok_or("its body is gone");
                let body = body.map_err(|reason| Failure::Signal(reason.to_owned()))?;
                let signal = StoredSignal::decode(row, body)
                    .map_err(|_| Failure::Signal("its body cannot be decoded".to_owned()))?;
                Ok(fold(context, &signal))
            })
            .collect()
    }

    /// What folding needs to know now.
    pub(crate) fn context(&self) -> daybook_schema::QueryResult<FoldContext> {
        let connections = self.store.read(connections::all)?;
        let orders = connections
            .iter()
            .map(|row| (row.id, IdentityOrder::parse(&row.identity_order)))
            .collect();
        Ok(FoldContext {
            keys: self.keys.clone(),
            time_zone: self.time_zone,
            identity_orders: orders,
        })
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

/// Why signals were not folded.
pub(crate) enum Failure {
    /// The database's trouble: it passes.
    Passing(String),
    /// The signals' own.
    Signal(String),
}

impl Failure {
    /// Trouble of the database.
    pub(crate) fn passing(error: impl std::fmt::Display) -> Failure {
        Failure::Passing(error.to_string())
    }
}
