//! `daily_activity` as it is published.

use super::{Column, Table, column, nullable};

/// Decisions of both sources.
const DECISIONS: &str = "claude_code.code_edit_tool.decision, or tool_decision events";

/// Activity.
pub const ACTIVITY: Table = Table {
    name: "daily_activity",
    path: "/api/v1/daily-activity",
    row: "one user and day of one connection",
    columns: COLUMNS,
};

/// Its columns.
const COLUMNS: &[Column] = &[
    column("date", "date", None, "Day, in UTC or the installation's time zone.", "timeUnixNano"),
    column("connection_id", "string", None, "The connection it came by.", "ingest token"),
    column("user_id", "string", None, "Stays the same as long as the user does.", "user.email"),
    nullable(column("user_email", "string", None, "null: unattributed.", "user.email")),
    nullable(column("user_name", "string", None, "Name as last declared.", "user.name")),
    super::TEAM,
    super::DEPARTMENT,
    super::COST_CENTER,
    column(
        "is_active",
        "boolean",
        None,
        "Whether there was a session, a prompt or any consumption.",
        "everything",
    ),
    column(
        "sessions",
        "integer",
        Some("sessions"),
        "Distinct session ids with consumption or a prompt that day; process starts where \
         session ids are switched off.",
        "session.id, or claude_code.session.count",
    ),
    nullable(column(
        "lines_added",
        "integer",
        Some("lines"),
        "By edits; null where no metrics were heard.",
        "claude_code.lines_of_code.count",
    )),
    nullable(column(
        "lines_removed",
        "integer",
        Some("lines"),
        "By edits; null where no metrics were heard.",
        "claude_code.lines_of_code.count",
    )),
    nullable(column(
        "commits",
        "integer",
        Some("commits"),
        "Commands that committed; null where no metrics were heard.",
        "claude_code.commit.count",
    )),
    nullable(column(
        "pull_requests",
        "integer",
        Some("pull requests"),
        "Commands that opened one; null where no metrics were heard.",
        "claude_code.pull_request.count",
    )),
    column("edits_accepted", "integer", Some("decisions"), "Of all editing tools.", DECISIONS),
    column("edits_rejected", "integer", Some("decisions"), "Of all editing tools.", DECISIONS),
    nullable(column(
        "active_seconds_user",
        "number",
        Some("seconds"),
        "The person at work; null where no metrics were heard.",
        "claude_code.active_time.total, type user",
    )),
    nullable(column(
        "active_seconds_cli",
        "number",
        Some("seconds"),
        "The client at work; null where no metrics were heard.",
        "claude_code.active_time.total, type cli",
    )),
    nullable(column(
        "prompts",
        "integer",
        Some("prompts"),
        "Without slash commands; null where no events were heard.",
        "user_prompt events",
    )),
    nullable(column(
        "tool_calls",
        "integer",
        Some("calls"),
        "Tools that ran; null where no events were heard.",
        "tool_result events",
    )),
    nullable(column(
        "errors",
        "integer",
        Some("calls"),
        "API calls that failed for good; null where no events were heard.",
        "api_error events",
    )),
    column(
        "tool_actions",
        "object",
        Some("decisions"),
        "accepted and rejected of edit, multi_edit, write and notebook_edit.",
        DECISIONS,
    ),
    column(
        "coverage",
        "object",
        None,
        "How complete the day is: complete (both exporters heard, in agreement, no event known \
         to be missing), metrics_tokens, events_tokens, events, events_missing (at least), \
         sessions_without_events, sessions_without_metrics, client_versions.",
        "both exporters, event.sequence, scope version",
    ),
];
