//! Erases who somebody is: figures stay, under a number; what names the person goes, in what is
//! stored and in what comes later.
//!
//! First, in one transaction, the tables: from then on nothing shows the person any more, and the
//! fold puts pseudonyms in what arrives. Then the kept bodies, step by step; and last the pages
//! of the file that are in use no more.

use std::collections::{BTreeMap, BTreeSet};

use daybook_schema::audit_log::{self, Entry};
use daybook_schema::decisions::{self, Decisions};
use daybook_schema::erasures::{self, Erasure, Kept};
use daybook_schema::signals::{self, SignalKind};
use daybook_schema::store::{Job, Store, StoreConnection};
use daybook_schema::users::{self, identity, public_id};
use daybook_schema::{QueryResult, StoreError, connections, installation, people, sessions};

use super::{NotDecided, UNKNOWN, one};
use crate::keys::Keys;
use crate::pseudonym::{self, Hidden, hide};
use crate::resolve::IdentityOrder;
use crate::signal;

/// Bodies of one step; each step is a transaction of its own, so that nobody waits long.
const STEP: i64 = 100;

/// What bodies are searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Texts {
    emails: Vec<String>,
    /// Accounts and installs.
    ids: Vec<String>,
}

/// Erases a user, and whoever was merged into them; their number. Blocks.
///
/// Kept bodies still name them until [`finish`] is through.
pub fn erase(
    store: &Store,
    keys: &Keys,
    user: i64,
    actor: &str,
    now: i64,
) -> Result<i64, NotDecided> {
    store.alone_in_turn(|conn| {
        let decided = decisions::load(conn)?;
        if one(conn, user)?.stand_in.as_deref() == Some(UNKNOWN) {
            return Err(NotDecided::Anybody);
        }
        if decided.is_erased(user) {
            return Err(NotDecided::Erased);
        }
        if decided.owner(user) != user {
            return Err(NotDecided::MergedAway(public_id(decided.owner(user))));
        }
        let all = decided.all_of(user);
        let named = naming(conn, keys, &decided, &all)?;
        let number = erasures::next_number(conn)?;
        write(
            conn,
            keys,
            (user, &all),
            &named,
            Erasure {
                user_id: user,
                number,
                erased_at: now,
                pending: Some(texts(&named)),
                scanned_to: i64::MIN,
            },
        )?;
        installation::raise_generation(conn)?;
        let entry = Entry {
            actor: actor.to_owned(),
            action: "user.erase",
            subject: public_id(user),
            detail: erasures::name(number),
        };
        audit_log::record(conn, &entry, now)?;
        Ok(number)
    })
}

/// Kind and value of everything that names some users: what names others besides is theirs.
type Named = BTreeSet<(String, String)>;

/// Everything that names some users.
fn naming(
    connection: &mut StoreConnection<'_>,
    keys: &Keys,
    decided: &Decisions,
    all: &[i64],
) -> QueryResult<Named> {
    let mut named = Named::new();
    for row in users::by_id(connection, all)? {
        named.extend(row.email.map(|email| (identity::EMAIL.to_owned(), email)));
        let stand_in = row.stand_in.as_deref().and_then(|text| text.split_once(':'));
        named.extend(stand_in.map(|(kind, value)| (kind.to_owned(), value.to_owned())));
    }
    for link in users::identities_of(connection, all)? {
        named.insert((link.kind, link.value));
    }
    for session in sessions::of_users(connection, all)?.into_iter().filter(|it| it.email.is_none())
    {
        named.extend(session.account_uuid.map(|value| (identity::ACCOUNT.to_owned(), value)));
        named.extend(session.install_id.map(|value| (identity::INSTALL.to_owned(), value)));
    }
    let others = of_others(connection, keys, decided, all, &named)?;
    named.retain(|identity| !others.contains(identity));
    Ok(named)
}

