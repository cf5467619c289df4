//! What was counted, read from Daybook's API where a token for it is given.

use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::Value;

use super::client::{Client, Message, Protocol, Sending};
use super::target::Target;

/// How long the queue may take to empty.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(20);

/// Reads figures.
#[derive(Clone, Debug)]
pub struct Figures {
    pub target: Target,
    pub api_token: String,
}

impl Figures {
    /// The input tokens that were counted of somebody, when nothing waits any more.
    pub fn input_tokens(&self, email: &str) -> anyhow::Result<i64> {
        self.settle()?;
        let path = "/api/v1/daily-usage?from=2000-01-01&to=2100-01-01&limit=1000&user=";
        let page = self.read(&format!("{path}{email}"))?;
        let rows = page.get("data").and_then(Value::as_array).context("no rows")?;
        Ok(rows.iter().filter_map(|row| row.get("input_tokens")?.as_i64()).sum())
    }

    /// How many requests were ever kept.
    pub fn signals(&self) -> anyhow::Result<i64> {
        let status = self.settle()?;
        let signals = status.get("signals").context("no signals on /status")?;
        let of = |name: &str| signals.get(name).and_then(Value::as_i64).unwrap_or_default();
        Ok(of("folded").saturating_add(of("quarantined")))
    }

    /// Waits until nothing is in the queue; the status then.
    fn settle(&self) -> anyhow::Result<Value> {
        let begun = Instant::now();
        loop {
            let status = self.read("/api/v1/status")?;
            let waiting = status.pointer("/signals/waiting").and_then(Value::as_i64);
            if waiting.context("no queue on /status")? == 0 {
                return Ok(status);
            }
            anyhow::ensure!(begun.elapsed() < PATIENCE, "the queue does not empty");
            std::thread::sleep(PAUSE);
        }
    }

    /// Reads a path of the API.
    fn read(&self, path: &str) -> anyhow::Result<Value> {
        let headers = vec![("authorization", format!("Bearer {}", self.api_token))];
        let (body, sending) = (Vec::new(), Sending::Whole);
        let message = Message { method: "GET", path, headers, body, sending };
        let answer = Client::open(&self.target, Protocol::Http1)?.send(&message)?;
        anyhow::ensure!(answer.status == 200, "GET {path}: status {}", answer.status);
        serde_json::from_slice(&answer.body).with_context(|| format!("GET {path}: no JSON"))
    }
}
