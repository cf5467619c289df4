//! Everything that names a user, and why it is theirs.

use std::collections::BTreeMap;

use daybook_schema::QueryResult;
use daybook_schema::decisions::Decisions;
use daybook_schema::store::StoreConnection;
use daybook_schema::users::{self, User, UserIdentity, identity};

use crate::keys::Keys;

/// Why an identity is a user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is what the user is made by.
    Own,
    /// It stood beside a declared email.
    Telemetry,
    /// Somebody merged whom it names.
    Merge,
}

impl Origin {
    /// As it is written outside.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Own => "own",
            Origin::Telemetry => "telemetry",
            Origin::Merge => "merge",
        }
    }
}

/// Something that names a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Keyed hash: what it is called outside, so that no URL holds an email.
    pub id: i64,
    /// One of [`identity`].
    pub kind: String,
    pub value: String,
    pub origin: Origin,
    /// The user it came to this one by, when that is another.
    pub of: i64,
    /// When telemetry first linked it, microseconds since 1970.
    pub first_time: Option<i64>,
    /// Whether what names nobody else goes by it. A second email never does; an install goes to
    /// whom it was linked with first.
    pub attributes: bool,
    /// Whether somebody split it off: it is listed, and counts no more.
    pub split: bool,
}

/// What names a user, the own first, then by when it was first said.
pub fn of_user(
    connection: &mut StoreConnection<'_>,
    keys: &Keys,
    decisions: &Decisions,
    user: i64,
) -> QueryResult<Vec<Identity>> {
    let all = decisions.all_of(user);
    let mut found: Vec<Identity> =
        users::by_id(connection, &all)?.iter().filter_map(|row| by_name(keys, row, user)).collect();
    let links = users::identities_of(connection, &all)?;
    let owners = owners(connection, keys, decisions, &links)?;
    found.extend(links.into_iter().map(|link| linked(keys, decisions, &owners, link)));
    found.sort_by_key(|row| (row.origin != Origin::Own, row.first_time, row.id));
    Ok(found)
}

/// What a user's row says of its name.
fn by_name(keys: &Keys, row: &User, user: i64) -> Option<Identity> {
    let (kind, value) = match (&row.email, &row.stand_in) {
        (Some(email), _) => (identity::EMAIL, email.as_str()),
        (None, Some(stand_in)) => stand_in.split_once(':')?,
        (None, None) => return None,
    };
    let origin = if row.id == user { Origin::Own } else { Origin::Merge };
    Some(Identity {
        id: keys.identity(kind, value),
        kind: kind.to_owned(),
        value: value.to_owned(),
        origin,
        of: row.id,
        first_time: None,
        attributes: true,
        split: false,
    })
}

/// A link as an identity.
fn linked(
    keys: &Keys,
    decisions: &Decisions,
    owners: &BTreeMap<(String, String), i64>,
    link: UserIdentity,
) -> Identity {
    let UserIdentity { kind, value, user_id, first_time } = link;
    let id = keys.identity(&kind, &value);
    let key = (kind, value);
    let attributes = key.0 != identity::EMAIL && owners.get(&key) == Some(&user_id);
    let (kind, value) = key;
    Identity {
        id,
        origin: Origin::Telemetry,
        of: user_id,
        first_time: Some(first_time),
        attributes,
        split: decisions.is_split(id, user_id),
        kind,
        value,
    }
}

/// Whom each identity attributes to: of those it was not split from, whom it was linked with
/// first.
fn owners(
    connection: &mut StoreConnection<'_>,
    keys: &Keys,
    decisions: &Decisions,
    links: &[UserIdentity],
) -> QueryResult<BTreeMap<(String, String), i64>> {
    let values: Vec<&str> = links.iter().map(|link| link.value.as_str()).collect();
    let mut all = users::identities(connection, &values)?;
    all.sort_by_key(|link| (link.first_time, link.user_id));
    let mut owners = BTreeMap::new();
    for link in all {
        if !decisions.is_split(keys.identity(&link.kind, &link.value), link.user_id) {
            owners.entry((link.kind, link.value)).or_insert(link.user_id);
        }
    }
    Ok(owners)
}
