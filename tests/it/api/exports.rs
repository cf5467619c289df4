//! CSV and NDJSON say what JSON says.

use serde_json::Value;

use super::{ALWAYS, SERVER, TABLES, rows};

/// An export as text.
fn export(table: &str, format: &str, more: &str) -> String {
    let answer = SERVER.get(&format!("/api/v1/{table}?{ALWAYS}&format={format}{more}"));
    assert_eq!(answer.status, 200, "{table} {format}");
    String::from_utf8(answer.body).expect("text")
}

/// Where a column of a CSV stands in a row of JSON.
fn in_json<'a>(row: &'a Value, column: &str) -> &'a Value {
    if let Some(column) = column.strip_prefix("coverage_") {
        return &row["coverage"][column];
    }
    if row.get(column).is_some() {
        return &row[column];
    }
    let (tool, decision) = column.rsplit_once('_').expect("a tool and a decision");
    &row["tool_actions"][tool][decision]
}

/// A value of JSON as it stands in a CSV.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(texts) => {
            texts.iter().map(|text| text.as_str().expect("text")).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

#[test]
fn ndjson_has_the_rows_of_json() {
    for table in TABLES {
        let lines: Vec<Value> = export(table, "ndjson", "")
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert_eq!(lines, rows(table), "{table}");
    }
}

#[test]
fn csv_has_the_rows_of_json() {
    for table in TABLES {
        let text = export(table, "csv", "");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns = reader.headers().expect("a header").clone();
        let lines: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("CSV")).collect();
        let rows = rows(table);
        assert_eq!(lines.len(), rows.len(), "{table}");
        for (line, row) in lines.iter().zip(&rows) {
            for (column, found) in columns.iter().zip(line) {
                let expected = in_json(row, column);
                assert!(!expected.is_object(), "{table}: {column} is one value");
                let same = found == cell(expected)
                    || (expected.is_f64() && found.parse().ok() == expected.as_f64());
                assert!(same, "{table} {column}: {found} for {expected}");
            }
        }
    }
}

#[test]
fn csv_leaves_out_nothing_json_has() {
    for table in TABLES {
        let text = export(table, "csv", "&limit=1");
        let columns: Vec<String> = csv::Reader::from_reader(text.as_bytes())
            .headers()
            .expect("a header")
            .iter()
            .map(str::to_owned)
            .collect();
        let row = rows(table).remove(0);
        for (name, value) in row.as_object().expect("an object") {
            let inner = |prefix: &str, value: &Value| -> Vec<String> {
                let inner = value.as_object().expect("an object");
                inner.keys().map(|name| format!("{prefix}{name}")).collect()
            };
            let wanted = match name.as_str() {
                "coverage" => inner("coverage_", value),
                "tool_actions" => {
                    let tools = value.as_object().expect("tools");
                    tools.iter().flat_map(|(tool, of)| inner(&format!("{tool}_"), of)).collect()
                }
                _ => vec![name.clone()],
            };
            for name in wanted {
                assert!(columns.contains(&name), "{table}: {name}");
            }
        }
    }
}

#[test]
fn an_export_without_rows_is_a_header_or_nothing() {
    for table in TABLES {
        let none = "&connection=con_9999";
        assert_eq!(export(table, "csv", none).lines().count(), 1, "{table}");
        assert_eq!(export(table, "ndjson", none), "", "{table}");
    }
}

#[test]
fn an_export_with_a_limit_has_so_many_rows() {
    for table in TABLES {
        assert_eq!(export(table, "ndjson", "&limit=2").lines().count(), 2, "{table}");
        assert_eq!(export(table, "csv", "&limit=2").lines().count(), 3, "{table}");
    }
}

#[test]
fn an_export_is_a_file_to_keep() {
    for table in TABLES {
        for (format, media) in [("csv", "text/csv"), ("ndjson", "application/x-ndjson")] {
            let answer = SERVER.get(&format!("/api/v1/{table}?{ALWAYS}&format={format}"));
            assert!(answer.header("content-type").starts_with(media), "{format}");
            let file = answer.header("content-disposition");
            assert!(file.contains("attachment") && file.contains(table), "{file}");
            assert!(!answer.header("x-data-refreshed-at").is_empty());
        }
    }
}
