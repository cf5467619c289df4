//! Decides who is who: checks a decision, moves the history it moves and writes down who decided,
//! all in one transaction.
//!
//! What telemetry says is left as it is, so every decision can be taken back.

pub mod identities;
pub mod unattributed;
pub mod export;
pub mod erase;

use std::sync::Arc;

use daybook_schema::audit_log::{self, Entry};
use daybook_schema::counters::Basis;
use daybook_schema::decisions::{self, Decisions};
use daybook_schema::store::{Store, StoreConnection};
use daybook_schema::users::{self, User, identity, public_id};
use daybook_schema::{StoreError, installation};

use crate::keys::Keys;
use crate::save::{Move, Moved, SaveError, named, stand_in_id};
use crate::teams;

/// The stand-in of telemetry that says nothing at all of who it is of.
const UNKNOWN: &str = "unknown";

/// What somebody decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The usage of `user`, and what follows, is that of `into`.
    Merge { user: i64, into: i64 },
    /// An identity is not `user`'s.
    Split { user: i64, kind: String, value: String },
}

/// Why something was not decided.
#[derive(Debug, thiserror::Error)]
pub enum NotDecided {
    #[error("there is no user `{0}`")]
    Unknown(String),
    #[error("the usage of the one goes to the other already")]
    Same,
    #[error("usage goes to somebody with an email; choose such a user as the one to merge into")]
    IntoStandIn,
    #[error(
        "usage that says nothing of who it is of may be anybody's: nothing can be decided of it"
    )]
    Anybody,
    #[error("the user has no such identity; GET /api/v1/users/<id> lists them")]
    NotTheirs,
    #[error("the email is what names the user; it cannot be split from itself")]
    OwnEmail,
    #[error("the user was erased: nothing can be decided of one")]
    Erased,
    #[error("the user's usage is that of {0}; erase that one, which erases both")]
    MergedAway(String),
    #[error(transparent)]
    Save(#[from] SaveError),
    #[error("the database answered: {0}")]
    Store(#[from] StoreError),
}

/// What a decision does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub moves: Vec<Move>,
    /// How many UTC days have other figures.
    pub days: usize,
}

/// Decides, and moves what that moves. Blocks.
pub fn decide(
    store: &Store,
    keys: &Keys,
    decision: &Decision,
    actor: &str,
    now: i64,
) -> Result<Outcome, NotDecided> {
    store.alone_in_turn(|conn| {
        let Plan { before, after, moved } = Plan::make(conn, keys, decision)?;
        moved.write(conn)?;
        decisions::save(conn, &before, &after, now)?;
        teams::settle(conn, &after, teams::touched(&before, &after))?;
        // A fold that has reckoned by what was decided before begins again.
        installation::raise_generation(conn)?;
        audit_log::record(conn, &decision.entry(keys, actor), now)?;
        Ok(outcome(&moved))
    })
}

/// What a decision would do, and does not. Blocks.
pub fn preview(store: &Store, keys: &Keys, decision: &Decision) -> Result<Outcome, NotDecided> {
    // Its error rolls the transaction back, so nothing can be left of it.
    let mut found = None;
    let previewed = store.alone_in_turn(|conn| -> Result<(), NotDecided> {
        found = Some(outcome(&Plan::make(conn, keys, decision)?.moved));
        Err(StoreError::RollbackTransaction.into())
    });
    match (found, previewed) {
        (Some(outcome), _) => Ok(outcome),
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Err(StoreError::NotFound.into()),
    }
}

/// What moves.
fn outcome(moved: &Moved) -> Outcome {
    Outcome { moves: moved.moves(), days: moved.days().len() }
}

