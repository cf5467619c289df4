//! Whose a session is: declared emails, links, stand-ins.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use daybook_schema::QueryResult;
use daybook_schema::decisions::Decisions;
use daybook_schema::sessions::{self, Session};
use daybook_schema::store::StoreConnection;
use daybook_schema::users::{self, UserIdentity, identity};

use super::ledger::Ledger;
use super::people::{self, named, stand_in, stand_in_id};
use crate::fold::{FoldContext, Observed, day_group};
use crate::keys::Keys;

/// Kind and value of an identity.
type IdentityKey = (String, String);

/// Every link the batch needs or makes.
pub(super) struct Owners {
    pub(super) keys: Keys,
    /// What people decided: it outranks every link.
    decisions: Arc<Decisions>,
    /// For each identity its links: user to earliest time.
    links: BTreeMap<IdentityKey, BTreeMap<i64, i64>>,
    /// Links that are new or earlier than was known.
    changed: BTreeSet<(String, String, i64)>,
    /// Identities whose owner is another one now.
    moved: BTreeSet<IdentityKey>,
}

impl Owners {
    /// Loads the links of every identity in a batch, and adds those the batch makes.
    pub(super) fn load(
        connection: &mut StoreConnection<'_>,
        context: &FoldContext,
        batch: &[Observed],
    ) -> QueryResult<Owners> {
        let mut owners = Owners::deciding(&context.keys, &context.decisions);
        owners.links = known_links(connection, batch)?;
        let before: BTreeMap<IdentityKey, Option<i64>> =
            owners.links.keys().map(|key| (key.clone(), owners.owner(key))).collect();
        for scope in batch.iter().flat_map(|observed| &observed.scopes) {
            let Some(email) = &scope.declared.email else {
                continue;
            };
            let user = named(&owners.keys, email);
            for link in &scope.links {
                owners.link(link.kind, &link.value, user, link.first_time);
            }
        }
        owners.moved = owners
            .links
            .keys()
            .filter(|key| before.get(*key).copied().flatten() != owners.owner(key))
            .cloned()
            .collect();
        Ok(owners)
    }

    /// Nothing but what people decided.
    pub(super) fn deciding(keys: &Keys, decisions: &Arc<Decisions>) -> Owners {
        Owners {
            keys: keys.clone(),
            decisions: Arc::clone(decisions),
            links: BTreeMap::new(),
            changed: BTreeSet::new(),
            moved: BTreeSet::new(),
        }
    }

    /// Whether the batch makes a link, or tells of an earlier time of one.
    pub(super) fn is_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// Loads the links of sessions that name nobody and are touched with others.
    pub(super) fn load_links_of(
        &mut self,
        connection: &mut StoreConnection<'_>,
        sessions: &[Session],
    ) -> QueryResult<()> {
        let mut values = BTreeSet::new();
        for session in sessions.iter().filter(|row| row.email.is_none()) {
            values.extend(session.account_uuid.as_deref());
            values.extend(session.install_id.as_deref());
        }
        let values: Vec<&str> = values.into_iter().collect();
        for (key, links) in stored_links(connection, &values)? {
            self.links.entry(key).or_insert(links);
        }
        Ok(())
    }

    /// Notes a link, when it is new or earlier than was known.
    fn link(&mut self, kind: &str, value: &str, user: i64, time: i64) {
        let links = self.links.entry((kind.to_owned(), value.to_owned())).or_default();
        let known = links.get(&user).copied();
        if known.is_none_or(|known| time < known) {
            links.insert(user, time);
            self.changed.insert((kind.to_owned(), value.to_owned(), user));
        }
    }

    /// The user an identity attributes to: of those it was not split from, the one it was linked
    /// with first.
    fn owner(&self, key: &IdentityKey) -> Option<i64> {
        let links = self.links.get(key)?;
        let holds = |user: i64| {
            let Decisions { splits, .. } = &*self.decisions;
            splits.is_empty() || !splits.contains(&(self.keys.identity(&key.0, &key.1), user))
        };
        let holding = links.iter().filter(|(user, _)| holds(**user));
        holding.min_by_key(|(user, time)| (**time, **user)).map(|(user, _)| *user)
    }

    /// Whose a session is, when nothing else of its group is known.
    pub(super) fn by_itself(&self, session: &Session) -> i64 {
        let user = match &session.email {
            Some(email) => named(&self.keys, email),
            None => self.of_unnamed(session),
        };
        self.decisions.owner(user)
    }

