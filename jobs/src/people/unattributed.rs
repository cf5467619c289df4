//! Usage nobody is known of, and whose it may be. A suggestion is never without its reason.

use std::collections::{BTreeMap, BTreeSet};

use daybook_schema::QueryResult;
use daybook_schema::decisions::Decisions;
use daybook_schema::people::{self, Newcomer, Totals};
use daybook_schema::sessions::{self, Session};
use daybook_schema::store::StoreConnection;
use daybook_schema::users::{self, User, identity};

use crate::keys::Keys;

/// Within how long somebody has to begin to report to be taken for who reported before.
const SOON_MICROS: i64 = 7 * 24 * 3_600_000_000;

/// Why usage may be somebody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The same install reported as theirs at another time.
    SameInstall,
    /// The same account reported as theirs at another time.
    SameAccount,
    /// Nobody else began to report by the connection within a week after it ended.
    OnlyNewcomer,
}

impl Reason {
    /// As programs read it.
    pub fn name(self) -> &'static str {
        match self {
            Reason::SameInstall => "same_install",
            Reason::SameAccount => "same_account",
            Reason::OnlyNewcomer => "only_newcomer",
        }
    }

    /// As people read it.
    pub fn sentence(self) -> &'static str {
        match self {
            Reason::SameInstall => "The same install reported as theirs at another time.",
            Reason::SameAccount => "The same account reported as theirs at another time.",
            Reason::OnlyNewcomer => {
                "They are the only one who began to report by this connection within a week after \
                 this usage ended."
            }
        }
    }
}

/// Whose usage may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub user: User,
    pub reason: Reason,
}

/// Usage nobody is known of.
#[derive(Clone, Debug)]
pub struct Unattributed {
    pub user: User,
    pub totals: Totals,
    /// The surest first; none where nothing speaks for anybody.
    pub suggestions: Vec<Suggestion>,
}

/// The usage nobody is known of, the dearest first.
pub fn list(
    connection: &mut StoreConnection<'_>,
    keys: &Keys,
    decisions: &Decisions,
    limit: i64,
) -> QueryResult<Vec<Unattributed>> {
    let mut found = Vec::new();
    let stand_ins = people::stand_ins(connection, limit)?;
    let ids: Vec<i64> = stand_ins.iter().map(|user| user.id).collect();
    let totals = people::totals(connection, &ids)?;
    for user in stand_ins {
        let suggestions = suggestions(connection, keys, decisions, &user)?;
        let totals = totals.get(&user.id).copied().unwrap_or_default();
        found.push(Unattributed { user, totals, suggestions });
    }
    found.sort_by_key(|row| (std::cmp::Reverse(row.totals.cost_micros), row.user.id));
    Ok(found)
}

/// Whose the usage of a stand-in may be.
fn suggestions(
    connection: &mut StoreConnection<'_>,
    keys: &Keys,
    decisions: &Decisions,
    stand_in: &User,
) -> QueryResult<Vec<Suggestion>> {
    // What says nothing of who it is of is of anybody.
    let Some((kind, value)) = stand_in.stand_in.as_deref().and_then(|text| text.split_once(':'))
    else {
        return Ok(Vec::new());
    };
    let own = sessions::of_users(connection, &[stand_in.id])?;
    let mut reasons: BTreeMap<i64, Reason> = BTreeMap::new();
    for (user, reason) in elsewhere(connection, &own, stand_in.id)? {
        let known = reasons.entry(user).or_insert(reason);
        *known = (*known).min(reason);
    }
    if let Some(user) = only_newcomer(connection, &own)? {
        reasons.entry(user).or_insert(Reason::OnlyNewcomer);
    }
    let hash = keys.identity(kind, value);
    reasons.retain(|user, _| {
        !decisions.all_of(*user).iter().any(|of| decisions.is_split(hash, *of))
            && !decisions.is_erased(*user)
    });
    let ids: Vec<i64> = reasons.keys().copied().collect();
    let mut found: Vec<Suggestion> = users::by_id(connection, &ids)?
        .into_iter()
        .filter(|user| user.email.is_some())
        .filter_map(|user| Some(Suggestion { reason: *reasons.get(&user.id)?, user }))
        .collect();
    found.sort_by_key(|it| (it.reason, it.user.id));
    Ok(found)
}

/// Who else sessions with the same installs and accounts are of.
fn elsewhere(
    connection: &mut StoreConnection<'_>,
    own: &[Session],
    stand_in: i64,
) -> QueryResult<Vec<(i64, Reason)>> {
    let installs: BTreeSet<&str> = own.iter().filter_map(|it| it.install_id.as_deref()).collect();
    let accounts: BTreeSet<&str> = own.iter().filter_map(|it| it.account_uuid.as_deref()).collect();
    let (installs, accounts): (Vec<&str>, Vec<&str>) =
        (installs.into_iter().collect(), accounts.into_iter().collect());
    let mut found = Vec::new();
    for session in sessions::unnamed_of(connection, &installs, &accounts)? {
        if session.user_id == stand_in {
            continue;
        }
        let same_install =
            session.install_id.as_deref().is_some_and(|install| installs.contains(&install));
        let reason = if same_install { Reason::SameInstall } else { Reason::SameAccount };
        found.push((session.user_id, reason));
    }
    for link in users::identities(connection, &[installs.clone(), accounts].concat())? {
        match link.kind.as_str() {
            identity::INSTALL => found.push((link.user_id, Reason::SameInstall)),
            identity::ACCOUNT => found.push((link.user_id, Reason::SameAccount)),
            _ => {}
        }
    }
    Ok(found)
}

/// The only one who began to report by a connection soon after these sessions ended.
fn only_newcomer(
    connection: &mut StoreConnection<'_>,
    own: &[Session],
) -> QueryResult<Option<i64>> {
    let connections: BTreeSet<i32> = own.iter().map(|session| session.connection_id).collect();
    let ended = own.iter().map(|session| session.last_time).max();
    let (Some(ended), 1) = (ended, connections.len()) else {
        return Ok(None);
    };
    let mut soon = Vec::new();
    for connection_id in connections {
        let newcomers: Vec<Newcomer> =
            people::newcomers(connection, connection_id, ended, ended.saturating_add(SOON_MICROS))?;
        soon.extend(newcomers);
    }
    match soon.as_slice() {
        [only] => Ok(Some(only.user_id)),
        _ => Ok(None),
    }
}