impl Decision {
    /// As the audit log says it: users by their ids, identities by their kind alone.
    fn entry(&self, keys: &Keys, actor: &str) -> Entry {
        let actor = actor.to_owned();
        match self {
            Decision::Merge { user, into } => Entry {
                actor,
                action: "user.merge",
                subject: public_id(*user),
                detail: format!("into {}", public_id(*into)),
            },
            Decision::Split { user, kind, value } => Entry {
                actor,
                action: "user.split",
                subject: public_id(*user),
                detail: format!("{kind} {:016x}", keys.identity(kind, value).cast_unsigned()),
            },
        }
    }
}

/// A decision that was found to be one, with all that it changes.
struct Plan {
    before: Decisions,
    after: Decisions,
    moved: Moved,
}

impl Plan {
    /// Checks a decision and reckons what it changes.
    fn make(
        connection: &mut StoreConnection<'_>,
        keys: &Keys,
        decision: &Decision,
    ) -> Result<Plan, NotDecided> {
        let before = decisions::load(connection)?;
        let (after, touched) = match decision {
            Decision::Merge { user, into } => merge(connection, &before, *user, *into)?,
            Decision::Split { user, kind, value } => {
                (split(connection, keys, &before, (*user, kind, value))?, *user)
            }
        };
        let shared = Arc::new(after.clone());
        let bases = bases(connection)?;
        let moved = Moved::reckon(connection, keys, &bases, &shared, &[touched])?;
        Ok(Plan { before, after, moved })
    }
}

/// The decisions with a merge, and whose history that touches.
fn merge(
    connection: &mut StoreConnection<'_>,
    before: &Decisions,
    user: i64,
    into: i64,
) -> Result<(Decisions, i64), NotDecided> {
    let from = one(connection, user)?;
    let target = one(connection, before.owner(into))?;
    if before.owner(user) == target.id {
        return Err(NotDecided::Same);
    }
    if before.is_erased(user) || before.is_erased(target.id) {
        return Err(NotDecided::Erased);
    }
    if target.email.is_none() {
        return Err(NotDecided::IntoStandIn);
    }
    if from.stand_in.as_deref() == Some(UNKNOWN) {
        return Err(NotDecided::Anybody);
    }
    let mut after = before.clone();
    after.merges.insert(user, target.id);
    Ok((after, before.owner(user)))
}

/// The decisions with an identity split from a user.
///
/// What made it theirs is undone, whatever it was: links that telemetry says, merges of the
/// user it names, and merges of its stand-in.
fn split(
    connection: &mut StoreConnection<'_>,
    keys: &Keys,
    before: &Decisions,
    (user, kind, value): (i64, &str, &str),
) -> Result<Decisions, NotDecided> {
    one(connection, user)?;
    if before.is_erased(user) {
        return Err(NotDecided::Erased);
    }
    let names = match kind {
        identity::EMAIL => named(keys, value),
        kind => stand_in_id(keys, &format!("{kind}:{value}")),
    };
    if names == user {
        return Err(NotDecided::OwnEmail);
    }
    let mut after = before.clone();
    let mut found = false;
    if before.merges.contains_key(&names) && before.owner(names) == user {
        after.merges.remove(&names);
        found = true;
    }
    let hash = keys.identity(kind, value);
    for link in users::identities(connection, &[value])? {
        let is_theirs = link.kind == kind && before.owner(link.user_id) == user;
        found |= is_theirs && after.splits.insert((hash, link.user_id));
    }
    if found { Ok(after) } else { Err(NotDecided::NotTheirs) }
}

/// A user who is there.
fn one(connection: &mut StoreConnection<'_>, id: i64) -> Result<User, NotDecided> {
    let found = users::by_id(connection, &[id])?.pop();
    found.ok_or_else(|| NotDecided::Unknown(public_id(id)))
}

/// The days the installation keeps.
fn bases(connection: &mut StoreConnection<'_>) -> Result<Vec<Basis>, StoreError> {
    let known = installation::load(connection)?;
    let is_utc = known.is_none_or(|known| known.time_zone == "UTC");
    Ok(if is_utc { vec![Basis::Utc] } else { vec![Basis::Utc, Basis::Local] })
}
