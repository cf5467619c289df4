//! `detections` as they are published.

use super::{Column, Table, column, nullable};

/// What redaction found.
pub const DETECTIONS: Table = Table {
    name: "detections",
    path: "/api/v1/detections",
    row: "one secret in one place of one session, a UTC day together",
    columns: COLUMNS,
};

/// What it was found by.
const SCANNER: &str = "the redaction, before anything is stored";

/// Its columns.
const COLUMNS: &[Column] = &[
    column("id", "string", None, "Stays the same while the same is found that day.", SCANNER),
    column("day", "date", None, "UTC day it was received.", "the clock of the server"),
    column("type", "string", None, "Built-in rule or own pattern, as in the marker.", SCANNER),
    column("path", "string", None, "Field or attribute it stood in.", "the request"),
    nullable(column("user_email", "string", None, "As the request declares.", "user.email")),
    nullable(column("session_id", "string", None, "As the request declares.", "session.id")),
    column("connection_id", "string", None, "The connection it came by.", "ingest token"),
    column("before", "string", None, "Redacted text before the marker, a few bytes.", SCANNER),
    column("after", "string", None, "Redacted text after the marker, a few bytes.", SCANNER),
    column(
        "secret",
        "string",
        None,
        "Keyed hash in hex: tells whether two are the same secret, and nothing else.",
        SCANNER,
    ),
    column("times", "integer", Some("times"), "How often it was found.", SCANNER),
    column("first_at", "string", None, "When it was first received, RFC 3339.", SCANNER),
    column("last_at", "string", None, "When it was last received, RFC 3339.", SCANNER),
];
