//! Counts what signals say: one transaction a batch.
//!
//! Marks the signals folded, drops copies, and derives the published tables again for every
//! session that is touched. All or nothing, so a crash repeats or undoes both together.

mod copies;
mod streams;
mod described;
mod ledger;
mod owners;
mod tally;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use daybook_schema::counters::{Basis, Source};
use daybook_schema::session_signals::{self, SessionSignal};
use daybook_schema::store::{Store, StoreConnection};
use daybook_schema::{StoreError, daily_activity, daily_usage, signals};

use crate::choose::Overflow;
use crate::crash;
use crate::fold::{Amount, FoldContext, Observed};

use ledger::Ledger;
use owners::Owners;

/// Why a batch was not counted. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("the database answered: {0}")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Overflow(#[from] Overflow),
    #[error("{found} of {asked} signals were still waiting: somebody else counted the rest")]
    CountedElsewhere { asked: usize, found: usize },
}

/// What happens to the signals' rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// They are waiting, and are folded now.
    Waiting,
    /// They are folded already, and are counted again into empty tables.
    Rebuild,
}

/// Counts a batch.
///
/// The order of signals, and of what is in them, does not change the tables.
pub fn save(
    store: &Store,
    context: &FoldContext,
    bases: &[Basis],
    batch: &[Observed],
    claim: Claim,
) -> Result<(), SaveError> {
    let mut failed = None;
    let saved = store.write(|connection| {
        save_in(connection, context, bases, batch, claim).map_err(|error| match error {
            SaveError::Store(error) => error,
            other => {
                failed = Some(other);
                StoreError::RollbackTransaction
            }
        })
    });
    match (saved, failed) {
        (_, Some(error)) => Err(error),
        (saved, None) => saved.map_err(SaveError::Store),
    }
}

/// Counts a batch in a transaction that is open.
fn save_in(
    connection: &mut StoreConnection<'_>,
    context: &FoldContext,
    bases: &[Basis],
    batch: &[Observed],
    claim: Claim,
) -> Result<(), SaveError> {
    if claim == Claim::Waiting {
        let ids: Vec<i64> = batch.iter().map(|observed| observed.signal_id).collect();
        let found = signals::mark_folded(connection, &ids)?;
        if found != ids.len() {
            return Err(SaveError::CountedElsewhere { asked: ids.len(), found });
        }
    }
    let (mut counted, copies) = copies::without_copies(connection, batch)?;
    streams::count(connection, batch, &mut counted)?;
    let mut owners = Owners::load(connection, &context.keys, batch)?;
    let elsewhere: Vec<i64> = counted.iter().map(|item| item.session).collect();
    let mut ledger = Ledger::open(connection, &context.keys, batch, &mut owners, &elsewhere)?;
    let before = ledger.published(bases)?;
    let overflowed = ledger.count(&counted);
    ledger.settle(&context.keys, &owners);
    let changes = ledger.published(bases)?.changes_from(before)?;
    daily_usage::add(connection, &changes.usage)?;
    daily_activity::add(connection, &changes.activity)?;
    ledger.save(connection)?;
    owners.save(connection, &context.keys, &ledger, batch)?;
    session_signals::add(connection, &places(batch))?;
    tally::save(connection, batch, copies, overflowed)?;
    crash::at(crash::BEFORE_FOLD_COMMIT);
    Ok(())
}

/// Something to be counted, free of copies and of streams.
pub(crate) struct Counted<'a> {
    pub(crate) session: i64,
    pub(crate) source: Source,
    pub(crate) utc_day: NaiveDate,
    pub(crate) local_day: NaiveDate,
    pub(crate) what: What<'a>,
}

/// What is counted.
pub(crate) enum What<'a> {
    /// An observation as it was folded.
    Observed(&'a Amount, Option<i64>),
    /// How far a stream's day moved; may be negative.
    Moved(&'a Amount, i64),
}

/// Which signals each scope is in.
fn places(batch: &[Observed]) -> Vec<SessionSignal> {
    let rows: BTreeSet<SessionSignal> = batch
        .iter()
        .flat_map(|observed| {
            observed.scopes.iter().map(|scope| SessionSignal {
                session: scope.key,
                signal_id: observed.signal_id,
                first_time: scope.first_time,
                last_time: scope.last_time,
            })
        })
        .collect();
    rows.into_iter().collect()
}
