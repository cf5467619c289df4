//! The sessions a batch touches, in memory: as they are, and as they become.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use daybook_schema::QueryResult;
use daybook_schema::counters::Basis;
use daybook_schema::models;
use daybook_schema::session_activity::{self, SessionActivity};
use daybook_schema::session_usage::{self, SessionUsage};
use daybook_schema::sessions::{self, Session};
use daybook_schema::store::StoreConnection;

use super::described::{describe, widen};
use super::owners::Owners;
use super::{Counted, What};
use crate::choose::{Overflow, Published, Unit};
use crate::fold::{Amount, Observed};

/// Most rows of consumption a session may have: a month of a dozen models by both sources is
/// a third of it. Models beyond are counted as one, so that made-up names fill no memory.
const MAX_USAGE_ROWS: usize = 2000;

/// What a usage row is about: session, UTC day, local day, raw model, source.
type UsageKey = (i64, NaiveDate, NaiveDate, String, i16);

/// What an activity row is about: session, UTC day, local day, source.
type ActivityKey = (i64, NaiveDate, NaiveDate, i16);

/// The rows of every touched group.
pub(super) struct Ledger {
    pub(super) sessions: BTreeMap<i64, Session>,
    usage: BTreeMap<UsageKey, SessionUsage>,
    activity: BTreeMap<ActivityKey, SessionActivity>,
    /// How many usage rows each session has.
    usage_rows: HashMap<i64, usize>,
    changed_sessions: BTreeSet<i64>,
    changed_usage: HashSet<UsageKey>,
    changed_activity: HashSet<ActivityKey>,
    /// Whose each session was when it was loaded.
    owners_before: HashMap<i64, i64>,
    /// Sessions the batch widens or makes, as its signals describe them.
    described: BTreeMap<i64, Session>,
}

impl Ledger {
    /// Loads every group the batch, a new link or one of the `counted` sessions touches: a
    /// stream's late value can move a day that is not in the batch.
    pub(super) fn open(
        connection: &mut StoreConnection<'_>,
        batch: &[Observed],
        owners: &mut Owners,
        counted: &[i64],
    ) -> QueryResult<Ledger> {
        let described = describe(batch, owners);
        let mut groups: BTreeSet<i64> = described.values().map(|row| row.group_key).collect();
        let elsewhere: BTreeSet<i64> =
            counted.iter().copied().filter(|id| !described.contains_key(id)).collect();
        let elsewhere: Vec<i64> = elsewhere.into_iter().collect();
        groups.extend(sessions::groups_of(connection, &elsewhere)?);
        for moving in owners.moving_sessions(connection)? {
            groups.insert(moving.group_key);
            groups.extend(owners.day_group_of(&moving, owners.by_itself(&moving)));
        }
        Ledger::load(connection, owners, groups, described)
    }

    /// Loads every group that some users have a part in, and those their sessions go to.
    pub(super) fn of_users(
        connection: &mut StoreConnection<'_>,
        owners: &mut Owners,
        users: &[i64],
    ) -> QueryResult<Ledger> {
        let sessions = sessions::of_users(connection, users)?;
        owners.load_links_of(connection, &sessions)?;
        let mut groups: BTreeSet<i64> = BTreeSet::new();
        for session in &sessions {
            groups.insert(session.group_key);
            groups.extend(owners.day_group_of(session, owners.by_itself(session)));
        }
        Ledger::load(connection, owners, groups, BTreeMap::new())
    }

    /// Loads groups.
    fn load(
        connection: &mut StoreConnection<'_>,
        owners: &mut Owners,
        groups: BTreeSet<i64>,
        described: BTreeMap<i64, Session>,
    ) -> QueryResult<Ledger> {
        let groups: Vec<i64> = groups.into_iter().collect();
        let sessions = sessions::of_groups(connection, &groups)?;
        owners.load_links_of(connection, &sessions)?;
        let ids: Vec<i64> = sessions.iter().map(|row| row.id).collect();
        let usage = session_usage::of_sessions(connection, &ids)?;
        let activity = session_activity::of_sessions(connection, &ids)?;
        let owners_before = sessions.iter().map(|row| (row.id, row.user_id)).collect();
        let mut usage_rows = HashMap::new();
        for row in &usage {
            *usage_rows.entry(row.session).or_default() += 1;
        }
        Ok(Ledger {
            usage_rows,
            sessions: sessions.into_iter().map(|row| (row.id, row)).collect(),
            usage: usage.into_iter().map(|row| (usage_key(&row), row)).collect(),
            activity: activity.into_iter().map(|row| (activity_key(&row), row)).collect(),
            owners_before,
            changed_sessions: BTreeSet::new(),
            changed_usage: HashSet::new(),
            changed_activity: HashSet::new(),
            described,
        })
    }

