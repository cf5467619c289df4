//! `daily_usage` as it is published.

use super::{Column, Table, column, nullable};

/// Tokens of both sources.
const TOKENS: &str = "claude_code.token.usage, or the api_request event";

/// Consumption.
pub const USAGE: Table = Table {
    name: "daily_usage",
    path: "/api/v1/daily-usage",
    row: "one user, day and model of one connection",
    columns: COLUMNS,
};

/// Its columns.
const COLUMNS: &[Column] = &[
    column(
        "date",
        "date",
        None,
        "Day of the points or records, in UTC or in the installation's time zone (`basis`).",
        "timeUnixNano",
    ),
    column("connection_id", "string", None, "The connection it came by.", "ingest token"),
    column("user_id", "string", None, "Stays the same as long as the user does.", "user.email"),
    nullable(column(
        "user_email",
        "string",
        None,
        "Lower-cased email; null while nobody is named (unattributed).",
        "user.email of the resource, else of the record, else a link by account or install",
    )),
    nullable(column("user_name", "string", None, "Name as last declared.", "user.name")),
    super::TEAM,
    super::DEPARTMENT,
    super::COST_CENTER,
    column(
        "model",
        "string",
        None,
        "Canonical name: provider prefix, date and revision off. Events name the model that \
         answered, metrics the one asked for. `(other)`: beyond the 2,000 rows a session is told \
         apart by.",
        "model",
    ),
    nullable(column(
        "requests",
        "integer",
        Some("requests"),
        "Successful API calls; null where source is metrics, which do not say. With source \
         mixed, those of the sessions measured by events.",
        "api_request events",
    )),
    column(
        "input_tokens",
        "integer",
        Some("tokens"),
        "Tokens sent, without what came from or went to the cache.",
        TOKENS,
    ),
    column("output_tokens", "integer", Some("tokens"), "Tokens answered.", TOKENS),
    column("cache_read_tokens", "integer", Some("tokens"), "Tokens read from the cache.", TOKENS),
    column(
        "cache_creation_tokens",
        "integer",
        Some("tokens"),
        "Tokens written to the cache.",
        TOKENS,
    ),
    column(
        "cost_micros",
        "integer",
        Some("millionths of a USD"),
        "The client's own estimate, not an invoice.",
        "claude_code.cost.usage, or cost_usd of api_request",
    ),
    column(
        "source",
        "string",
        None,
        "Which exporter the figures are from: metrics, events, or mixed where sessions differ. \
         Chosen a session at a time: the one with more tokens, events when equal.",
        "both exporters",
    ),
];
