//! Moves history when people decide who is who: the same rows as if the fold had always known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use daybook_schema::counters::Basis;
use daybook_schema::decisions::Decisions;
use daybook_schema::store::StoreConnection;
use daybook_schema::{QueryResult, daily_activity, daily_usage};

use super::SaveError;
use super::ledger::Ledger;
use super::owners::Owners;
use super::teams::Teams;
use crate::choose::Changes;
use crate::keys::Keys;

/// What a decision moves, reckoned and not written yet.
pub struct Moved {
    ledger: Ledger,
    owners: Owners,
    changes: Changes,
    teams: Teams,
    bases: Vec<Basis>,
}

/// What goes from one user to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub from: i64,
    pub to: i64,
    /// Sessions; without session ids, days.
    pub sessions: usize,
    /// When the first of them began and the last one ended, microseconds since 1970.
    pub first_time: i64,
    pub last_time: i64,
}

impl Moved {
    /// Reckons whose everything is that `users` had a part in, under `decisions`. Call it while
    /// nobody else has a turn.
    pub fn reckon(
        connection: &mut StoreConnection<'_>,
        keys: &Keys,
        bases: &[Basis],
        decisions: &Arc<Decisions>,
        users: &[i64],
    ) -> Result<Moved, SaveError> {
        let mut owners = Owners::deciding(keys, decisions);
        let mut ledger = Ledger::of_users(connection, &mut owners, users)?;
        let before = ledger.published(bases)?;
        ledger.settle(&owners);
        let changes = ledger.published(bases)?.changes_from(before)?;
        let teams = Teams::of(keys, bases, &[], &ledger);
        Ok(Moved { ledger, owners, changes, teams, bases: bases.to_vec() })
    }

    /// Writes whose everything is now, and the figures that follow.
    pub fn write(&self, connection: &mut StoreConnection<'_>) -> QueryResult<()> {
        daily_usage::add(connection, &self.changes.usage)?;
        daily_activity::add(connection, &self.changes.activity)?;
        self.ledger.save(connection)?;
        self.owners.save(connection, &self.ledger, &[])?;
        self.teams.save(connection, &self.owners.keys, &self.bases)
    }

    /// What goes from whom to whom.
    pub fn moves(&self) -> Vec<Move> {
        let mut moves: BTreeMap<(i64, i64), Move> = BTreeMap::new();
        for (from, session) in self.ledger.moved() {
            let to = session.user_id;
            let (first_time, last_time) = (session.first_time, session.last_time);
            let fresh = Move { from, to, sessions: 0, first_time, last_time };
            let known = moves.entry((from, to)).or_insert(fresh);
            known.sessions += 1;
            known.first_time = known.first_time.min(first_time);
            known.last_time = known.last_time.max(last_time);
        }
        moves.into_values().collect()
    }

    /// The UTC days whose figures become others.
    pub fn days(&self) -> BTreeSet<NaiveDate> {
        let utc = Basis::Utc.number();
        let usage = self.changes.usage.iter().map(|(key, _)| (key.basis, key.day));
        let activity = self.changes.activity.iter().map(|(key, _)| (key.basis, key.day));
        usage.chain(activity).filter(|(basis, _)| *basis == utc).map(|(_, day)| day).collect()
    }
}
