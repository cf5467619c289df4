//! Cursors walk every row once, whatever arrives meanwhile.

use std::collections::BTreeSet;

use prost::Message;
use serde_json::Value;

use super::{ALWAYS, SERVER, TABLES, rows};
use crate::support::{Reporter, Shared};

/// Walks a table with pages of so many rows; `between` is called after each page.
fn walk(server: &Shared, table: &str, limit: usize, mut between: impl FnMut()) -> Vec<Value> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = server.get(&format!("/api/v1/{table}?{ALWAYS}&limit={limit}{cursor}")).json();
        let data = page["data"].as_array().expect("rows");
        assert!(data.len() <= limit, "{} rows of {limit}", data.len());
        found.extend(data.iter().cloned());
        between();
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

/// What tells a row from others.
fn key(row: &Value) -> String {
    format!("{} {} {} {}", row["date"], row["user_id"], row["model"], row["connection_id"])
}

#[test]
fn pages_of_any_size_give_the_rows_of_one_page() {
    for table in TABLES {
        let whole = rows(table);
        for limit in [1, 2, 3, whole.len() - 1, whole.len(), whole.len() + 1] {
            assert_eq!(walk(&SERVER, table, limit, || {}), whole, "{table} by {limit}");
        }
    }
}

#[test]
fn the_last_page_has_no_cursor_even_when_it_is_full() {
    for table in TABLES {
        let path = format!("/api/v1/{table}?{ALWAYS}&limit={}", rows(table).len());
        assert_eq!(SERVER.get(&path).json()["next_cursor"], Value::Null, "{table}");
    }
}

#[test]
fn a_walk_meets_every_row_once_while_data_arrives() {
    let server = Shared::start(&[]);
    for number in 0..12 {
        let reporter = Reporter::new(&format!("early{number}"));
        server.accept("metrics", &reporter.tokens(&[1.0]).encode_to_vec());
    }
    server.settle();
    for table in TABLES {
        let before: BTreeSet<String> = server.daily(table, "").iter().map(key).collect();
        let mut late = 0;
        let walked = walk(&server, table, 1, || {
            if late < 12 {
                let newcomer = Reporter::new(&format!("late{late}{}", table.replace('-', "")));
                server.accept("metrics", &newcomer.tokens(&[1.0]).encode_to_vec());
                let known = Reporter::new(&format!("early{late}"));
                server.accept("metrics", &known.tokens(&[1.0]).encode_to_vec());
                server.settle();
                late += 1;
            }
        });
        let met: Vec<String> = walked.iter().map(key).collect();
        let distinct: BTreeSet<String> = met.iter().cloned().collect();
        assert_eq!(met.len(), distinct.len(), "{table}: no row is met twice");
        assert!(before.is_subset(&distinct), "{table}: no row is passed over");
    }
}

#[test]
fn rows_come_in_the_order_of_their_days() {
    for table in TABLES {
        let days: Vec<String> = rows(table).iter().map(|row| row["date"].to_string()).collect();
        assert!(days.is_sorted(), "{table}");
    }
}

#[test]
fn a_page_says_when_its_data_was_refreshed() {
    for table in TABLES {
        let page = SERVER.get(&format!("/api/v1/{table}?{ALWAYS}")).json();
        let time = page["data_refreshed_at"].as_str().expect("a time");
        assert!(chrono::DateTime::parse_from_rfc3339(time).is_ok(), "{time}");
    }
}