/// Those identities that are somebody else's: linked with them first, or their own email.
fn of_others(
    connection: &mut StoreConnection<'_>,
    keys: &Keys,
    decided: &Decisions,
    all: &[i64],
    named: &Named,
) -> QueryResult<Named> {
    let values: Vec<&str> = named.iter().map(|(_, value)| value.as_str()).collect();
    let mut first: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
    for link in users::identities(connection, &values)? {
        if decided.is_split(keys.identity(&link.kind, &link.value), link.user_id) {
            continue;
        }
        let held = (link.first_time, link.user_id);
        let known = first.entry((link.kind, link.value)).or_insert(held);
        *known = (*known).min(held);
    }
    let is_other = |user: &i64| !all.contains(user);
    let mut others: Named = first
        .into_iter()
        .filter(|((kind, _), (_, user))| kind != identity::EMAIL && is_other(user))
        .map(|(identity, _)| identity)
        .collect();
    for (kind, value) in named.iter().filter(|(kind, _)| kind == identity::EMAIL) {
        let of = people::by_email(connection, value)?.map(|user| user.id);
        if of.as_ref().is_some_and(is_other) {
            others.insert((kind.clone(), value.clone()));
        }
    }
    Ok(others)
}

/// What to look for in bodies, as it is kept until they are done.
fn texts(named: &Named) -> String {
    let of = |is_email: bool| -> Vec<String> {
        let wanted = named.iter().filter(|(kind, _)| (kind == identity::EMAIL) == is_email);
        wanted.map(|(_, value)| value.clone()).collect()
    };
    serde_json::to_string(&(of(true), of(false))).unwrap_or_default()
}

/// Writes everything of an erasure but what is in bodies.
fn write(
    connection: &mut StoreConnection<'_>,
    keys: &Keys,
    (user, all): (i64, &[i64]),
    named: &Named,
    erasure: Erasure,
) -> QueryResult<()> {
    let number = erasure.number;
    let rows: Vec<Erasure> = all
        .iter()
        .map(|id| Erasure {
            user_id: *id,
            pending: erasure.pending.clone().filter(|_| *id == user),
            ..erasure.clone()
        })
        .collect();
    let hashes: Vec<i64> = named.iter().map(|(kind, value)| keys.identity(kind, value)).collect();
    erasures::add(connection, &rows, &hashes, user)?;
    erasures::rename_users(connection, all, number)?;
    rename_sessions(connection, keys, named)?;
    for (kind, value) in named {
        let pseudonym = pseudonym::in_tables(keys.identity(kind, value));
        erasures::rename_links(connection, kind, value, &pseudonym)?;
        erasures::rename_stand_in(connection, kind, value, &pseudonym)?;
        if kind == identity::EMAIL {
            erasures::rename_email(connection, value, &pseudonym, user)?;
            erasures::forget_detections(connection, value)?;
            erasures::forget_teams(connection, value)?;
        }
    }
    erasures::rename_links_of(connection, all, |link| {
        pseudonym::in_tables(keys.identity(&link.kind, &link.value))
    })
}

/// Puts pseudonyms in sessions that name nobody: in all of one that has an account or install of
/// the person, as [`hide`] does with telemetry.
fn rename_sessions(
    connection: &mut StoreConnection<'_>,
    keys: &Keys,
    named: &Named,
) -> QueryResult<()> {
    let of = |wanted: &str| -> Vec<&str> {
        let values = named.iter().filter(|(kind, _)| kind == wanted);
        values.map(|(_, value)| value.as_str()).collect()
    };
    let touched = sessions::unnamed_of(connection, &of(identity::INSTALL), &of(identity::ACCOUNT))?;
    for session in touched {
        let hidden = |kind: &str, value: Option<&str>| {
            let identity = keys.maybe_identity(kind, value);
            identity.map(pseudonym::in_tables)
        };
        let account = hidden(identity::ACCOUNT, session.account_uuid.as_deref());
        let install = hidden(identity::INSTALL, session.install_id.as_deref());
        erasures::rename_session(connection, session.id, account.as_deref(), install.as_deref())?;
    }
    Ok(())
}

