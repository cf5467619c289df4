//! Finds out, from the machine of a developer, why telemetry would not arrive: asks the server
//! as Claude Code would, step by step, and reads what Claude Code would read.
//!
//! Each finding names what is wrong and the cure. The token is sent and never said.

pub mod finding;
mod endpoint;
mod wire;
mod connect;
mod secure;
mod answers;
pub mod local;

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};

pub use finding::{Finding, Outcome};

use endpoint::Endpoint;
use wire::Answer;

/// How long a connection or an answer may take: Claude Code's own patience.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whom to ask, and how.
#[derive(Clone, Debug)]
pub struct Question {
    pub url: String,
    pub token: String,
    /// Authorities (PEM) that are trusted beside the machine's own.
    pub authorities: Option<PathBuf>,
    pub now: DateTime<Utc>,
}

/// Asks the server. The first thing that is wrong ends it: what comes after depends on it.
pub fn ask(question: &Question) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Err(wrong) = ask_in_turn(question, &mut findings) {
        findings.push(wrong);
    }
    findings
}

/// Each step needs the one before it.
fn ask_in_turn(question: &Question, findings: &mut Vec<Finding>) -> Result<(), Finding> {
    let endpoint = Endpoint::parse(&question.url)?;
    findings.push(endpoint.finding());
    let addresses = connect::resolve(&endpoint)?;
    findings.push(connect::resolved(&endpoint, &addresses));
    connect::open(&addresses)?;
    findings.push(Finding::ok("tcp", format!("port {} answers", endpoint.port)));
    let tls = endpoint.is_tls.then(|| secure::config(question.authorities.as_deref()));
    let tls = tls.transpose()?;
    if let Some(config) = &tls {
        secure::handshake(connect::open(&addresses)?, &endpoint, config)?;
        findings.push(Finding::ok("tls", "the certificate is valid and trusted"));
    }
    for (signal, media, body) in
        [("logs", "application/json", &b"{}"[..]), ("metrics", "application/x-protobuf", b"")]
    {
        let stream = connect::open(&addresses)?;
        let request = endpoint.request(signal, media, &question.token, body);
        let answer = match &tls {
            Some(config) => secure::exchange(stream, &endpoint, config, &request)?,
            None => wire::exchange(stream, &request)?,
        };
        findings.push(answers::judge(signal, media, &endpoint, &answer)?);
        if signal == "logs" {
            findings.push(clock(&answer, question.now));
        }
    }
    Ok(())
}

/// Whether the clocks agree: what is dated in the future is refused.
fn clock(answer: &Answer, now: DateTime<Utc>) -> Finding {
    let date = answer.header("date").and_then(|date| DateTime::parse_from_rfc2822(date).ok());
    let Some(date) = date else {
        return Finding::ok("clock", "the server did not say its time");
    };
    let ahead = (now - date.with_timezone(&Utc)).num_seconds();
    match ahead.abs() {
        0..=60 => Finding::ok("clock", "this machine and the server agree on the time"),
        _ if ahead > 600 => Finding::bad(
            "clock",
            format!("this machine's clock is {ahead} s ahead of the server's"),
            "set it right: telemetry from more than 10 minutes ahead is refused",
        ),
        _ => Finding::warn(
            "clock",
            format!("this machine's clock is {} s off the server's", ahead.abs()),
            "set it right: usage is counted on the day this machine says",
        ),
    }
}
