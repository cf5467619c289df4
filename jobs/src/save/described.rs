//! Sessions as the signals of a batch describe them.

use std::collections::BTreeMap;

use daybook_schema::sessions::Session;

use super::owners::Owners;
use crate::fold::{Observed, Scope, session_group};

/// Every session of a batch as its signals describe it.
pub(super) fn describe(batch: &[Observed], owners: &Owners) -> BTreeMap<i64, Session> {
    let mut described: BTreeMap<i64, Session> = BTreeMap::new();
    for observed in batch {
        for scope in &observed.scopes {
            let session = session_of(observed.connection_id, scope, owners);
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
fn session_of(connection_id: i32, scope: &Scope, owners: &Owners) -> Session {
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
    session.user_id = owners.by_itself(&session);
    session.group_key = owners.day_group_of(&session, session.user_id).unwrap_or_else(|| {
        session_group(&owners.keys, connection_id, scope.session_id.as_deref().unwrap_or_default())
    });
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