/// Looks through the kept bodies for whoever was erased, to the end; whether there was anything
/// to do, or another process does it. Blocks.
pub fn finish(store: &Store, keys: &Keys) -> QueryResult<bool> {
    // The rescan for new patterns writes bodies as well: one at a time.
    let done = store.alone(Job::Rescan, || -> QueryResult<bool> {
        let due = store.read(erasures::pending)?;
        for erasure in &due {
            Scan::begin(store, keys, erasure)?.run(store)?;
        }
        if !due.is_empty() {
            let each = |done: fn(&mut StoreConnection<'_>, i64) -> QueryResult<()>| {
                store.write(|conn| due.iter().try_for_each(|erasure| done(conn, erasure.user_id)))
            };
            // What was to be looked for stands in the file until that is written anew.
            each(erasures::forget_texts)?;
            store.compact()?;
            each(erasures::note_done)?;
        }
        Ok(!due.is_empty())
    })?;
    done.transpose().map(Option::unwrap_or_default)
}

/// A look through all bodies for one erased user.
struct Scan<'a> {
    keys: &'a Keys,
    user: i64,
    texts: Texts,
    erased: BTreeSet<i64>,
    orders: BTreeMap<i32, IdentityOrder>,
    scanned_to: i64,
}

impl<'a> Scan<'a> {
    /// Begins where it was left.
    fn begin(store: &Store, keys: &'a Keys, erasure: &Erasure) -> QueryResult<Scan<'a>> {
        let texts = erasure.pending.as_deref().unwrap_or_default();
        let (emails, ids) = serde_json::from_str(texts)
            .map_err(|error| StoreError::DeserializationError(Box::new(error)))?;
        let texts = Texts { emails, ids };
        let orders = store.read(connections::all)?;
        let orders =
            orders.iter().map(|row| (row.id, IdentityOrder::parse(&row.identity_order))).collect();
        let erased = store.read(decisions::load)?.erased;
        let (user, scanned_to) = (erasure.user_id, erasure.scanned_to);
        Ok(Scan { keys, user, texts, erased, orders, scanned_to })
    }

    /// Looks at every body there is.
    fn run(mut self, store: &Store) -> QueryResult<()> {
        loop {
            let next = store.write(|conn| {
                let bodies = erasures::bodies_after(conn, self.scanned_to, STEP)?;
                for body in &bodies {
                    self.look(conn, body)?;
                }
                let Some((last, ..)) = bodies.last() else {
                    return Ok(None);
                };
                erasures::note_scan(conn, self.user, *last)?;
                Ok(Some(*last))
            })?;
            match next {
                Some(last) => self.scanned_to = last,
                None => return Ok(()),
            }
        }
    }

    /// Puts pseudonyms in a body, or lets go of it.
    fn look(&self, connection: &mut StoreConnection<'_>, kept: &Kept) -> QueryResult<()> {
        let (id, kind, connection_id, body) = kept;
        // What cannot be read cannot be cleaned either; it was never counted.
        let Ok(raw) = signal::unpack(body) else {
            return erasures::remove_body(connection, *id);
        };
        if !self.may_name(&raw) {
            return Ok(());
        }
        let request = SignalKind::from_number(*kind).map(|kind| signal::decode(kind, &raw));
        let Some(Ok(mut request)) = request else {
            return erasures::remove_body(connection, *id);
        };
        let order = self.orders.get(connection_id).copied().unwrap_or_default();
        match hide(self.keys, order, &self.erased, &self.texts.emails, &mut request) {
            Hidden::Nothing => Ok(()),
            Hidden::Drop => erasures::remove_body(connection, *id),
            Hidden::Replaced(_) => {
                let body = signal::pack(&request.encode())
                    .map_err(|error| StoreError::SerializationError(error.into()))?;
                signals::replace_body(connection, *id, &body)
            }
        }
    }

    /// Whether a body may name the person: what is percent-encoded is looked at more closely.
    fn may_name(&self, raw: &[u8]) -> bool {
        if raw.contains(&b'%') {
            return true;
        }
        let text = String::from_utf8_lossy(raw);
        let lower = text.to_lowercase();
        self.texts.emails.iter().any(|email| lower.contains(email))
            || self.texts.ids.iter().any(|id| text.contains(id))
    }
}
