//! Which team each day is of, as telemetry says it: what was said last of each day of a session,
//! and of each day of a user.
//!
//! What a batch says is only ever raised, so writers of different shards may come in any order.
//! Where sessions go to somebody else, both users' days are made again from all their sessions.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use daybook_schema::QueryResult;
use daybook_schema::counters::Basis;
use daybook_schema::daily_teams::{self, DailyTeam};
use daybook_schema::session_teams::{self, SessionTeam};
use daybook_schema::store::StoreConnection;

use super::ledger::Ledger;
use super::people::named;
use crate::fold::Observed;
use crate::keys::Keys;

/// What will be written.
pub(super) struct Teams {
    sessions: Vec<SessionTeam>,
    days: Vec<DailyTeam>,
    /// Users whose sessions are others than before.
    moved: Vec<i64>,
}

impl Teams {
    /// What a batch says. Call it once the ledger knows whose every session is.
    pub(super) fn of(keys: &Keys, bases: &[Basis], batch: &[Observed], ledger: &Ledger) -> Teams {
        let moved: BTreeSet<i64> =
            ledger.moved().flat_map(|(before, session)| [before, session.user_id]).collect();
        let sessions = said(batch);
        let mut days = Days::new(keys, bases);
        for row in &sessions {
            if let Some(session) = ledger.sessions.get(&row.session)
                && !moved.contains(&session.user_id)
            {
                days.raise(session.user_id, session.email.as_deref(), row);
            }
        }
        Teams { sessions, days: days.rows(), moved: moved.into_iter().collect() }
    }

    /// Writes it. The sessions have to be whose they are before.
    pub(super) fn save(
        &self,
        connection: &mut StoreConnection<'_>,
        keys: &Keys,
        bases: &[Basis],
    ) -> QueryResult<()> {
        session_teams::save(connection, &self.sessions)?;
        if !self.moved.is_empty() {
            let mut days = Days::new(keys, bases);
            for ((user, email), row) in session_teams::of_users(connection, &self.moved)? {
                days.raise(user, email.as_deref(), &row);
            }
            daily_teams::replace(connection, &self.moved, &days.rows())?;
        }
        daily_teams::save(connection, &self.days)
    }
}

/// What a batch says of each day of each session.
fn said(batch: &[Observed]) -> Vec<SessionTeam> {
    let mut latest = BTreeMap::new();
    for scope in batch.iter().flat_map(|observed| &observed.scopes) {
        for ((utc_day, local_day), said) in &scope.teams {
            let known = latest.entry((scope.key, *utc_day, *local_day)).or_insert(said);
            *known = (*known).max(said);
        }
    }
    let row = |((session, utc_day, local_day), said): (_, &crate::fold::SaidTeam)| SessionTeam {
        session,
        utc_day,
        local_day,
        last_time: said.time,
        team: said.names.team.clone(),
        department: said.names.department.clone(),
        cost_center: said.names.cost_center.clone(),
    };
    latest.into_iter().map(row).collect()
}

/// The days of users, in the making.
struct Days<'a> {
    keys: &'a Keys,
    bases: &'a [Basis],
    /// By user, day and basis.
    latest: BTreeMap<(i64, NaiveDate, i16), DailyTeam>,
}

impl<'a> Days<'a> {
    /// None yet.
    fn new(keys: &'a Keys, bases: &'a [Basis]) -> Days<'a> {
        Days { keys, bases, latest: BTreeMap::new() }
    }

    /// Takes in what a session of a user, of some email, says of a day.
    fn raise(&mut self, user_id: i64, email: Option<&str>, said: &SessionTeam) {
        let is_own = email.is_some_and(|email| named(self.keys, email) == user_id);
        for basis in self.bases {
            let day = match basis {
                Basis::Utc => said.utc_day,
                Basis::Local => said.local_day,
            };
            let row = DailyTeam {
                user_id,
                day,
                basis: basis.number(),
                is_own: is_own.into(),
                last_time: said.last_time,
                team: said.team.clone(),
                department: said.department.clone(),
                cost_center: said.cost_center.clone(),
            };
            let known = self.latest.entry((user_id, day, row.basis)).or_insert_with(|| row.clone());
            if row > *known {
                *known = row;
            }
        }
    }

    /// The rows, in the order of their keys.
    fn rows(self) -> Vec<DailyTeam> {
        self.latest.into_values().collect()
    }
}
