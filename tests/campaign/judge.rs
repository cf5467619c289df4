//! The judge: compares what the API publishes with what the intent log says was acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use crate::traffic::TOKENS;

/// Most differences that are told one by one.
const MAX_TOLD: usize = 20;

/// What the judge found.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// Requests that held something new, copies of acknowledged ones, and other cuts.
    pub new: u64,
    pub copies: u64,
    pub cuts: u64,
    /// How often requests were sent, and how often acknowledged.
    pub sent: u64,
    pub acknowledged: u64,
    /// Points and records that were acknowledged, and that never were.
    pub counted: usize,
    pub open: usize,
    /// Tokens that were acknowledged.
    pub tokens: i64,
    /// Tokens that were acknowledged and not counted, and that were counted again.
    pub lost: i64,
    pub doubled: i64,
    /// The first differences.
    pub differences: Vec<String>,
}

/// Connection, email and model: a model belongs to one session.
type Cell = (String, String, String);

/// Tokens of each kind.
type Tokens = [i64; 4];

/// Judges the rows of the API by a log.
pub fn judge(log: &Path, rows: &[Value]) -> anyhow::Result<Judgement> {
    let mut judgement = Judgement::default();
    let expected = read(log, &mut judgement)?;
    let published = published(rows)?;
    let cells: BTreeSet<&Cell> = expected.keys().chain(published.keys()).collect();
    for cell in cells {
        let expected = expected.get(cell).copied().unwrap_or_default();
        let published = published.get(cell).copied().unwrap_or_default();
        for ((expected, published), (name, _, _)) in expected.iter().zip(published).zip(TOKENS) {
            judgement.tokens += expected;
            judgement.lost += (expected - published).max(0);
            judgement.doubled += (published - expected).max(0);
            if *expected != published && judgement.differences.len() < MAX_TOLD {
                let what = format!("{cell:?} {name}: {expected} acknowledged, {published} counted");
                judgement.differences.push(what);
            }
        }
    }
    Ok(judgement)
}

/// What the API publishes, by cell; days together.
fn published(rows: &[Value]) -> anyhow::Result<BTreeMap<Cell, Tokens>> {
    let mut published: BTreeMap<Cell, Tokens> = BTreeMap::new();
    for row in rows {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let cell = (text("connection_id"), text("user_email"), text("model"));
        let tokens = published.entry(cell).or_default();
        for (sum, (_, _, name)) in tokens.iter_mut().zip(TOKENS) {
            *sum += row[name].as_i64().context("a number of tokens")?;
        }
    }
    Ok(published)
}

/// Reads a log: the tokens of everything that was acknowledged, each point or record once.
fn read(log: &Path, judgement: &mut Judgement) -> anyhow::Result<BTreeMap<Cell, Tokens>> {
    let mut requests: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    let mut uses: BTreeMap<u64, (Cell, Tokens)> = BTreeMap::new();
    let mut acknowledged: BTreeSet<u64> = BTreeSet::new();
    for line in BufReader::new(File::open(log)?).lines() {
        let line: Value = serde_json::from_str(&line?)?;
        if let Some(request) = line["request"].as_u64() {
            judgement.sent += 1;
            match line["why"].as_str() {
                Some("new") => judgement.new += 1,
                Some("copy") => judgement.copies += 1,
                _ => judgement.cuts += 1,
            }
            let said = line["uses"].as_array().context("uses")?;
            let said: Vec<_> = said.iter().map(usage).collect::<Result<_, _>>()?;
            requests.insert(request, said.iter().map(|(number, _)| *number).collect());
            uses.extend(said);
        } else if let Some(request) = line["acknowledged"].as_u64() {
            judgement.acknowledged += 1;
            acknowledged.extend(requests.get(&request).context("it was intended")?);
        } else if line["again"].is_u64() {
            judgement.sent += 1;
        }
    }
    judgement.counted = acknowledged.len();
    judgement.open = uses.len() - acknowledged.len();
    let mut expected: BTreeMap<Cell, Tokens> = BTreeMap::new();
    for (_, (cell, tokens)) in uses.into_iter().filter(|(number, _)| acknowledged.contains(number))
    {
        let sums = expected.entry(cell).or_default();
        sums.iter_mut().zip(tokens).for_each(|(sum, tokens)| *sum += tokens);
    }
    Ok(expected)
}

/// One point or record as the log has it.
fn usage(said: &Value) -> anyhow::Result<(u64, (Cell, Tokens))> {
    let (number, connection, email, model, tokens): (u64, String, String, String, Tokens) =
        serde_json::from_value(said.clone())?;
    Ok((number, ((connection, email, model), tokens)))
}
