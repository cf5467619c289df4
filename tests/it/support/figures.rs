//! The figures of a connection, added up: what the API says, and what the truth says.

use serde_json::Value;

use super::{Connection, Server};

/// What `expected_daily` speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub input: i64,
    pub output: i64,
    pub cache_read: i64,
    pub cache_creation: i64,
    pub cost_micros: i64,
    pub requests: i64,
    pub sessions: i64,
    pub prompts: i64,
    pub lines_added: i64,
    pub lines_removed: i64,
    pub commits: i64,
    pub pull_requests: i64,
    pub edits_accepted: i64,
    pub edits_rejected: i64,
    pub tool_calls: i64,
    pub errors: i64,
    pub metrics_tokens: i64,
    pub events_tokens: i64,
    pub emails: Vec<String>,
    pub sources: Vec<String>,
}

/// A number of a row; what is not known adds nothing.
fn sum(rows: &[Value], name: &str) -> i64 {
    rows.iter().map(|row| row[name].as_i64().unwrap_or(0)).sum()
}

/// The distinct texts of a column.
fn distinct(rows: &[Value], name: &str) -> Vec<String> {
    let mut found: Vec<String> =
        rows.iter().filter_map(|row| row[name].as_str().map(str::to_owned)).collect();
    found.sort();
    found.dedup();
    found
}

impl Figures {
    /// What the API says of a connection.
    pub fn of(server: &Server, connection: &Connection) -> Figures {
        let filter = format!("&connection={}", connection.id);
        let usage = server.daily("daily-usage", &filter);
        let activity = server.daily("daily-activity", &filter);
        let coverage: Vec<Value> = activity.iter().map(|row| row["coverage"].clone()).collect();
        Figures {
            input: sum(&usage, "input_tokens"),
            output: sum(&usage, "output_tokens"),
            cache_read: sum(&usage, "cache_read_tokens"),
            cache_creation: sum(&usage, "cache_creation_tokens"),
            cost_micros: sum(&usage, "cost_micros"),
            requests: sum(&usage, "requests"),
            sessions: sum(&activity, "sessions"),
            prompts: sum(&activity, "prompts"),
            lines_added: sum(&activity, "lines_added"),
            lines_removed: sum(&activity, "lines_removed"),
            commits: sum(&activity, "commits"),
            pull_requests: sum(&activity, "pull_requests"),
            edits_accepted: sum(&activity, "edits_accepted"),
            edits_rejected: sum(&activity, "edits_rejected"),
            tool_calls: sum(&activity, "tool_calls"),
            errors: sum(&activity, "errors"),
            metrics_tokens: sum(&coverage, "metrics_tokens"),
            events_tokens: sum(&coverage, "events_tokens"),
            emails: distinct(&usage, "user_email"),
            sources: distinct(&usage, "source"),
        }
    }

    /// What the truth of a run says.
    pub fn expected(truth: &Value) -> Figures {
        let number = |name: &str| truth[name].as_i64().expect(name);
        let tokens = |name: &str| truth["tokens"][name].as_i64().expect(name);
        let emails = truth["emails"].as_array().expect("emails");
        let starts = truth["session_starts"].as_object().expect("starts");
        let active = number("active_sessions");
        Figures {
            input: tokens("input"),
            output: tokens("output"),
            cache_read: tokens("cache_read"),
            cache_creation: tokens("cache_creation"),
            cost_micros: (truth["cost_usd"].as_f64().expect("cost") * 1.0e6).round() as i64,
            requests: number("requests"),
            // Where there are no session ids, process starts are what is known of sessions.
            sessions: if active > 0 {
                active
            } else {
                starts.values().filter_map(Value::as_i64).sum()
            },
            prompts: number("prompts"),
            lines_added: number("lines_added"),
            lines_removed: number("lines_removed"),
            commits: number("commits"),
            pull_requests: number("pull_requests"),
            edits_accepted: number("edits_accepted"),
            edits_rejected: number("edits_rejected"),
            tool_calls: number("tool_results"),
            errors: number("api_errors"),
            metrics_tokens: number("tokens_metrics"),
            events_tokens: number("tokens_events"),
            emails: emails.iter().filter_map(|email| email.as_str().map(str::to_owned)).collect(),
            sources: vec![truth["source"].as_str().expect("source").to_owned()],
        }
    }

    /// The same, as far as metrics alone can tell.
    pub fn by_metrics(self) -> Figures {
        Figures {
            requests: 0,
            prompts: 0,
            tool_calls: 0,
            errors: 0,
            events_tokens: 0,
            sources: vec!["metrics".to_owned()],
            ..self
        }
    }

    /// The same, as far as logs alone can tell.
    pub fn by_logs(self, has_session_ids: bool) -> Figures {
        Figures {
            lines_added: 0,
            lines_removed: 0,
            commits: 0,
            pull_requests: 0,
            metrics_tokens: 0,
            sessions: if has_session_ids { self.sessions } else { 0 },
            sources: vec!["events".to_owned()],
            ..self
        }
    }

    /// Whether two are the same; each row's cost may be rounded by half a micro-USD.
    pub fn assert_same(&self, expected: &Figures, what: &str) {
        let off = (self.cost_micros - expected.cost_micros).abs();
        assert!(off <= 4, "{what}: cost {} for {}", self.cost_micros, expected.cost_micros);
        let aligned = Figures { cost_micros: expected.cost_micros, ..self.clone() };
        assert_eq!(&aligned, expected, "{what}");
    }
}
