//! Makes every derived table again from the signals that are kept.
//!
//! Folds into a database beside, while the server goes on; then puts its tables in the place
//! of the old ones in one transaction. Nobody ever sees half of it.

mod taken;

use anyhow::Context;
use daybook_schema::signals::{self, SignalRow};
use daybook_schema::store::{Beside, StoreConnection};
use daybook_schema::{StoreError, installation};

use crate::fold::FoldContext;
use crate::fold_signals::{Failure, Folder};
use crate::save::{Claim, SaveError, save};
use taken::Taken;

/// Signals of one step.
const STEP: i64 = 500;

/// A rebuild under way.
pub struct Rebuild {
    /// Reads signals from the real database.
    folder: Folder,
    /// Takes in what they say.
    beside: Beside,
    taken: Taken,
    /// How many signals that are.
    count: usize,
    /// Of the real tables when it began: it is another once people decided something.
    generation: i64,
}

impl Rebuild {
    /// Begins with an empty database beside the real one.
    pub fn begin(folder: Folder) -> anyhow::Result<Rebuild> {
        let known = folder.store.read(installation::load)?.context("the database is empty")?;
        let beside = folder.store.beside().context("make a database beside")?;
        let mut key = [0; 32];
        for (slot, byte) in key.iter_mut().zip(&known.hash_key) {
            *slot = *byte;
        }
        let zone = folder.time_zone.name();
        beside.store.write(|conn| installation::create(conn, &key, zone, known.created_at))?;
        let generation = known.generation;
        Ok(Rebuild { folder, beside, taken: Taken::default(), count: 0, generation })
    }

    /// Folds the next signals; how many there were. None left: 0.
    pub fn step(&mut self) -> anyhow::Result<usize> {
        let ahead = (self.taken.end(), i64::MAX);
        let rows = self.folder.store.read(|conn| signals::folded_between(conn, ahead, STEP))?;
        self.fold(&rows)?;
        Ok(rows.len())
    }

    /// Folds some signals into the database beside.
    fn fold(&mut self, rows: &[SignalRow]) -> anyhow::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let real = self.folder.context()?;
        self.assert_current(real.generation)?;
        let generation = self.beside.store.read(installation::generation)?;
        let context = FoldContext { generation, ..real };
        let observed = self.folder.read(&context, rows).map_err(Failure::into_error)?;
        let saved =
            save(&self.beside.store, &context, &self.folder.bases(), &observed, Claim::Rebuild);
        match saved {
            // Together they are past what a day may count; as they came, they were not.
            Err(SaveError::Overflow(_)) if rows.len() > 1 => {
                return rows.iter().try_for_each(|row| self.fold(std::slice::from_ref(row)));
            }
            saved => saved?,
        }
        rows.iter().for_each(|row| self.taken.add(row.id));
        self.count = self.count.saturating_add(rows.len());
        Ok(())
    }

    /// Refuses to go on with tables that hold what was decided before.
    fn assert_current(&self, generation: i64) -> anyhow::Result<()> {
        anyhow::ensure!(
            generation == self.generation,
            "who is who was decided anew meanwhile; nothing was changed, run it again"
        );
        Ok(())
    }

    /// Takes in what was folded meanwhile, and puts the new tables in the place of the old; how many
    /// signals are in them.
    pub fn finish(mut self) -> anyhow::Result<usize> {
        let store = self.folder.store.clone();
        let zone = self.folder.time_zone.name();
        let mut failed = None;
        let beside = Beside::clone(&self.beside);
        let replaced = store.replace_derived(&beside, |connection| {
            if let Err(error) = self.catch_up(connection) {
                failed = Some(error);
                return Err(StoreError::RollbackTransaction);
            }
            installation::begin_generation(connection, zone)
        });
        match failed {
            Some(error) => Err(error),
            None => replaced.map(|()| self.count).context("replace the tables"),
        }
    }

    /// Folds what was folded since; nothing else is folded meanwhile. Signals are not folded in
    /// the order of their ids, so every gap is looked at.
    fn catch_up(&mut self, connection: &mut StoreConnection<'_>) -> anyhow::Result<()> {
        self.assert_current(installation::generation(connection)?)?;
        for gap in self.taken.gaps() {
            let (mut first, last) = gap;
            loop {
                let rows = signals::folded_between(connection, (first, last), STEP)?;
                let Some(end) = rows.last() else {
                    break;
                };
                first = end.id.saturating_add(1);
                self.fold(&rows)?;
            }
        }
        Ok(())
    }
}
