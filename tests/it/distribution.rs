//! The PostgreSQL schema can be spread over machines (Citus) as it is: every table has a column
//! to be distributed by, and no key goes across.

use std::collections::BTreeMap;

use daybook_test_database::{Backend, Database};

use crate::support::server::open;

/// What each table is distributed by, as ARCHITECTURE.md says it; `None` for small tables that
/// stand on every machine.
const DISTRIBUTED_BY: [(&str, Option<&str>); 39] = [
    ("installation", None),
    ("connections", None),
    ("ingest_tokens", None),
    ("connection_health", None),
    ("connection_traits", None),
    ("refused_requests", None),
    ("api_tokens", None),
    ("setup_links", None),
    ("workers", None),
    ("claims", None),
    ("accounts", None),
    ("logins", None),
    ("audit_log", None),
    ("provider_flows", None),
    ("audit_head", None),
    ("tallies", None),
    ("redaction_patterns", None),
    ("user_merges", None),
    ("user_splits", None),
    ("erased_users", None),
    ("erased_identities", None),
    ("team_memberships", None),
    ("team_periods", None),
    ("detections", Some("id")),
    ("__diesel_schema_migrations", None),
    ("signals", Some("id")),
    ("signal_bodies", Some("signal_id")),
    ("users", Some("id")),
    ("user_identities", Some("value")),
    ("sessions", Some("id")),
    ("session_usage", Some("session")),
    ("session_activity", Some("session")),
    ("session_signals", Some("session")),
    ("session_teams", Some("session")),
    ("series", Some("stream")),
    ("seen", Some("scope")),
    ("daily_usage", Some("user_id")),
    ("daily_activity", Some("user_id")),
    ("daily_teams", Some("user_id")),
];

/// A database with every table.
fn database() -> Database {
    let database = Database::on(Backend::Postgres);
    drop(open(&database));
    database
}

#[test]
fn every_key_begins_with_what_its_table_is_distributed_by() {
    let database = database();
    let by: BTreeMap<&str, Option<&str>> = DISTRIBUTED_BY.into_iter().collect();
    let tables = database.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    let mut tables: Vec<&str> = tables.lines().collect();
    tables.sort_unstable();
    assert_eq!(tables, by.keys().copied().collect::<Vec<_>>(), "every table is decided about");
    let keys = database.ask(
        "SELECT t.relname, i.relname, a.attname FROM pg_index x \
         JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
         JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public' \
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0] \
         WHERE x.indisunique",
    );
    for key in keys.lines() {
        let parts: Vec<&str> = key.split('|').collect();
        if let Some(column) = by[parts[0]] {
            assert_eq!(parts[2], column, "the unique index {} begins otherwise", parts[1]);
        }
    }
    for (table, column) in by {
        let Some(column) = column else { continue };
        let keyed = keys.lines().any(|key| key.starts_with(&format!("{table}|")));
        assert!(keyed, "{table} has a key that begins with {column}");
    }
}

#[test]
fn no_foreign_key_leaves_a_distributed_table() {
    let keys = database().ask(
        "SELECT c.conrelid::regclass FROM pg_constraint c \
         JOIN pg_namespace n ON n.oid = c.connamespace AND n.nspname = 'public' \
         WHERE c.contype = 'f'",
    );
    for table in keys.lines() {
        let of = DISTRIBUTED_BY.iter().find(|(name, _)| *name == table).expect("a table");
        assert_eq!(of.1, None, "{table} is distributed, and points elsewhere");
    }
}

#[test]
fn architecture_says_what_each_table_is_distributed_by() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/ARCHITECTURE.md"));
    let text = text.expect("ARCHITECTURE.md");
    for (table, column) in DISTRIBUTED_BY {
        let Some(column) = column else { continue };
        let row = format!("| `{table}` | `{column}` |");
        assert!(text.contains(&row), "ARCHITECTURE.md lacks the row {row}");
    }
}
