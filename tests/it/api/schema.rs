//! The published schema is the truth about the rows.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{SERVER, TABLES, rows};

/// The published columns of a table.
fn columns(table: &str) -> Vec<Value> {
    let schema = SERVER.get("/api/v1/schema").json();
    let path = format!("/api/v1/{table}");
    let tables = schema["tables"].as_array().expect("tables");
    let published = tables.iter().find(|published| published["path"] == path.as_str());
    published.expect("it is published")["columns"].as_array().expect("columns").clone()
}

/// Whether a value is of a published type.
fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "date" => value.as_str().is_some_and(|day| {
            chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok() && day.len() == 10
        }),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        _ => false,
    }
}

#[test]
fn the_published_columns_are_the_keys_of_the_rows() {
    for table in TABLES {
        let published: Vec<String> = columns(table)
            .iter()
            .map(|column| column["name"].as_str().expect("a name").to_owned())
            .collect();
        let distinct: BTreeSet<&String> = published.iter().collect();
        assert_eq!(distinct.len(), published.len(), "{table}: no column stands twice");
        for row in rows(table) {
            let keys: BTreeSet<&String> = row.as_object().expect("an object").keys().collect();
            assert_eq!(keys, distinct, "{table}");
        }
    }
}

#[test]
fn every_value_is_of_its_published_type() {
    for table in TABLES {
        for column in columns(table) {
            let name = column["name"].as_str().expect("a name");
            let kind = column["type"].as_str().expect("a type");
            for row in rows(table) {
                let value = &row[name];
                let nullable = column["nullable"] == true && value.is_null();
                assert!(nullable || is_of(kind, value), "{table} {name} {kind}: {value}");
            }
        }
    }
}

#[test]
fn every_column_says_what_it_means_and_where_it_is_from() {
    for table in TABLES {
        for column in columns(table) {
            for field in ["name", "type", "meaning", "source"] {
                let text = column[field].as_str().unwrap_or_default();
                assert!(!text.is_empty(), "{table}: {field} of {column}");
            }
            assert!(column["nullable"].is_boolean(), "{column}");
            let counts = matches!(column["type"].as_str(), Some("integer" | "number"));
            assert!(!counts || column["unit"].is_string(), "{table}: the unit of {column}");
        }
    }
}

#[test]
fn an_unattributed_user_has_no_email() {
    for table in TABLES {
        let rows = rows(table);
        let unnamed: Vec<&Value> = rows.iter().filter(|row| row["user_email"].is_null()).collect();
        assert_eq!(unnamed.len(), 1, "{table}");
        let id = unnamed[0]["user_id"].as_str().expect("an id");
        assert!(id.starts_with("usr_") && id.len() == 20, "{id}");
    }
}

#[test]
fn requests_are_unknown_where_the_source_is_metrics() {
    let rows = rows("daily-usage");
    assert!(rows.iter().any(|row| row["source"] == "metrics"), "both sources are there");
    assert!(rows.iter().any(|row| row["source"] == "events"), "both sources are there");
    for row in rows {
        assert_eq!(row["requests"].is_null(), row["source"] == "metrics", "{row}");
    }
}

#[test]
fn the_status_has_the_shape_scripts_lean_on() {
    let status = SERVER.get("/api/v1/status").json();
    for count in ["waiting", "folded", "quarantined"] {
        assert!(status["signals"][count].is_i64(), "{count} of {status}");
    }
    assert_eq!(status["signals"]["quarantined"], 0);
    assert!(status["signals"]["folded"].as_i64() > Some(10));
    for text in ["version", "database", "time_zone", "data_refreshed_at"] {
        assert!(status[text].is_string(), "{text} of {status}");
    }
    for names in ["metrics", "events"] {
        assert!(status["unknown"][names].is_object(), "{names} of {status}");
    }
    assert!(status["records"]["refused"].is_object(), "{status}");
}
