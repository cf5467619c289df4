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
use daybook_schema::seen::{self, Seen};
use daybook_schema::series::{self, Series};
use daybook_schema::session_signals::{self, SessionSignal};
use daybook_schema::store::{Store, StoreConnection};
use daybook_schema::{QueryResult, StoreError, daily_activity, daily_usage, installation, signals};

use crate::choose::{Changes, Overflow};
use crate::crash;
use crate::fold::{Amount, FoldContext, Observed};
use copies::Fresh;
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
/// The order of signals, and of what is in them, does not change the tables. Everything is
/// read and reckoned before the one transaction that writes, so that telemetry that arrives
/// meanwhile is not held up; a rebuild in between is noticed, and it is done again.
pub fn save(
    store: &Store,
    context: &FoldContext,
    bases: &[Basis],
    batch: &[Observed],
    claim: Claim,
) -> Result<(), SaveError> {
    store.in_turn(|| {
        loop {
            let prepared =
                store.read(|conn| Ok(Prepared::reckon(conn, context, bases, batch)))??;
            if prepared.write(store, context, batch, claim)? {
                return Ok(());
            }
        }
    })
}

/// All that a batch will write.
struct Prepared {
    /// The tables this was reckoned from.
    generation: i64,
    seen: Vec<Seen>,
    series: Vec<Series>,
    owners: Owners,
    ledger: Ledger,
    changes: Changes,
    copies: usize,
    overflowed: usize,
}

impl Prepared {
    /// Reckons what becomes of the tables.
    fn reckon(
        connection: &mut StoreConnection<'_>,
        context: &FoldContext,
        bases: &[Basis],
        batch: &[Observed],
    ) -> Result<Prepared, SaveError> {
        let generation = installation::generation(connection)?;
        let Fresh { mut counted, copies, seen } = copies::without_copies(connection, batch)?;
        let series = streams::count(connection, batch, &mut counted)?;
        let mut owners = Owners::load(connection, &context.keys, batch)?;
        let elsewhere: Vec<i64> = counted.iter().map(|item| item.session).collect();
        let mut ledger = Ledger::open(connection, &context.keys, batch, &mut owners, &elsewhere)?;
        let before = ledger.published(bases)?;
        let overflowed = ledger.count(&counted);
        ledger.settle(&context.keys, &owners);
        let changes = ledger.published(bases)?.changes_from(before)?;
        Ok(Prepared { generation, seen, series, owners, ledger, changes, copies, overflowed })
    }

    /// Writes it in one transaction; `false` when the tables are others by now.
    fn write(
        &self,
        store: &Store,
        context: &FoldContext,
        batch: &[Observed],
        claim: Claim,
    ) -> Result<bool, SaveError> {
        let mut missing = None;
        let mut current = true;
        let written = store.write(|connection| {
            current = installation::generation(connection)? == self.generation;
            if claim == Claim::Waiting {
                missing = claimed_elsewhere(connection, batch)?;
            }
            if !current || missing.is_some() {
                return Err(StoreError::RollbackTransaction);
            }
            self.write_rows(connection, context, batch)
        });
        match (written, missing) {
            (_, Some(error)) => Err(error),
            (Err(StoreError::RollbackTransaction), None) if !current => Ok(false),
            (written, None) => written.map(|()| true).map_err(SaveError::Store),
        }
    }

    /// Writes every row.
    fn write_rows(
        &self,
        connection: &mut StoreConnection<'_>,
        context: &FoldContext,
        batch: &[Observed],
    ) -> QueryResult<()> {
        seen::save(connection, &self.seen)?;
        series::save(connection, &self.series)?;
        daily_usage::add(connection, &self.changes.usage)?;
        daily_activity::add(connection, &self.changes.activity)?;
        self.ledger.save(connection)?;
        self.owners.save(connection, &context.keys, &self.ledger, batch)?;
        session_signals::add(connection, &places(batch))?;
        tally::save(connection, batch, self.copies, self.overflowed)?;
        crash::at(crash::BEFORE_FOLD_COMMIT);
        Ok(())
    }
}

/// Marks the signals of a batch folded; says so when somebody else counted some of them.
fn claimed_elsewhere(
    connection: &mut StoreConnection<'_>,
    batch: &[Observed],
) -> QueryResult<Option<SaveError>> {
    let ids: Vec<i64> = batch.iter().map(|observed| observed.signal_id).collect();
    let found = signals::mark_folded(connection, &ids)?;
    let asked = ids.len();
    Ok((found != asked).then_some(SaveError::CountedElsewhere { asked, found }))
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
