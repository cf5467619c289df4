//! Says who is in which team since when, as an admin's file has it: checks it, writes it and who
//! did, all in one transaction. Every process asks the database, so it holds at once.
//!
//! What a file says outranks telemetry on the days it covers, and nothing on others. Days belong
//! to what was said of them last: a new file that begins later leaves past days as they were.

mod layers;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use daybook_schema::audit_log::{self, Entry};
use daybook_schema::decisions::{self, Decisions};
use daybook_schema::store::{Store, StoreConnection};
use daybook_schema::team_memberships::{self as rows, Membership};
use daybook_schema::teams::TeamNames;
use daybook_schema::{QueryResult, StoreError};

use crate::keys::Keys;
use crate::save::named;
use layers::layered;

/// Whom a line is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Person {
    /// As users are known by: trimmed, in small letters.
    Email(String),
    /// Of a user, where no email is known.
    Id(i64),
}

/// A line of a file.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its number, from 1.
    pub number: u64,
    pub person: Person,
    pub names: TeamNames,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongLine {
    pub number: u64,
    /// `None` where it is about the whole line.
    pub column: Option<&'static str>,
    pub cause: String,
    pub cure: String,
}

impl std::fmt::Display for WrongLine {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let WrongLine { number, column, cause, cure } = self;
        match column {
            Some(column) => write!(out, "line {number}, {column}: {cause}; {cure}"),
            None => write!(out, "line {number}: {cause}; {cure}"),
        }
    }
}

/// What becomes of what stood before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Days that the file covers are as it says; everything else stays.
    #[default]
    Amend,
    /// What is not in the file goes.
    Replace,
}

impl Mode {
    /// As the audit log and answers say it.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Amend => "amend",
            Mode::Replace => "replace",
        }
    }
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NotImported {
    #[error("nothing was changed. {}", first_of(.0))]
    Wrong(Vec<WrongLine>),
    #[error("the database answered: {0}")]
    Store(#[from] StoreError),
}

/// The first wrong lines, for a sentence.
pub fn first_of(wrong: &[WrongLine]) -> String {
    let said: Vec<String> = wrong.iter().take(5).map(WrongLine::to_string).collect();
    match wrong.len().saturating_sub(said.len()) {
        0 => said.join(". "),
        rest => format!("{} (and {rest} more)", said.join(". ")),
    }
}

/// What changes for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub user_id: i64,
    pub before: Vec<Membership>,
    pub after: Vec<Membership>,
}

/// What a file changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many people the file is about.
    pub people: usize,
    /// By user.
    pub changes: Vec<Change>,
    /// The emails of the file, by user: who has not reported yet is known by it alone.
    pub emails: BTreeMap<i64, String>,
}

/// Writes what a file says. Blocks.
pub fn import(
    store: &Store,
    keys: &Keys,
    lines: &[Line],
    mode: Mode,
    actor: &str,
    now: i64,
) -> Result<Outcome, NotImported> {
    store.alone_in_turn(|conn| {
        let decided = decisions::load(conn)?;
        let outcome = outcome(conn, keys, &decided, lines, mode)?;
        let users: Vec<i64> = outcome.changes.iter().map(|change| change.user_id).collect();
        let after: Vec<Membership> =
            outcome.changes.iter().flat_map(|change| change.after.clone()).collect();
        rows::replace(conn, &users, &after)?;
        settle(conn, &decided, users.iter().map(|user| decided.owner(*user)))?;
        audit_log::record(conn, &entry(&outcome, mode, actor), now)?;
        Ok(outcome)
    })
}

/// What a file would change. Blocks.
pub fn preview(
    store: &Store,
    keys: &Keys,
    lines: &[Line],
    mode: Mode,
) -> Result<Outcome, NotImported> {
    let mut found = Err(StoreError::NotFound.into());
    store.read(|conn| {
        let decided = decisions::load(conn)?;
        found = outcome(conn, keys, &decided, lines, mode);
        Ok(())
    })?;
    found
}

/// As the audit log says it: how many, and nobody's name.
fn entry(outcome: &Outcome, mode: Mode, actor: &str) -> Entry {
    let (people, changed) = (outcome.people, outcome.changes.len());
    Entry {
        actor: actor.to_owned(),
        action: "team.import",
        subject: "teams".to_owned(),
        detail: format!("{}: {people} people in the file, {changed} changed", mode.name()),
    }
}

