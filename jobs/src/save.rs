//! Counts what signals say: one transaction a batch.
//!
//! Marks the signals folded, drops copies, and derives the published tables again for every
//! session that is touched. All or nothing, so a crash repeats or undoes both together.

mod copies;
mod streams;
mod described;
mod ledger;
mod owners;
mod people;
mod tally;
mod traits;
mod teams;
mod decided;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use daybook_schema::counters::{Basis, Source};
use daybook_schema::seen::{self, Seen};
use daybook_schema::series::{self, Series};
use daybook_schema::session_signals::{self, SessionSignal};
use daybook_schema::store::{Reach, Store, StoreConnection};
use daybook_schema::{
    QueryResult, StoreError, daily_activity, daily_usage, erasures, installation, signals,
};

use crate::choose::{Changes, Overflow};
use crate::crash;
use crate::fold::{Amount, FoldContext, Observed};
use crate::keys::Keys;
use copies::Fresh;
pub use decided::{Move, Moved};
use ledger::Ledger;
use owners::Owners;
pub(crate) use people::{named, stand_in_id};
use teams::Teams;

/// Why a batch was not counted. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("the database answered: {0}")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Overflow(#[from] Overflow),
    #[error("{found} of {asked} signals were still waiting: somebody else counted the rest")]
    CountedElsewhere { asked: usize, found: usize },
    #[error("a rebuild made the tables others than what was folded for them")]
    Rebuilt,
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
/// The order of signals, and of what is in them, does not change the tables. What is read,
/// reckoned and written is of the shards of the batch's sessions, and no other turn touches
/// them meanwhile; a batch that changes who owns what has its turn alone.
pub fn save(
    store: &Store,
    context: &FoldContext,
    bases: &[Basis],
    batch: &[Observed],
    claim: Claim,
) -> Result<(), SaveError> {
    store.in_turn(
        &shards(&context.keys, batch),
        |connection, locked| Prepared::reckon(connection, context, bases, batch, locked),
        |connection, prepared: &Prepared| prepared.write(connection, context, batch, claim),
    )
}

/// Reckons what a batch would change, and changes nothing: whatever of it can crash, does.
pub fn rehearse(
    store: &Store,
    context: &FoldContext,
    bases: &[Basis],
    batch: &[Observed],
) -> Result<(), SaveError> {
    let all = Reach::Everything;
    store.read(|connection| Ok(Prepared::reckon(connection, context, bases, batch, all)))??;
    Ok(())
}

/// The shards of every session in a batch.
fn shards(keys: &Keys, batch: &[Observed]) -> BTreeSet<i16> {
    batch
        .iter()
        .flat_map(|observed| observed.scopes.iter().map(move |scope| (observed, scope)))
        .map(|(observed, scope)| keys.shard(observed.connection_id, scope.session_id.as_deref()))
        .collect()
}

/// All that a batch will write.
struct Prepared {
    seen: Vec<Seen>,
    series: Vec<Series>,
    owners: Owners,
    ledger: Ledger,
    changes: Changes,
    teams: Teams,
    bases: Vec<Basis>,
    copies: usize,
    overflowed: usize,
}

impl Prepared {
    /// Reckons what becomes of the tables; `None` when that reaches further than is locked.
    fn reckon(
        connection: &mut StoreConnection<'_>,
        context: &FoldContext,
        bases: &[Basis],
        batch: &[Observed],
        locked: Reach,
    ) -> Result<Option<Prepared>, SaveError> {
        // Whose telemetry is decides over sessions of any shard. Asked first: what else is reckoned
        // would be for nothing.
        let mut owners = Owners::load(connection, context, batch)?;
        if locked == Reach::Shards && owners.is_changed() {
            return Ok(None);
        }
        let Fresh { mut counted, copies, seen } = copies::without_copies(connection, batch)?;
        let series = streams::count(connection, batch, &mut counted)?;
        let elsewhere: Vec<i64> = counted.iter().map(|item| item.session).collect();
        let mut ledger = Ledger::open(connection, batch, &mut owners, &elsewhere)?;
        let before = ledger.published(bases)?;
        let overflowed = ledger.count(&counted);
        ledger.settle(&owners);
        if locked == Reach::Shards && !ledger.former_owners().is_empty() {
            return Ok(None);
        }
        let changes = ledger.published(bases)?.changes_from(before)?;
        let teams = Teams::of(&context.keys, bases, batch, &ledger);
        let bases = bases.to_vec();
        Ok(Some(Prepared {
            seen,
            series,
            owners,
            ledger,
            changes,
            teams,
            bases,
            copies,
            overflowed,
        }))
    }

    /// Claims the signals and writes everything, unless that would count something twice.
    fn write(
        &self,
        connection: &mut StoreConnection<'_>,
        context: &FoldContext,
        batch: &[Observed],
        claim: Claim,
    ) -> Result<(), SaveError> {
        if installation::generation(connection)? != context.generation {
            return Err(SaveError::Rebuilt);
        }
        if claim == Claim::Waiting {
            claim_all(connection, batch)?;
        }
        Ok(self.write_rows(connection, batch)?)
    }

    /// Writes every row.
    fn write_rows(
        &self,
        connection: &mut StoreConnection<'_>,
        batch: &[Observed],
    ) -> QueryResult<()> {
        seen::save(connection, &self.seen)?;
        series::save(connection, &self.series)?;
        daily_usage::add(connection, &self.changes.usage)?;
        daily_activity::add(connection, &self.changes.activity)?;
        self.ledger.save(connection)?;
        self.owners.save(connection, &self.ledger, batch)?;
        self.teams.save(connection, &self.owners.keys, &self.bases)?;
        session_signals::add(connection, &places(batch))?;
        hide_bodies(connection, batch)?;
        tally::save(connection, batch, self.copies, self.overflowed)?;
        traits::save(connection, batch, self.changes.connections())?;
        crash::at(crash::BEFORE_FOLD_COMMIT);
        Ok(())
    }
}

/// Marks the signals of a batch folded; refused when somebody else counted some of them.
fn claim_all(connection: &mut StoreConnection<'_>, batch: &[Observed]) -> Result<(), SaveError> {
    let ids: Vec<i64> = batch.iter().map(|observed| observed.signal_id).collect();
    let found = signals::mark_folded(connection, &ids)?;
    let asked = ids.len();
    if found == asked { Ok(()) } else { Err(SaveError::CountedElsewhere { asked, found }) }
}

/// Puts the bodies that named erased people away as they may be kept, and takes the emails off
/// what was found in them.
fn hide_bodies(connection: &mut StoreConnection<'_>, batch: &[Observed]) -> QueryResult<()> {
    for observed in batch {
        let Some(hidden) = &observed.hidden else {
            continue;
        };
        match &hidden.body {
            Some(body) => signals::replace_body(connection, observed.signal_id, body)?,
            None => erasures::remove_body(connection, observed.signal_id)?,
        }
        for email in &hidden.emails {
            erasures::forget_detections(connection, email)?;
        }
    }
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
