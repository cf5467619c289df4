//! The REST JSON types: what consumers read, named as it is published.

use chrono::NaiveDate;
use serde::Serialize;

use crate::counters::{ActivityCounters, Basis};
use crate::teams;

/// What a consumer asks for; `from` and `to` are inclusive.
#[derive(Clone, Debug)]
pub struct DailyFilter {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub basis: Basis,
    /// The user's email, normalised.
    pub user: Option<String>,
    /// Canonical name.
    pub model: Option<String>,
    pub connection: Option<i32>,
    /// The team of the day, whatever it is before and after.
    pub team: Option<TeamFilter>,
}

/// Days of which team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TeamFilter {
    Named(String),
    /// Days of somebody who was in none.
    Nobody,
}

impl TeamFilter {
    /// Reads a parameter; `None` when it names none.
    pub fn parse(text: &str) -> Option<TeamFilter> {
        if text == teams::NO_TEAM {
            return Some(TeamFilter::Nobody);
        }
        Some(teams::name(text)).filter(|name| !name.is_empty()).map(TeamFilter::Named)
    }

    /// As a parameter says it.
    pub fn value(&self) -> &str {
        match self {
            TeamFilter::Named(name) => name,
            TeamFilter::Nobody => teams::NO_TEAM,
        }
    }
}

/// Where a page ended: the key of its last row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyCursor {
    pub day: NaiveDate,
    pub user_id: i64,
    /// Empty for activity, which has no model.
    pub model: String,
    pub connection_id: i32,
}

/// One row of `/api/v1/daily-usage`.
#[derive(Clone, Debug, Serialize)]
pub struct DailyUsageRow {
    pub date: NaiveDate,
    pub connection_id: String,
    pub user_id: String,
    /// `null`: unattributed.
    pub user_email: Option<String>,
    pub user_name: Option<String>,
    /// Of that day; `null`: none is known.
    pub team: Option<String>,
    pub department: Option<String>,
    pub cost_center: Option<String>,
    pub model: String,
    /// `null` where only metrics were heard: they do not say.
    pub requests: Option<i64>,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cache_read_tokens: i64,
    pub cache_creation_tokens: i64,
    pub cost_micros: i64,
    /// `metrics`, `events` or `mixed`.
    pub source: &'static str,
}

/// Accepted and rejected decisions of one tool.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Decisions {
    pub accepted: i64,
    pub rejected: i64,
}

/// Edit decisions by tool.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct ToolActions {
    pub edit: Decisions,
    pub multi_edit: Decisions,
    pub write: Decisions,
    pub notebook_edit: Decisions,
}

impl ToolActions {
    /// The decisions in some counters.
    pub fn of(counters: &ActivityCounters) -> ToolActions {
        ToolActions {
            edit: Decisions { accepted: counters.edit_accepted, rejected: counters.edit_rejected },
            multi_edit: Decisions {
                accepted: counters.multi_edit_accepted,
                rejected: counters.multi_edit_rejected,
            },
            write: Decisions {
                accepted: counters.write_accepted,
                rejected: counters.write_rejected,
            },
            notebook_edit: Decisions {
                accepted: counters.notebook_edit_accepted,
                rejected: counters.notebook_edit_rejected,
            },
        }
    }
}

/// How complete a user's day is.
#[derive(Clone, Debug, Serialize)]
pub struct CoverageRow {
    /// Whether both exporters were heard, agree, and no event is known to be missing.
    pub complete: bool,
    pub metrics_tokens: i64,
    pub events_tokens: i64,
    pub events: i64,
    /// At least so many events never came: gaps in `event.sequence`.
    pub events_missing: i64,
    /// Sessions whose events never came.
    pub sessions_without_events: i64,
    /// Sessions whose metrics never came.
    pub sessions_without_metrics: i64,
    pub client_versions: Vec<String>,
}

/// One row of `/api/v1/daily-activity`.
///
/// What only one exporter says is `null` where that exporter was never heard.
#[derive(Clone, Debug, Serialize)]
pub struct DailyActivityRow {
    pub date: NaiveDate,
    pub connection_id: String,
    pub user_id: String,
    pub user_email: Option<String>,
    pub user_name: Option<String>,
    /// Of that day; `null`: none is known.
    pub team: Option<String>,
    pub department: Option<String>,
    pub cost_center: Option<String>,
    pub is_active: bool,
    pub sessions: i64,
    /// `null` where no metrics were heard, as are commits, pull requests and seconds.
    pub lines_added: Option<i64>,
    pub lines_removed: Option<i64>,
    pub commits: Option<i64>,
    pub pull_requests: Option<i64>,
    pub edits_accepted: i64,
    pub edits_rejected: i64,
    pub active_seconds_user: Option<f64>,
    pub active_seconds_cli: Option<f64>,
    /// `null` where no events were heard, as are tool calls and errors.
    pub prompts: Option<i64>,
    pub tool_calls: Option<i64>,
    pub errors: Option<i64>,
    pub tool_actions: ToolActions,
    pub coverage: CoverageRow,
}

/// One row of `/api/v1/detections`: a secret in one place of one session, a day together.
#[derive(Clone, Debug, Serialize)]
pub struct DetectionRow {
    pub id: String,
    /// UTC.
    pub day: NaiveDate,
    /// The type, as in the marker.
    #[serde(rename = "type")]
    pub kind: String,
    pub path: String,
    pub user_email: Option<String>,
    pub session_id: Option<String>,
    pub connection_id: String,
    /// The redacted text on both sides of the marker.
    pub before: String,
    pub after: String,
    /// Keyed hash: the same secret is known again, and nothing else is.
    pub secret: String,
    pub times: i64,
    pub first_at: String,
    pub last_at: String,
}

/// A page of rows.
#[derive(Clone, Debug, Serialize)]
pub struct Page<Row> {
    pub data: Vec<Row>,
    /// Hand it in as `cursor` for the next page; `null` on the last one.
    pub next_cursor: Option<String>,
    /// Everything received before this has been counted.
    pub data_refreshed_at: String,
}
