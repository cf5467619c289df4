//! Sessions as the signals of a batch describe them.

use std::collections::BTreeMap;

use daybook_schema::sessions::Session;

use super::owners::{Owners, named};
use crate::fold::{Observed, Scope, day_group, session_group};
use crate::keys::Keys;

/// Every session of a batch as its signals describe it.
pub(super) fn describe(keys: &Keys, batch: &[Observed], owners: &Owners) -> BTreeMap<i64, Session> {
    let mut described: BTreeMap<i64, Session> = BTreeMap::new();
    for observed in batch {
        for scope in &observed.scopes {
            let session = session_of(keys, observed.connection_id, scope, owners);
            match described.get_mut(&session.id) {
                Some(known) => {
                    widen(known, &session);
                }
                None => {
                    described.insert(session.id, session);
                }
            }
        }
    }
    described
}

/// A scope as a session row.
fn session_of(keys: &Keys, connection_id: i32, scope: &Scope, owners: &Owners) -> Session {
    let unnamed = scope.declared.email.is_none();
    let mut session = Session {
        id: scope.key,
        group_key: 0,
        connection_id,
        session_id: scope.session_id.clone(),
        day: scope.day,
        email: scope.declared.email.clone(),
        account_uuid: scope.declared.account_uuid.clone().filter(|_| unnamed),
        install_id: scope.declared.install_id.clone().filter(|_| unnamed),
        user_id: 0,
        first_time: scope.first_time,
        last_time: scope.last_time,
        version: scope.labels.version.clone(),
        terminal: scope.labels.terminal.clone(),
        provider: scope.labels.provider.clone(),
    };
    session.user_id = match &session.email {
        Some(email) => named(keys, email),
        None => owners.of_unnamed(keys, &session),
    };
    session.group_key = match (&session.session_id, session.day) {
        (None, Some(day)) => day_group(keys, connection_id, session.user_id, day),
        (id, _) => session_group(keys, connection_id, id.as_deref().unwrap_or_default()),
    };
    session
}

/// Takes in another description of the same session; whether that changed anything.
pub(super) fn widen(session: &mut Session, other: &Session) -> bool {
    let before = session.clone();
    session.first_time = session.first_time.min(other.first_time);
    let labels = |row: &Session| {
        (row.last_time, row.version.clone(), row.terminal.clone(), row.provider.clone())
    };
    if labels(other) > labels(session) {
        session.last_time = other.last_time;
        session.version.clone_from(&other.version);
        session.terminal.clone_from(&other.terminal);
        session.provider.clone_from(&other.provider);
    }
    *session != before
}
