//! Scopes: what is chosen and attributed as one.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use daybook_schema::users::identity;

use super::teams::{self, SaidTeam};
use super::{Moment, Reader};
use crate::attributes::{Known, text};
use crate::keys::{Domain, Hash, Keys};
use crate::pseudonym::Pseudonym;
use crate::resolve::Declared;

/// Longest session id that is kept, in bytes.
const MAX_SESSION_ID_BYTES: usize = 256;

/// Longest label that is kept, in bytes.
const MAX_LABEL_BYTES: usize = 128;

/// A session id as one declared email used it; or, without session ids, what one declared
/// identity did in a UTC day.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Keyed hash of what makes the scope.
    pub key: i64,
    pub session_id: Option<String>,
    /// Only without a session id.
    pub day: Option<NaiveDate>,
    pub declared: Declared,
    pub first_time: i64,
    pub last_time: i64,
    /// As of the last time.
    pub labels: Labels,
    /// What stood beside the declared email.
    pub links: Vec<Link>,
    /// What was said last of the team of each day, UTC and local.
    pub teams: BTreeMap<(NaiveDate, NaiveDate), SaidTeam>,
}

/// An identity that stood beside a declared email.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// One of [`identity`].
    pub kind: &'static str,
    pub value: String,
    /// The earliest time, microseconds since 1970.
    pub first_time: i64,
}

/// What the latest record of a scope says beside its figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Labels {
    pub version: String,
    pub terminal: String,
    pub provider: String,
    pub user_name: String,
}

/// Finds a scope of the signal by its key.
#[derive(Default)]
pub struct Index {
    by_key: HashMap<i64, usize>,
}

/// What resource and instrumentation scope say of every record in them.
pub(super) struct Origin<'a> {
    pub(super) resource: Known<'a>,
    /// Stands in for the session where there is no session id.
    pub(super) resource_hash: u64,
    /// `service.version` or the version of the instrumentation scope.
    pub(super) version: &'a str,
}

/// The session id of a record, if it has one that can be kept.
pub(super) fn session_id<'a>(record: &Known<'a>) -> Option<std::borrow::Cow<'a, str>> {
    text(record.session_id).filter(|id| id.len() <= MAX_SESSION_ID_BYTES)
}

impl Reader<'_> {
    /// The index of the scope a record is in; makes it, or widens it.
    pub(super) fn scope(
        &mut self,
        origin: &Origin<'_>,
        record: &Known<'_>,
        declared: &Declared,
        moment: Moment,
    ) -> usize {
        let session = session_id(record);
        let day = session.is_none().then_some(moment.utc_day);
        let connection = self.observed.connection_id;
        let key = scope_key(&self.context.keys, connection, session.as_deref(), day, declared);
        let next = self.observed.scopes.len();
        let index = *self.scope_index.by_key.entry(key).or_insert(next);
        if index == next {
            self.observed.scopes.push(Scope {
                key,
                session_id: session.map(std::borrow::Cow::into_owned),
                day,
                declared: declared.clone(),
                first_time: moment.micros,
                last_time: i64::MIN,
                labels: Labels::default(),
                links: Vec::new(),
                teams: BTreeMap::new(),
            });
        }
        if let Some(scope) = self.observed.scopes.get_mut(index) {
            scope.widen(origin, record, declared, moment.micros);
            scope.place(origin, record, moment);
        }
        index
    }
}

impl Scope {
    /// Takes in one more record.
    fn widen(&mut self, origin: &Origin<'_>, record: &Known<'_>, said: &Declared, micros: i64) {
        self.first_time = self.first_time.min(micros);
        self.link(identity::EMAIL, said.second_email.as_deref(), micros);
        self.link(identity::ACCOUNT, said.account_uuid.as_deref(), micros);
        self.link(identity::INSTALL, said.install_id.as_deref(), micros);
        if micros < self.last_time {
            return;
        }
        let labels = labels(origin, record);
        if micros > self.last_time || labels > self.labels {
            self.labels = labels;
        }
        self.last_time = micros;
    }
}

impl Scope {
    /// Notes which team a record names.
    fn place(&mut self, origin: &Origin<'_>, record: &Known<'_>, moment: Moment) {
        let Some(names) = teams::said(&origin.resource, record) else {
            return;
        };
        let said = SaidTeam { time: moment.micros, names };
        let days = (moment.utc_day, moment.local_day);
        let known = self.teams.entry(days).or_insert_with(|| said.clone());
        if said > *known {
            *known = said;
        }
    }

    /// Notes what stands beside a declared email, and since when.
    fn link(&mut self, kind: &'static str, value: Option<&str>, micros: i64) {
        let (Some(value), Some(_)) = (value, &self.declared.email) else {
            return;
        };
        match self.links.iter_mut().find(|link| link.kind == kind && link.value == value) {
            Some(link) => link.first_time = link.first_time.min(micros),
            None => {
                self.links.push(Link { kind, value: value.to_owned(), first_time: micros });
            }
        }
    }
}

/// What makes a scope.
///
/// A declared email is part of it, so that two people never share a scope. Without one the
/// account and install are.
fn scope_key(
    keys: &Keys,
    connection: i32,
    session: Option<&str>,
    day: Option<NaiveDate>,
    declared: &Declared,
) -> i64 {
    let hash = keys
        .begin(Domain::Session)
        .signed(connection.into())
        .maybe(session)
        .maybe_signed(keys.maybe_identity(identity::EMAIL, declared.email.as_deref()));
    let account = || keys.maybe_identity(identity::ACCOUNT, declared.account_uuid.as_deref());
    let install = || keys.maybe_identity(identity::INSTALL, declared.install_id.as_deref());
    let hash = match declared.email {
        Some(_) => hash,
        None => hash.maybe_signed(account()).maybe_signed(install()),
    };
    with_day(hash, day).id()
}

/// Adds a day to a hash.
fn with_day(hash: Hash, day: Option<NaiveDate>) -> Hash {
    match day {
        Some(day) => hash.signed(chrono::Datelike::num_days_from_ce(&day).into()),
        None => hash.signed(i64::MIN),
    }
}

/// What a record says beside its figures.
fn labels(origin: &Origin<'_>, record: &Known<'_>) -> Labels {
    let label = |value| text(value).map(|text| cut(&text)).unwrap_or_default();
    Labels {
        version: cut(origin.version),
        terminal: label(record.terminal),
        provider: label(record.provider),
        user_name: name(label(record.name.or(origin.resource.name))),
    }
}

/// A name, unless a pseudonym stands in its place.
fn name(label: String) -> String {
    if Pseudonym::parse(&label).is_some() { String::new() } else { label }
}

/// The text, no longer than a label may be.
fn cut(text: &str) -> String {
    let mut end = text.len().min(MAX_LABEL_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

/// The group of a session: rows of one session id are chosen together.
pub fn session_group(keys: &Keys, connection: i32, session: &str) -> i64 {
    keys.begin(Domain::Group).signed(connection.into()).number(1).text(session).id()
}

/// The group of telemetry without session ids: one scope a user and UTC day.
pub fn day_group(keys: &Keys, connection: i32, user: i64, day: NaiveDate) -> i64 {
    with_day(keys.begin(Domain::Group).signed(connection.into()).number(2).signed(user), Some(day))
        .id()
}