    /// Adds what is to be counted, and the sessions it is in.
    ///
    /// What would take a sum past 64 bits is left out; says how much that was, and spoils
    /// nothing that came with it.
    pub(super) fn count(&mut self, counted: &[Counted<'_>]) -> usize {
        for (id, described) in std::mem::take(&mut self.described) {
            let changed = match self.sessions.get_mut(&id) {
                Some(session) => widen(session, &described),
                None => self.sessions.insert(id, described).is_none(),
            };
            if changed {
                self.changed_sessions.insert(id);
            }
        }
        counted.iter().filter(|item| self.count_one(item).is_none()).count()
    }

    /// Adds one thing; `None` on overflow.
    fn count_one(&mut self, item: &Counted<'_>) -> Option<()> {
        match &item.what {
            What::Observed(Amount::Call(call), sequence) => {
                self.see(item, *sequence)?;
                self.use_up(item, &call.raw_model, &call.counters)
            }
            What::Observed(Amount::Nothing, sequence) => self.see(item, *sequence),
            What::Observed(Amount::One { counter, raw_model, amount }, sequence) => {
                self.see(item, *sequence)?;
                self.raise(item, *counter, raw_model.as_deref(), *amount)
            }
            What::Moved(Amount::One { counter, raw_model, .. }, moved) => {
                self.raise(item, *counter, raw_model.as_deref(), *moved)
            }
            What::Moved(..) => Some(()),
        }
    }

    /// Raises one counter. Nothing is written for nothing: an unchanged cumulative value says
    /// as little as no delta at all.
    fn raise(
        &mut self,
        item: &Counted<'_>,
        counter: crate::fold::Counter,
        raw_model: Option<&str>,
        amount: i64,
    ) -> Option<()> {
        if amount == 0 {
            return Some(());
        }
        if let Some(raw_model) = raw_model {
            return self.use_up(item, raw_model, &counter.usage(amount));
        }
        let row = self.activity_row(item);
        if counter == crate::fold::Counter::SessionStarts {
            row.session_starts = row.session_starts.checked_add(amount)?;
        } else {
            let sum = row.counters().plus(&counter.activity(amount))?;
            row.set_counters(&sum);
        }
        Some(())
    }

    /// Notes that a numbered record was seen.
    fn see(&mut self, item: &Counted<'_>, sequence: Option<i64>) -> Option<()> {
        let Some(sequence) = sequence else {
            return Some(());
        };
        let row = self.activity_row(item);
        row.events = row.events.checked_add(1)?;
        row.sequence_min = Some(row.sequence_min.map_or(sequence, |first| first.min(sequence)));
        row.sequence_max = Some(row.sequence_max.map_or(sequence, |last| last.max(sequence)));
        Some(())
    }

    /// Adds consumption.
    fn use_up(
        &mut self,
        item: &Counted<'_>,
        raw_model: &str,
        counters: &daybook_schema::counters::UsageCounters,
    ) -> Option<()> {
        let source = item.source.number();
        let mut key = (item.session, item.utc_day, item.local_day, raw_model.to_owned(), source);
        if !self.usage.contains_key(&key) {
            let rows = self.usage_rows.entry(item.session).or_default();
            if *rows >= MAX_USAGE_ROWS {
                models::OTHER.clone_into(&mut key.3);
            }
            *rows += 1;
        }
        let raw_model = key.3.clone();
        let row = self.usage.entry(key.clone()).or_insert_with(|| SessionUsage {
            session: item.session,
            utc_day: item.utc_day,
            local_day: item.local_day,
            model: models::canonical(&raw_model).into_owned(),
            raw_model,
            source,
            requests: 0,
            input_tokens: 0,
            output_tokens: 0,
            cache_read_tokens: 0,
            cache_creation_tokens: 0,
            cost_nanos: 0,
        });
        let sum = row.counters().plus(counters)?;
        row.set_counters(&sum);
        self.changed_usage.insert(key);
        Some(())
    }

    /// The activity row of something counted, about to change.
    fn activity_row(&mut self, item: &Counted<'_>) -> &mut SessionActivity {
        let source = item.source.number();
        let key = (item.session, item.utc_day, item.local_day, source);
        self.changed_activity.insert(key);
        self.activity.entry(key).or_insert_with(|| {
            SessionActivity::empty(item.session, item.utc_day, item.local_day, source)
        })
    }

    /// Gives every session to whom it belongs now.
    pub(super) fn settle(&mut self, owners: &Owners) {
        let mut owned: Vec<(i64, i64)> = Vec::new();
        for members in self.groups().values() {
            owned.extend(owners.of_group(members));
        }
        for (id, user) in owned {
            let Some(session) = self.sessions.get_mut(&id) else {
                continue;
            };
            let group = owners.day_group_of(session, user).unwrap_or(session.group_key);
            if session.user_id != user || session.group_key != group {
                session.user_id = user;
                session.group_key = group;
                self.changed_sessions.insert(id);
            }
        }
    }

    /// The sessions of each group, in order of their ids.
    fn groups(&self) -> BTreeMap<i64, Vec<&Session>> {
        let mut groups: BTreeMap<i64, Vec<&Session>> = BTreeMap::new();
        for session in self.sessions.values() {
            groups.entry(session.group_key).or_default().push(session);
        }
        groups
    }

    /// What the sessions publish as they stand.
    pub(super) fn published(&self, bases: &[Basis]) -> Result<Published, Overflow> {
        // A unit is all of a group that one user owns.
        let mut units: BTreeMap<(i64, i64), Unit<'_>> = BTreeMap::new();
        let mut places: HashMap<i64, (i64, i64)> = HashMap::new();
        for session in self.sessions.values() {
            let place = (session.group_key, session.user_id);
            places.insert(session.id, place);
            units.entry(place).or_insert_with(|| Unit {
                user_id: session.user_id,
                connection_id: session.connection_id,
                is_session: session.session_id.is_some(),
                usage: Vec::new(),
                activity: Vec::new(),
            });
        }
        for row in self.usage.values().filter(|row| !row.counters().is_zero()) {
            if let Some(unit) = places.get(&row.session).and_then(|place| units.get_mut(place)) {
                unit.usage.push(row);
            }
        }
        for row in self.activity.values().filter(|row| !is_empty(row)) {
            if let Some(unit) = places.get(&row.session).and_then(|place| units.get_mut(place)) {
                unit.activity.push(row);
            }
        }
        let mut published = Published::default();
        for unit in units.values() {
            published.add(unit, bases)?;
        }
        Ok(published)
    }

    /// Whose sessions belong to somebody else now.
    pub(super) fn former_owners(&self) -> Vec<i64> {
        let former: BTreeSet<i64> = self.moved().map(|(before, _)| before).collect();
        former.into_iter().collect()
    }

    /// The sessions that belong to somebody else than before, with whose they were.
    pub(super) fn moved(&self) -> impl Iterator<Item = (i64, &Session)> {
        self.sessions.values().filter_map(|session| {
            let before = self.owners_before.get(&session.id)?;
            (*before != session.user_id).then_some((*before, session))
        })
    }

    /// Writes what changed; rows that came to say nothing go.
    pub(super) fn save(&self, connection: &mut StoreConnection<'_>) -> QueryResult<()> {
        let sessions: Vec<Session> =
            self.changed_sessions.iter().filter_map(|id| self.sessions.get(id).cloned()).collect();
        sessions::save(connection, &sessions)?;
        let (empty, usage): (Vec<_>, Vec<_>) = self
            .usage
            .iter()
            .filter(|(key, _)| self.changed_usage.contains(*key))
            .map(|(_, row)| row.clone())
            .partition(|row| row.counters().is_zero());
        session_usage::save(connection, &usage)?;
        session_usage::remove(connection, &empty)?;
        let (empty, activity): (Vec<_>, Vec<_>) = self
            .activity
            .iter()
            .filter(|(key, _)| self.changed_activity.contains(*key))
            .map(|(_, row)| row.clone())
            .partition(is_empty);
        session_activity::save(connection, &activity)?;
        session_activity::remove(connection, &empty)
    }
}

/// What a usage row is about.
fn usage_key(row: &SessionUsage) -> UsageKey {
    (row.session, row.utc_day, row.local_day, row.raw_model.clone(), row.source)
}

/// What an activity row is about.
fn activity_key(row: &SessionActivity) -> ActivityKey {
    (row.session, row.utc_day, row.local_day, row.source)
}

/// Whether a row says nothing: a stream's late value can take back what an earlier one gave.
fn is_empty(row: &SessionActivity) -> bool {
    row.counters().is_zero() && row.session_starts == 0 && row.events == 0
}
