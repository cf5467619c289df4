//! Detections by API: filters, pages, exports, counts.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{FOUND, HOSTILE};

/// Every day there are detections of.
const DAYS: &str = "from=2026-11-01&to=2026-11-30";

/// The rows of a filter, on one page.
fn rows(filter: &str) -> Vec<Value> {
    let page = FOUND.get(&format!("/api/v1/detections?{DAYS}&limit=10000{filter}")).json();
    assert_eq!(page["next_cursor"], Value::Null);
    page["data"].as_array().expect("rows").clone()
}

#[test]
fn a_row_says_where_and_never_what() {
    let row = rows("&type=aws-access-key-id").remove(0);
    let keys: BTreeSet<&str> =
        row.as_object().expect("an object").keys().map(String::as_str).collect();
    let expected = [
        "after",
        "before",
        "connection_id",
        "day",
        "first_at",
        "id",
        "last_at",
        "path",
        "secret",
        "session_id",
        "times",
        "type",
        "user_email",
    ];
    assert_eq!(keys, expected.into_iter().collect());
    let id = row["id"].as_str().expect("an id").strip_prefix("det_").expect("its prefix");
    assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    assert_eq!(row["secret"], "07".repeat(16));
    assert_eq!((&row["connection_id"], &row["times"]), (&"con_1".into(), &2.into()));
    assert!(row["last_at"].as_str().expect("a time").starts_with("2026-11-1"));
}

#[test]
fn the_published_columns_are_the_keys_of_the_rows() {
    let schema = FOUND.get("/api/v1/schema").json();
    let tables = schema["tables"].as_array().expect("tables").clone();
    let table = tables.iter().find(|table| table["path"] == "/api/v1/detections");
    let columns = table.expect("it is published")["columns"].as_array().expect("columns").clone();
    for row in rows("") {
        let row = row.as_object().expect("an object");
        assert_eq!(row.len(), columns.len());
        for column in &columns {
            let value = &row[column["name"].as_str().expect("a name")];
            assert!(column["nullable"] == true || !value.is_null(), "{column}");
            assert!(value.is_i64() == (column["type"] == "integer"), "{column}: {value}");
        }
    }
}

#[test]
fn the_latest_come_first() {
    let times: Vec<String> = rows("").iter().map(|row| row["last_at"].to_string()).collect();
    assert_eq!(times.len(), 121);
    assert!(times.iter().rev().is_sorted());
}

#[test]
fn every_filter_leaves_its_rows_alone() {
    for (filter, count) in [
        ("", 121),
        ("&type=github-pat", 80),
        ("&type=nothing", 0),
        ("&user=ada%40example.com", 60),
        ("&user=nobody%40example.com", 0),
        ("&connection=con_1", 120),
        ("&connection=con_2", 1),
        ("&session=session-3", 24),
        ("&type=github-pat&session=session-3", 16),
    ] {
        assert_eq!(rows(filter).len(), count, "{filter}");
    }
    let day = FOUND.get("/api/v1/detections?from=2026-11-10&to=2026-11-10").json();
    assert_eq!(day["data"].as_array().expect("rows").len(), 31);
}

#[test]
fn pages_of_any_size_give_the_rows_of_one_page() {
    let whole = rows("");
    for limit in [1, 7, 50, 120, 121, 122] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/detections?{DAYS}&limit={limit}{cursor}");
            let page = FOUND.get(&path).json();
            found.extend(page["data"].as_array().expect("rows").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(found, whole, "by {limit}");
    }
}

#[test]
fn csv_and_ndjson_have_the_rows_of_json() {
    let whole = rows("");
    let text = FOUND.get(&format!("/api/v1/detections?{DAYS}&format=ndjson"));
    let text = String::from_utf8(text.body).expect("text");
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines, whole);
    let answer = FOUND.get(&format!("/api/v1/detections?{DAYS}&format=csv"));
    assert!(answer.header("content-disposition").contains("detections-2026-11-01"));
    let mut reader = csv::Reader::from_reader(answer.body.as_slice());
    let columns = reader.headers().expect("a header").clone();
    for (line, row) in reader.records().zip(&whole) {
        let line = line.expect("CSV");
        assert_eq!(columns.len(), row.as_object().expect("an object").len());
        for (column, found) in columns.iter().zip(&line) {
            let expected = match &row[column] {
                Value::Null => String::new(),
                Value::String(text) if text.starts_with('=') => format!("'{text}"),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(found, expected, "{column}");
        }
    }
}

