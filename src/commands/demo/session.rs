//! One session of work: its calls, its edits, its outcome.

use chrono::{DateTime, Duration, Utc};
use daybook_jobs::signal::Request;
use fastrand::Rng;

use super::organization::{Exporters, Person};
use super::telemetry;

/// A session.
pub(super) struct Session {
    pub(super) id: String,
    pub(super) begun: DateTime<Utc>,
    pub(super) calls: Vec<Call>,
    pub(super) prompts: u32,
    pub(super) tool_calls: u32,
    pub(super) accepted: u32,
    pub(super) rejected: u32,
    pub(super) lines_added: u32,
    pub(super) lines_removed: u32,
    pub(super) commits: u32,
    pub(super) pull_requests: u32,
    pub(super) failed: bool,
    /// One event of it never came.
    pub(super) gap: bool,
    pub(super) version: &'static str,
}

/// An API call.
pub(super) struct Call {
    pub(super) model: &'static Model,
    pub(super) input: u32,
    pub(super) output: u32,
    pub(super) cache_read: u32,
    pub(super) cache_creation: u32,
}

/// A model and what it costs, in USD a million tokens.
pub(super) struct Model {
    pub(super) name: &'static str,
    input: f64,
    output: f64,
    cache_read: f64,
    cache_creation: f64,
}

/// The models in the order they came, large, middle and small of each time.
static MODELS: [[Model; 3]; 2] = [
    [
        Model {
            name: "claude-opus-4-8",
            input: 5.0,
            output: 25.0,
            cache_read: 0.5,
            cache_creation: 6.25,
        },
        Model {
            name: "claude-sonnet-4-8",
            input: 3.0,
            output: 15.0,
            cache_read: 0.3,
            cache_creation: 3.75,
        },
        Model {
            name: "claude-haiku-4-5",
            input: 1.0,
            output: 5.0,
            cache_read: 0.1,
            cache_creation: 1.25,
        },
    ],
    [
        Model {
            name: "claude-opus-5-5",
            input: 5.0,
            output: 25.0,
            cache_read: 0.5,
            cache_creation: 6.25,
        },
        Model {
            name: "claude-sonnet-5-5",
            input: 3.0,
            output: 15.0,
            cache_read: 0.3,
            cache_creation: 3.75,
        },
        Model {
            name: "claude-haiku-5-5",
            input: 1.0,
            output: 5.0,
            cache_read: 0.1,
            cache_creation: 1.25,
        },
    ],
];

impl Call {
    /// What the client estimates it cost, in USD.
    pub(super) fn cost_usd(&self) -> f64 {
        let model = self.model;
        let millions = f64::from(self.input) * model.input
            + f64::from(self.output) * model.output
            + f64::from(self.cache_read) * model.cache_read
            + f64::from(self.cache_creation) * model.cache_creation;
        millions / 1.0e6
    }

    /// Any call of a person; newer models take over during the year.
    fn any(person: &Person, elapsed: u32, random: &mut Rng) -> Call {
        let newer = random.u32(0..365) < elapsed.saturating_mul(2).saturating_sub(200);
        let [older, newest] = &MODELS;
        let [large, middle, small] = if newer { newest } else { older };
        let model = match random.f64() {
            roll if roll < person.prefers_large => large,
            roll if roll < 0.85 => middle,
            _ => small,
        };
        let cached = random.u32(8_000..90_000);
        Call {
            model,
            input: random.u32(20..2_500),
            output: random.u32(60..3_200),
            cache_read: cached,
            cache_creation: cached / random.u32(5..40),
        }
    }
}

impl Session {
    /// Any session of a person.
    pub(super) fn any(
        person: &Person,
        begun: DateTime<Utc>,
        index: u32,
        elapsed: u32,
        random: &mut Rng,
    ) -> Session {
        let calls = random.u32(3..22);
        let accepted = calls / 3 + random.u32(0..3);
        let commits = if random.f64() < 0.45 { random.u32(1..3) } else { 0 };
        Session {
            id: format!("{:08x}-{index:04x}-4000-8000-{:012x}", person.number, begun.timestamp()),
            begun,
            calls: (0..calls).map(|_| Call::any(person, elapsed, random)).collect(),
            prompts: random.u32(1..6),
            tool_calls: calls + random.u32(0..12),
            accepted,
            rejected: u32::from(random.f64() < 0.2),
            lines_added: accepted * random.u32(3..40),
            lines_removed: accepted * random.u32(0..18),
            commits,
            pull_requests: u32::from(commits > 0 && random.f64() < 0.4),
            failed: random.f64() < 0.03,
            gap: random.f64() < 0.01,
            version: if elapsed > 300 { "2.1.328" } else { "2.1.197" },
        }
    }

    /// The requests the client sends of it, as far as it has come by `now`.
    pub(super) fn told(&self, person: &Person, now: DateTime<Utc>) -> Vec<Request> {
        if self.ended() > now {
            return Vec::new();
        }
        let mut told = Vec::new();
        if person.exporters != Exporters::LogsOnly {
            told.push(Request::Metrics(telemetry::metrics(self, person)));
        }
        if person.exporters != Exporters::MetricsOnly {
            told.push(Request::Logs(telemetry::logs(self, person)));
        }
        told
    }

    /// When a call was made: a minute and a half apart.
    pub(super) fn time_of(&self, call: usize) -> DateTime<Utc> {
        let seconds = i64::try_from(call).unwrap_or(0).saturating_mul(90);
        self.begun + Duration::seconds(seconds)
    }

    /// When it ended.
    pub(super) fn ended(&self) -> DateTime<Utc> {
        self.time_of(self.calls.len())
    }
}