/// Checks a file and reckons what it changes.
fn outcome(
    connection: &mut StoreConnection<'_>,
    keys: &Keys,
    decided: &Decisions,
    lines: &[Line],
    mode: Mode,
) -> Result<Outcome, NotImported> {
    let (said, emails) = checked(keys, decided, lines)?;
    let of_file: BTreeSet<i64> = said.iter().map(|row| row.user_id).collect();
    let known = match mode {
        Mode::Replace => rows::all(connection)?,
        Mode::Amend => rows::of_users(connection, &of_file.iter().copied().collect::<Vec<_>>())?,
    };
    let before = by_user(known);
    let said = by_user(said);
    let everybody: BTreeSet<i64> = before.keys().chain(said.keys()).copied().collect();
    let change = |user_id: i64| {
        let before = before.get(&user_id).cloned().unwrap_or_default();
        let said = said.get(&user_id).cloned().unwrap_or_default();
        let after = match mode {
            Mode::Replace => said,
            Mode::Amend => layered(said.into_iter().chain(before.iter().cloned())),
        };
        (after != before).then_some(Change { user_id, before, after })
    };
    let changes = everybody.into_iter().filter_map(change).collect();
    Ok(Outcome { people: of_file.len(), changes, emails })
}

/// Rows of each user, in order.
fn by_user(rows: Vec<Membership>) -> BTreeMap<i64, Vec<Membership>> {
    let mut users: BTreeMap<i64, Vec<Membership>> = BTreeMap::new();
    for row in rows {
        users.entry(row.user_id).or_default().push(row);
    }
    users
}

/// The rows of a file in order, and the emails it names; refused where two lines of somebody
/// share a day, and where a line names who was erased.
fn checked(
    keys: &Keys,
    decided: &Decisions,
    lines: &[Line],
) -> Result<(Vec<Membership>, BTreeMap<i64, String>), NotImported> {
    let (mut found, mut emails, mut wrong) = (Vec::new(), BTreeMap::new(), Vec::new());
    for line in lines {
        let user = match &line.person {
            Person::Id(id) => *id,
            Person::Email(email) => {
                let id = named(keys, email);
                if decided.is_erased(id) {
                    wrong.push(erased(line.number));
                    continue;
                }
                emails.insert(id, email.clone());
                id
            }
        };
        let days = (line.first_day, line.last_day);
        found.push((Membership::new(user, days, line.names.clone()), line.number));
    }
    found.sort_unstable();
    for pair in found.windows(2) {
        if let [(one, first), (other, second)] = pair
            && one.user_id == other.user_id
            && one.last_day >= other.first_day
        {
            wrong.push(shared((one, *first), (other, *second)));
        }
    }
    wrong.sort_by_key(|line| line.number);
    match wrong.is_empty() {
        true => Ok((found.into_iter().map(|(row, _)| row).collect(), emails)),
        false => Err(NotImported::Wrong(wrong)),
    }
}

/// A line names somebody who was erased.
fn erased(number: u64) -> WrongLine {
    WrongLine {
        number,
        column: Some("email"),
        cause: "this person was erased, and nothing may name them again".to_owned(),
        cure: "delete the line".to_owned(),
    }
}

/// Two lines of somebody share days.
fn shared((one, first): (&Membership, u64), (other, second): (&Membership, u64)) -> WrongLine {
    let (number, earlier) = (first.max(second), first.min(second));
    let last = one.last_day.min(other.last_day);
    WrongLine {
        number,
        column: None,
        cause: format!(
            "it shares the days {} to {last} with line {earlier}, which is about the same person",
            other.first_day
        ),
        cure: "end one the day before the other begins; both from and to belong to a line"
            .to_owned(),
    }
}

/// Makes what holds of some users again: their own rows, and on the days these leave free, those
/// of whoever was merged into them. Call it in the transaction that changes either.
pub fn settle(
    connection: &mut StoreConnection<'_>,
    decided: &Decisions,
    users: impl IntoIterator<Item = i64>,
) -> QueryResult<()> {
    let users: BTreeSet<i64> = users.into_iter().collect();
    let mut sources: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for from in decided.merges.keys() {
        sources.entry(decided.owner(*from)).or_default().push(*from);
    }
    let merged = users.iter().filter_map(|user| sources.get(user)).flatten();
    let all: Vec<i64> = users.iter().chain(merged).copied().collect();
    let mut given = by_user(rows::of_users(connection, &all)?);
    let mut holding = Vec::new();
    for user in users.iter().filter(|user| decided.owner(**user) == **user) {
        // Merged ones in order of ids, so that it is one of them whatever was decided first.
        let from = sources.get(user).into_iter().flatten();
        let ranked = std::iter::once(user).chain(from).filter_map(|user| given.remove(user));
        let periods = layered(ranked.flatten());
        holding.extend(periods.into_iter().map(|row| Membership { user_id: *user, ..row }));
    }
    let users: Vec<i64> = users.into_iter().collect();
    rows::replace_periods(connection, &users, &holding)
}

/// The users whose merges differ between two states of the decisions.
pub fn touched(before: &Decisions, after: &Decisions) -> BTreeSet<i64> {
    let both = before.merges.keys().chain(after.merges.keys());
    let changed = both.filter(|user| before.merges.get(*user) != after.merges.get(*user));
    changed.flat_map(|user| [*user, before.owner(*user), after.owner(*user)]).collect()
}
