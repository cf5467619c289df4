//! Makes every derived table again from the signals that are kept.
//!
//! Folds into a database beside, while the server goes on; then puts its tables in the place
//! of the old ones in one transaction. Nobody ever sees half of it.

use std::path::Path;

use anyhow::Context;
use daybook_schema::signals::{self, SignalRow};
use daybook_schema::store::{Store, StoreConnection};
use daybook_schema::{QueryResult, StoreError, installation};

use crate::fold_signals::{Failure, Folder};
use crate::save::{Claim, save};

/// Signals of one step.
const STEP: i64 = 500;

/// A rebuild under way.
pub struct Rebuild {
    /// Reads signals from the real database.
    folder: Folder,
    /// Takes in what they say.
    beside: Store,
    last_id: i64,
}

impl Rebuild {
    /// Begins: `beside` is a new file next to the database.
    pub fn begin(folder: Folder, beside: &Path) -> anyhow::Result<Rebuild> {
        let known = folder.store.read(installation::load)?.context("the database is empty")?;
        let store = Store::open_sqlite(beside).context("make a database beside")?;
        let mut key = [0; 32];
        for (slot, byte) in key.iter_mut().zip(&known.hash_key) {
            *slot = *byte;
        }
        let zone = folder.time_zone.name();
        store.write(|conn| installation::create(conn, &key, zone, known.created_at))?;
        Ok(Rebuild { folder, beside: store, last_id: 0 })
    }

    /// Folds the next signals; how many there were. None left: 0.
    pub fn step(&mut self) -> anyhow::Result<usize> {
        let after = self.last_id;
        let rows = self.folder.store.read(|conn| signals::folded_after(conn, after, STEP))?;
        self.fold(&rows)?;
        Ok(rows.len())
    }

    /// Folds some signals into the database beside.
    fn fold(&mut self, rows: &[SignalRow]) -> anyhow::Result<()> {
        let Some(last) = rows.last() else {
            return Ok(());
        };
        let context = self.folder.context()?;
        let observed = self.folder.read(&context, rows).map_err(|failure| match failure {
            Failure::Passing(reason) | Failure::Signal(reason) => anyhow::anyhow!(reason),
        })?;
        save(&self.beside, &context, &self.folder.bases(), &observed, Claim::Rebuild)?;
        self.last_id = last.id;
        Ok(())
    }

    /// Takes in what was folded meanwhile, and puts the new tables in the place of the old.
    pub fn finish(mut self, beside: &Path) -> anyhow::Result<()> {
        let store = self.folder.store.clone();
        let zone = self.folder.time_zone.name();
        let mut failed = None;
        let replaced = store.replace_derived(beside, |connection| {
            if let Err(error) = self.catch_up(connection) {
                failed = Some(error);
                return Err(StoreError::RollbackTransaction);
            }
            installation::begin_generation(connection, zone)
        });
        match failed {
            Some(error) => Err(error),
            None => replaced.context("replace the tables"),
        }
    }

    /// Folds what was folded since the last step; nothing else is folded meanwhile.
    fn catch_up(&mut self, connection: &mut StoreConnection<'_>) -> anyhow::Result<()> {
        loop {
            let rows: QueryResult<Vec<SignalRow>> =
                signals::folded_after(connection, self.last_id, STEP);
            let rows = rows?;
            if rows.is_empty() {
                return Ok(());
            }
            self.fold(&rows)?;
        }
    }
}