    /// The group of what has no session id, when it is a user's.
    pub(super) fn day_group_of(&self, session: &Session, user: i64) -> Option<i64> {
        let day = session.day.filter(|_| session.session_id.is_none())?;
        Some(day_group(&self.keys, session.connection_id, user, day))
    }

    /// The user of a session that names nobody: by its account, by its install, or a stand-in.
    fn of_unnamed(&self, session: &Session) -> i64 {
        self.linked(session).unwrap_or_else(|| stand_in_id(&self.keys, &stand_in(session)))
    }

    /// The user a session's account or install is linked to.
    fn linked(&self, session: &Session) -> Option<i64> {
        let of = |kind: &str, value: &Option<String>| {
            let value = value.clone()?;
            self.owner(&(kind.to_owned(), value))
        };
        of(identity::ACCOUNT, &session.account_uuid)
            .or_else(|| of(identity::INSTALL, &session.install_id))
    }

    /// Whose each session of a group is.
    ///
    /// A session that declares an email is that user's. What names nobody goes with the
    /// first declared email of the same session id, else where its links say.
    /// In the end merges decide.
    pub(super) fn of_group(&self, members: &[&Session]) -> Vec<(i64, i64)> {
        let first_named = members
            .iter()
            .filter(|row| row.session_id.is_some())
            .filter_map(|row| row.email.as_ref().map(|email| (row.first_time, email)))
            .min()
            .map(|(_, email)| named(&self.keys, email));
        let mut unnamed: Vec<&&Session> =
            members.iter().filter(|row| row.email.is_none()).collect();
        unnamed.sort_by_key(|row| (row.first_time, row.id));
        let shared = unnamed
            .iter()
            .find_map(|row| self.linked(row))
            .or_else(|| unnamed.first().map(|row| stand_in_id(&self.keys, &stand_in(row))));
        members
            .iter()
            .map(|row| {
                let user = match &row.email {
                    Some(email) => named(&self.keys, email),
                    None if row.session_id.is_none() => self.of_unnamed(row),
                    None => first_named.or(shared).unwrap_or(row.user_id),
                };
                (row.id, self.decisions.owner(user))
            })
            .collect()
    }

    /// The sessions that belong to somebody else since this batch.
    pub(super) fn moving_sessions(
        &self,
        connection: &mut StoreConnection<'_>,
    ) -> QueryResult<Vec<Session>> {
        let of = |kind: &str| -> Vec<&str> {
            let moved = self.moved.iter().filter(|(moved, _)| moved == kind);
            moved.map(|(_, value)| value.as_str()).collect()
        };
        sessions::unnamed_of(connection, &of(identity::INSTALL), &of(identity::ACCOUNT))
    }

    /// Writes links and users, and removes stand-ins nothing belongs to any more.
    pub(super) fn save(
        &self,
        connection: &mut StoreConnection<'_>,
        ledger: &Ledger,
        batch: &[Observed],
    ) -> QueryResult<()> {
        let links: Vec<UserIdentity> = self
            .changed
            .iter()
            .filter_map(|(kind, value, user)| {
                let key = (kind.clone(), value.clone());
                let first_time = *self.links.get(&key)?.get(user)?;
                let (kind, value) = key;
                Some(UserIdentity { kind, value, user_id: *user, first_time })
            })
            .collect();
        users::save_identities(connection, &links)?;
        people::save(connection, &self.keys, &self.decisions, ledger, batch)?;
        users::remove_empty_stand_ins(connection, &ledger.former_owners())
    }
}

/// The links that are stored of every identity in a batch.
fn known_links(
    connection: &mut StoreConnection<'_>,
    batch: &[Observed],
) -> QueryResult<BTreeMap<IdentityKey, BTreeMap<i64, i64>>> {
    let mut values = BTreeSet::new();
    for scope in batch.iter().flat_map(|observed| &observed.scopes) {
        values.extend(scope.links.iter().map(|link| link.value.as_str()));
        if scope.declared.email.is_none() {
            values.extend(scope.declared.account_uuid.as_deref());
            values.extend(scope.declared.install_id.as_deref());
        }
    }
    let values: Vec<&str> = values.into_iter().collect();
    stored_links(connection, &values)
}

/// The links that are stored of some values.
fn stored_links(
    connection: &mut StoreConnection<'_>,
    values: &[&str],
) -> QueryResult<BTreeMap<IdentityKey, BTreeMap<i64, i64>>> {
    let mut links: BTreeMap<IdentityKey, BTreeMap<i64, i64>> = BTreeMap::new();
    for link in users::identities(connection, values)? {
        let of_identity = links.entry((link.kind, link.value)).or_default();
        of_identity.insert(link.user_id, link.first_time);
    }
    Ok(links)
}
