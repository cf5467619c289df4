//! `daybook pattern ...`: adds, tries, lists, switches and deletes patterns.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Context;
use daybook_schema::redaction_patterns::{self as rows, RedactionPattern};
use serde_json::{Value, json};

use super::account::ACTOR;
use super::create::ready;
use crate::api::redaction_patterns::shown;
use crate::config::{DataArgs, PatternCommand, PatternName};
use crate::ingest::patterns::{self, Change, MAX_SAMPLE_BYTES, NewPattern, NotAdded};
use crate::state::now_micros;

/// Runs `daybook pattern ...`.
pub fn run(command: &PatternCommand) -> anyhow::Result<()> {
    match command {
        PatternCommand::Add { name, regex, confirm, data } => add(name, regex, *confirm, data),
        PatternCommand::Test { regex, file } => test(regex, file),
        PatternCommand::List { json, data } => list(*json, data),
        PatternCommand::Enable(of) => change(of, Change::Enable, "is switched on"),
        PatternCommand::Disable(of) => change(of, Change::Disable, "is switched off"),
        PatternCommand::Delete(of) => {
            change(of, Change::Delete, "is deleted; what it hid stays hidden")
        }
    }
}

/// Adds a pattern.
fn add(name: &str, regex: &str, confirmed: bool, data: &DataArgs) -> anyhow::Result<()> {
    let new = NewPattern { name: name.to_owned(), pattern: regex.to_owned(), confirmed };
    match patterns::add(&ready(data)?, &new, ACTOR, now_micros()) {
        Ok(added) => {
            println!("pattern {} is switched on; what is stored is scanned for it", added.name);
            Ok(())
        }
        Err(NotAdded::Ordinary(ordinary)) => anyhow::bail!(
            "the pattern matches ordinary text, which would be hidden everywhere: {}; make it \
             more specific, or insist with --confirm",
            ordinary.join(", ")
        ),
        Err(error) => Err(error.into()),
    }
}

/// Tries a pattern: the sample as it would be kept on standard output, the rest beside it.
fn test(regex: &str, file: &Path) -> anyhow::Result<()> {
    let tried = patterns::try_out(regex, &sample(file)?)?;
    let found = tried.matches.len();
    eprintln!("{found} {}", if found == 1 { "match" } else { "matches" });
    if !tried.ordinary.is_empty() {
        eprintln!("it also matches ordinary text: {}", tried.ordinary.join(", "));
    }
    print!("{}", tried.redacted);
    Ok(())
}

/// Reads a sample, one byte past the limit at most.
fn sample(file: &Path) -> anyhow::Result<String> {
    let input: Box<dyn Read> = match file.to_str() {
        Some("-") => Box::new(std::io::stdin().lock()),
        _ => Box::new(
            File::open(file)
                .with_context(|| format!("open {}; `-` is standard input", file.display()))?,
        ),
    };
    let most = u64::try_from(MAX_SAMPLE_BYTES)?.saturating_add(1);
    let mut sample = Vec::new();
    input.take(most).read_to_end(&mut sample).context("read the sample")?;
    if sample.len() > MAX_SAMPLE_BYTES {
        return Err(patterns::NotTried::SampleTooLong.into());
    }
    String::from_utf8(sample).context("the sample is not text in UTF-8")
}

/// Lists the patterns.
fn list(json: bool, data: &DataArgs) -> anyhow::Result<()> {
    let all = ready(data)?.read(rows::all).context("read the patterns")?;
    if json {
        println!("{}", json!({"data": all.iter().map(shown).collect::<Vec<Value>>()}));
        return Ok(());
    }
    if all.is_empty() {
        println!("there are no patterns; `daybook pattern add NAME REGEX` adds one");
    }
    for row in &all {
        let state = if row.enabled { "on" } else { "off" };
        println!("{}\t{state}\t{}\t{}", row.name, rescan(row), row.pattern);
    }
    Ok(())
}

/// How far what is stored was scanned.
fn rescan(row: &RedactionPattern) -> String {
    let found = row.rescan_found;
    match row.rescan_from {
        Some(from) => format!("stored telemetry scanned up to signal {from}, {found} found"),
        None => format!("stored telemetry scanned, {found} found"),
    }
}

/// Changes one pattern, and says so.
fn change(of: &PatternName, change: Change, done: &str) -> anyhow::Result<()> {
    let name = &of.name;
    let found = patterns::change(&ready(&of.data)?, name, change, ACTOR, now_micros());
    let found = found.context("write the pattern")?;
    anyhow::ensure!(
        found,
        "there is no pattern called `{name}`; `daybook pattern list` names them"
    );
    println!("pattern {name} {done}");
    Ok(())
}
