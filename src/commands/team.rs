//! `daybook team ...`: takes in a file of memberships, and writes what stands.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::Context;
use chrono::NaiveDate;
use daybook_jobs::keys::Keys;
use daybook_jobs::teams::{self as work, Change, Mode, Outcome, WrongLine};
use daybook_schema::team_memberships::Membership;
use daybook_schema::teams as rows;
use daybook_schema::users::public_id;

use super::account::ACTOR;
use super::open;
use crate::config::{DataArgs, TeamCommand};
use crate::state::now_micros;
use crate::teams::{self, Listed, MAX_BYTES};

/// Most teams that are listed.
const MAX_TEAMS: usize = 10_000;

/// Most changes that are said one by one.
const MAX_CHANGES: usize = 50;

/// Runs `daybook team ...`.
pub fn run(command: &TeamCommand) -> anyhow::Result<()> {
    match command {
        TeamCommand::Import { file, replace, sure, data } => {
            let mode = if *replace { Mode::Replace } else { Mode::Amend };
            import(&input(file)?, mode, sure.yes, data)
        }
        TeamCommand::Export { data } => {
            let listed = open::store(data)?.read(Listed::load)?;
            let text = teams::csv(&listed);
            std::io::stdout().write_all(text.as_bytes()).context("write standard output")
        }
        TeamCommand::List { json, data } => list(*json, data),
    }
}

/// Reads the file, and no more than one may have.
fn input(path: &Path) -> anyhow::Result<Vec<u8>> {
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.with_context(|| format!("read {}", path.display()))?;
    Ok(bytes)
}

/// Takes in a file, or says what that would change.
fn import(file: &[u8], mode: Mode, is_sure: bool, data: &DataArgs) -> anyhow::Result<()> {
    let lines = teams::read(file).map_err(|wrong| told(&wrong))?;
    let store = open::store(data)?;
    let (installation, _) = open::installation(&store, chrono_tz::Tz::UTC)?;
    let keys = Keys::new(&installation.hash_key);
    let outcome = match is_sure {
        true => work::import(&store, &keys, &lines, mode, ACTOR, now_micros()),
        false => work::preview(&store, &keys, &lines, mode),
    };
    let outcome = match outcome {
        Err(work::NotImported::Wrong(wrong)) => return Err(told(&wrong)),
        other => other?,
    };
    for change in outcome.changes.iter().take(MAX_CHANGES) {
        println!("{}", said(change, &outcome));
    }
    let rest = outcome.changes.len().saturating_sub(MAX_CHANGES);
    if rest > 0 {
        println!("and {rest} more");
    }
    let (people, changed) = (outcome.people, outcome.changes.len());
    match is_sure {
        true => println!("{people} people in the file, {changed} changed"),
        false => println!(
            "{people} people in the file, {changed} would change; nothing was changed, --yes does it"
        ),
    }
    Ok(())
}

/// Every wrong line, on standard error; and that nothing was changed.
fn told(wrong: &[WrongLine]) -> anyhow::Error {
    for line in wrong {
        eprintln!("{line}");
    }
    anyhow::anyhow!("nothing was changed: the file is taken in as a whole or not at all")
}

/// What changes for somebody, in one line.
fn said(change: &Change, outcome: &Outcome) -> String {
    let id = public_id(change.user_id);
    let person = outcome.emails.get(&change.user_id).unwrap_or(&id);
    format!("{person}: {} -> {}", times(&change.before), times(&change.after))
}

/// Somebody's times in teams.
fn times(rows: &[Membership]) -> String {
    if rows.is_empty() {
        return "not in the file".to_owned();
    }
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let row = |row: &Membership| {
        let team = if row.team.is_empty() { "no team" } else { &row.team };
        format!("{} {}..{}", team.escape_debug(), day(row.from()), day(row.to()))
    };
    rows.iter().map(row).collect::<Vec<String>>().join(", ")
}

/// Lists the teams there are, and who is in them.
fn list(json: bool, data: &DataArgs) -> anyhow::Result<()> {
    let store = open::store(data)?;
    let listed = store.read(Listed::load)?;
    if json {
        println!("{}", teams::json(&listed));
        return Ok(());
    }
    for team in store.read(|conn| rows::all(conn, MAX_TEAMS))? {
        println!("{}", team.escape_debug());
        for row in listed.rows.iter().filter(|row| row.team == team) {
            let person = listed.person(row.user_id);
            println!("  {}\t{}", person.escape_debug(), times(std::slice::from_ref(row)));
        }
    }
    Ok(())
}
