//! Users as sessions describe them.

use std::collections::BTreeMap;

use daybook_schema::QueryResult;
use daybook_schema::decisions::Decisions;
use daybook_schema::erasures;
use daybook_schema::sessions::Session;
use daybook_schema::store::StoreConnection;
use daybook_schema::users::{self, User, identity};

use super::ledger::Ledger;
use crate::fold::Observed;
use crate::keys::{Domain, Keys};

/// Writes the users of every touched session, with the name that was said last.
pub(super) fn save(
    connection: &mut StoreConnection<'_>,
    keys: &Keys,
    decisions: &Decisions,
    ledger: &Ledger,
    batch: &[Observed],
) -> QueryResult<()> {
    let names = names(keys, ledger, batch);
    let mut wanted: BTreeMap<i64, User> = BTreeMap::new();
    for session in ledger.sessions.values() {
        if let Some(id) = described(keys, session) {
            wanted.entry(id).or_insert_with(|| user_of(decisions, id, session));
        }
    }
    let ids: Vec<i64> = wanted.keys().copied().collect();
    let known: BTreeMap<i64, User> =
        users::by_id(connection, &ids)?.into_iter().map(|user| (user.id, user)).collect();
    let mut changed = Vec::new();
    for (id, fresh) in wanted {
        let mut user = known.get(&id).cloned().unwrap_or(fresh);
        let is_named = !decisions.is_erased(id);
        if is_named
            && let Some((time, name)) = names.get(&id)
            && (*time, Some(name)) > (user.name_time, user.name.as_ref())
        {
            user.name = Some(name.clone());
            user.name_time = *time;
        }
        if known.get(&id) != Some(&user) {
            changed.push(user);
        }
    }
    users::save(connection, &changed)
}

/// The user a session describes: whom it names, though a merge may have given it to another;
/// else its stand-in, if it is that one's. One that names nobody may belong to a user it does
/// not describe: by a link, a merge, or with others of the same session id.
fn described(keys: &Keys, session: &Session) -> Option<i64> {
    match &session.email {
        Some(email) => Some(named(keys, email)),
        None => Some(stand_in_id(keys, &stand_in(session))).filter(|id| *id == session.user_id),
    }
}

/// The latest name of each user that declared an email in this batch.
fn names(keys: &Keys, ledger: &Ledger, batch: &[Observed]) -> BTreeMap<i64, (i64, String)> {
    let mut names: BTreeMap<i64, (i64, String)> = BTreeMap::new();
    for scope in batch.iter().flat_map(|observed| &observed.scopes) {
        let Some(session) = ledger.sessions.get(&scope.key) else {
            continue;
        };
        let Some(email) = session.email.as_ref().filter(|_| !scope.labels.user_name.is_empty())
        else {
            continue;
        };
        let said = (scope.last_time, scope.labels.user_name.clone());
        let name = names.entry(named(keys, email)).or_insert_with(|| said.clone());
        if said > *name {
            *name = said;
        }
    }
    names
}

/// The user a session describes, as a new row.
fn user_of(decisions: &Decisions, id: i64, session: &Session) -> User {
    if let Some(number) = decisions.erased_users.get(&id) {
        let (stand_in, name) = (erasures::STAND_IN.to_owned(), erasures::name(*number));
        return User {
            id,
            email: None,
            stand_in: Some(stand_in),
            name: Some(name),
            name_time: i64::MIN,
        };
    }
    User {
        id,
        email: session.email.clone(),
        stand_in: session.email.is_none().then(|| stand_in(session)),
        name: None,
        name_time: i64::MIN,
    }
}

/// The id of the user with an email.
pub(crate) fn named(keys: &Keys, email: &str) -> i64 {
    keys.begin(Domain::User).text("email").signed(keys.identity(identity::EMAIL, email)).id()
}

/// The id of the stand-in for somebody nobody has named yet.
pub(crate) fn stand_in_id(keys: &Keys, stand_in: &str) -> i64 {
    let hash = keys.begin(Domain::User).text("stand-in");
    match stand_in.split_once(':') {
        Some((kind, value)) => hash.text(kind).signed(keys.identity(kind, value)).id(),
        None => hash.text(stand_in).id(),
    }
}

/// What a session that names nobody is known by.
pub(super) fn stand_in(session: &Session) -> String {
    match (&session.install_id, &session.account_uuid) {
        (Some(install), _) => format!("install:{install}"),
        (None, Some(account)) => format!("account:{account}"),
        (None, None) => "unknown".to_owned(),
    }
}