#[test]
fn no_cell_of_an_export_is_a_formula() {
    let csv = FOUND.get(&format!("/api/v1/detections?{DAYS}&connection=con_2&format=csv"));
    let mut reader = csv::Reader::from_reader(csv.body.as_slice());
    let row = reader.records().next().expect("a row").expect("CSV");
    assert!(row.iter().any(|cell| cell == format!("'{HOSTILE}")), "{row:?}");
    assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '@'])), "{row:?}");
}

#[test]
fn counts_are_the_sum_of_the_rows() {
    for filter in ["", "&type=github-pat", "&user=ada%40example.com", "&connection=con_2"] {
        let times = |rows: &[Value]| rows.iter().map(|row| row["times"].as_i64().unwrap()).sum();
        let total: i64 = times(&rows(filter));
        let counts = FOUND.get(&format!("/api/v1/detections/counts?{DAYS}{filter}")).json();
        assert_eq!(counts["detections"], total, "{filter}");
        for part in ["by_type", "by_day"] {
            assert_eq!(times(counts[part].as_array().expect(part)), total, "{filter} {part}");
        }
    }
    let counts = FOUND.get(&format!("/api/v1/detections/counts?{DAYS}")).json();
    assert_eq!(counts["by_type"][0]["type"], "github-pat");
    assert_eq!(counts["people"], 2);
    assert!(counts["payloads_scanned"].is_i64());
}

#[test]
fn a_wrong_parameter_is_named_with_an_example() {
    for (path, parameter) in [
        ("/api/v1/detections", "from"),
        ("/api/v1/detections?from=2026-11-01&to=2026-10-01", "from"),
        ("/api/v1/detections?from=2026-11-01&to=2026-11-02&model=x", "model"),
        ("/api/v1/detections?from=2026-11-01&to=2026-11-02&connection=1", "connection"),
        ("/api/v1/detections?from=2026-11-01&to=2026-11-02&limit=0", "limit"),
        ("/api/v1/detections?from=2026-11-01&to=2026-11-02&cursor=31", "cursor"),
        ("/api/v1/detections?from=2026-11-01&to=2026-11-02&format=xls", "format"),
        ("/api/v1/detections/counts?from=2026-11-01", "to"),
        ("/api/v1/detections/counts?from=2026-11-01&to=2026-11-02&limit=5", "limit"),
    ] {
        let answer = FOUND.get(path);
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(answer.json()["parameter"], parameter, "{path}");
    }
}

#[test]
fn the_cursor_of_another_table_is_refused() {
    let page = FOUND.get(&format!("/api/v1/detections?{DAYS}&limit=1")).json();
    let cursor = page["next_cursor"].as_str().expect("a cursor");
    let path = format!("/api/v1/daily-usage?{DAYS}&cursor={cursor}");
    assert_eq!(FOUND.get(&path).json()["parameter"], "cursor");
}

#[test]
fn the_catalogue_names_every_rule_once() {
    let rules = FOUND.get("/api/v1/redaction-rules").json();
    let rules = rules["data"].as_array().expect("rules");
    let ids: BTreeSet<&str> =
        rules.iter().map(|rule| rule["id"].as_str().expect("an id")).collect();
    assert_eq!(ids.len(), rules.len());
    assert!(ids.contains("anthropic-api-key"), "{ids:?}");
    assert!(ids.len() >= 80, "{}", ids.len());
    for rule in rules {
        let is_contact = rule["group"] == "Addresses of people and machines";
        assert_eq!(rule["on_by_default"], !is_contact, "emails are what usage is counted by");
        for told in ["group", "catches", "spares"] {
            assert!(rule[told].as_str().expect("text").len() > 3, "{rule}");
        }
    }
}
