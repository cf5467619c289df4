//! `daybook user ...`: lists users, merges and splits them, erases and exports one.

use anyhow::Context;
use daybook_jobs::keys::Keys;
use daybook_jobs::people::identities::{self, Identity};
use daybook_jobs::people::{self as work, Decision, Outcome, erase, export};
use daybook_jobs::resolve;
use daybook_schema::audit_log::{self, Entry};
use daybook_schema::store::Store;
use daybook_schema::users::{self, User, parse_public_id, public_id};
use daybook_schema::{decisions, erasures, people};
use serde_json::{Value, json};

use super::account::ACTOR;
use super::open;
use crate::config::{DataArgs, Sure, UserCommand};
use crate::state::now_micros;

/// Users that are read at a time.
const PAGE: i64 = 1000;

/// Runs `daybook user ...`.
pub fn run(command: &UserCommand) -> anyhow::Result<()> {
    match command {
        UserCommand::List { json, data } => list(&Known::open(data)?, *json),
        UserCommand::Merge { user, into, sure, data } => {
            let known = Known::open(data)?;
            let decision =
                Decision::Merge { user: known.find(user)?.id, into: known.find(into)?.id };
            known.decide(&decision, *sure)
        }
        UserCommand::Split { user, identity, sure, data } => {
            let known = Known::open(data)?;
            let user = known.find(user)?.id;
            let Identity { kind, value, .. } = known.identity(user, identity)?;
            known.decide(&Decision::Split { user, kind, value }, *sure)
        }
        UserCommand::Erase { user, confirm, data } => {
            anyhow::ensure!(user == confirm, "--confirm has to say the same user once more");
            let known = Known::open(data)?;
            known.erase(&known.find(user)?)
        }
        UserCommand::Export { user, data } => {
            let known = Known::open(data)?;
            known.export(&known.find(user)?)
        }
    }
}

/// A database and the key of its hashes.
struct Known {
    store: Store,
    keys: Keys,
}

impl Known {
    /// Opens it.
    fn open(data: &DataArgs) -> anyhow::Result<Known> {
        let store = open::store(data)?;
        let (installation, _) = open::installation(&store, chrono_tz::Tz::UTC)?;
        Ok(Known { store, keys: Keys::new(&installation.hash_key) })
    }

    /// The user of an email or an id.
    fn find(&self, name: &str) -> anyhow::Result<User> {
        let found = match (parse_public_id(name), resolve::email(name.into())) {
            (Some(id), _) => self.store.read(|conn| users::by_id(conn, &[id]))?.pop(),
            (None, Some(email)) => self.store.read(|conn| people::by_email(conn, &email))?,
            (None, None) => None,
        };
        found.with_context(|| format!("there is no user {name}; `daybook user list` names them"))
    }

    /// The identity of a user with a value.
    fn identity(&self, user: i64, value: &str) -> anyhow::Result<Identity> {
        let named = self.store.read(|conn| {
            let decided = decisions::load(conn)?;
            identities::of_user(conn, &self.keys, &decided, user)
        })?;
        let found = named.into_iter().find(|row| row.value == value);
        found.with_context(|| format!("{} has no identity {value}", public_id(user)))
    }

    /// Decides, or says what that would move.
    fn decide(&self, decision: &Decision, sure: Sure) -> anyhow::Result<()> {
        if sure.yes {
            let Outcome { moves, days } =
                work::decide(&self.store, &self.keys, decision, ACTOR, now_micros())?;
            let sessions: usize = moves.iter().map(|it| it.sessions).sum();
            println!("moved {sessions} sessions; {days} days have other figures");
            return Ok(());
        }
        let Outcome { moves, days } = work::preview(&self.store, &self.keys, decision)?;
        for it in &moves {
            let (from, to) = (public_id(it.from), public_id(it.to));
            println!("{} sessions would go from {from} to {to}", it.sessions);
        }
        println!("{days} days would have other figures; nothing was changed, --yes does it");
        Ok(())
    }

    /// Erases a user, to the end.
    fn erase(&self, user: &User) -> anyhow::Result<()> {
        let number = erase::erase(&self.store, &self.keys, user.id, ACTOR, now_micros())?;
        println!(
            "{} is {} now; kept telemetry is gone through",
            public_id(user.id),
            erasures::name(number)
        );
        let is_done = erase::finish(&self.store, &self.keys)?;
        println!("{}", if is_done { "done" } else { "the server goes on with it" });
        Ok(())
    }

    /// Prints all that is stored about a user.
    fn export(&self, user: &User) -> anyhow::Result<()> {
        let entry = Entry {
            actor: ACTOR.to_owned(),
            action: "user.export",
            subject: public_id(user.id),
            detail: String::new(),
        };
        self.store.write(|conn| audit_log::record(conn, &entry, now_micros()))?;
        let document = self.store.read(|conn| {
            let decided = decisions::load(conn)?;
            export::of_user(conn, &self.keys, &decided, user.id)
        })?;
        println!("{}", serde_json::to_string_pretty(&document)?);
        Ok(())
    }
}

/// Lists everybody.
fn list(known: &Known, json: bool) -> anyhow::Result<()> {
    let mut after = None;
    let mut all: Vec<Value> = Vec::new();
    loop {
        let page = known.store.read(|conn| people::page(conn, after, PAGE))?;
        let ids: Vec<i64> = page.iter().map(|user| user.id).collect();
        let totals = known.store.read(|conn| people::totals(conn, &ids))?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for user in &page {
            let totals = totals.get(&user.id).copied().unwrap_or_default();
            let name = user.email.as_ref().or(user.name.as_ref()).or(user.stand_in.as_ref());
            if json {
                all.push(json!({
                    "id": public_id(user.id),
                    "email": user.email,
                    "stand_in": user.stand_in,
                    "sessions": totals.sessions,
                    "cost_micros": totals.cost_micros,
                }));
            } else {
                let name = name.map_or("unknown", String::as_str).escape_debug().to_string();
                println!("{}\t{name}\t{}", public_id(user.id), totals.sessions);
            }
        }
    }
    if json {
        println!("{}", json!({ "data": all }));
    }
    Ok(())
}
