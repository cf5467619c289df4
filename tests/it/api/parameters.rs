//! A wrong parameter is named, with what was expected and an example.

use serde_json::Value;

use super::{ALWAYS, SERVER, TABLES, rows};

/// Fails unless both tables refuse a query for this parameter.
fn assert_refused(query: &str, parameter: &str) {
    for table in TABLES {
        let answer = SERVER.get(&format!("/api/v1/{table}?{query}"));
        assert_eq!(answer.status, 400, "{table}?{query}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{query}");
        let problem = answer.json();
        assert_eq!(problem["status"], 400, "{query}");
        assert_eq!(problem["parameter"], parameter, "{query}");
        for field in ["type", "title", "detail", "expected", "example"] {
            let text = problem[field].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{query}: {field} of {problem}");
        }
    }
}

#[test]
fn a_missing_day_is_named() {
    assert_refused("", "from");
    assert_refused("to=2026-11-01", "from");
    assert_refused("from=2026-11-01", "to");
}

#[test]
fn a_day_that_is_none_is_named() {
    for day in [
        "",
        "x",
        "2026-13-01",
        "2026-02-30",
        "2026-1-1",
        "01.11.2026",
        "20261101",
        "0000-00-00",
        "2026-11-01T00:00:00Z",
        "%20026-11-01",
        "+2026-11-1",
        "12026-11-01",
        "1969-12-31",
        "%00",
        "2026-11-01%00",
        "%FF",
        "today",
    ] {
        assert_refused(&format!("from={day}&to=2026-11-30"), "from");
        assert_refused(&format!("from=2026-11-01&to={day}"), "to");
    }
}

#[test]
fn a_from_after_to_is_named() {
    assert_refused("from=2026-11-02&to=2026-11-01", "from");
}

#[test]
fn an_unknown_parameter_is_named() {
    for name in ["form", "From", "FROM", "users", "offset", "a%20b"] {
        let decoded = name.replace("%20", " ");
        assert_refused(&format!("{ALWAYS}&{name}=1"), &decoded);
    }
}

#[test]
fn an_unknown_parameter_of_any_length_is_answered_shortly() {
    let answer = SERVER.get(&format!("/api/v1/daily-usage?{ALWAYS}&{}=1", "x".repeat(5000)));
    assert_eq!(answer.status, 400);
    assert!(answer.body.len() < 1000, "{}", answer.body.len());
}

#[test]
fn a_limit_that_is_none_is_named() {
    for limit in ["0", "-1", "10001", "x", "", "1.5", "1e3", "99999999999999999999"] {
        assert_refused(&format!("{ALWAYS}&limit={limit}"), "limit");
    }
}

#[test]
fn a_basis_a_format_and_a_connection_that_are_none_are_named() {
    for value in ["", "x", "UTC", "Local"] {
        assert_refused(&format!("{ALWAYS}&basis={value}"), "basis");
    }
    for value in ["", "xml", "CSV", "json,csv"] {
        assert_refused(&format!("{ALWAYS}&format={value}"), "format");
    }
    for value in ["", "1", "con_", "con_x", "con_99999999999", "con_1.5", "usr_1"] {
        assert_refused(&format!("{ALWAYS}&connection={value}"), "connection");
    }
}

#[test]
fn an_email_that_names_nobody_is_named() {
    let long = "x".repeat(400);
    for value in ["", "%20", "a%0Ab", long.as_str()] {
        assert_refused(&format!("{ALWAYS}&user={value}"), "user");
    }
}

#[test]
fn a_cursor_that_is_none_is_named() {
    for cursor in ["", "x", "zz", "00", "31", "310a", "%00", "313233"] {
        assert_refused(&format!("{ALWAYS}&cursor={cursor}"), "cursor");
    }
}

#[test]
fn to_is_inclusive() {
    for table in TABLES {
        let day = rows(table)[0]["date"].as_str().expect("a day").to_owned();
        let data =
            SERVER.get(&format!("/api/v1/{table}?from={day}&to={day}")).json()["data"].clone();
        assert!(!data.as_array().expect("rows").is_empty(), "{table} on {day}");
    }
}

#[test]
fn a_filter_gives_the_rows_it_names_and_no_others() {
    let all = rows("daily-usage");
    let of = |filter: &str| SERVER.daily("daily-usage", filter);
    let expected = |column: &str, value: &str| -> Vec<Value> {
        all.iter().filter(|row| row[column] == value).cloned().collect()
    };
    assert_eq!(of("&user=person3%40example.com"), expected("user_email", "person3@example.com"));
    assert_eq!(of("&user=PERSON3@Example.com"), expected("user_email", "person3@example.com"));
    assert_eq!(of("&model=claude-haiku-5-5"), expected("model", "claude-haiku-5-5"));
    let connection = &SERVER.connection.id;
    assert_eq!(of(&format!("&connection={connection}")), expected("connection_id", connection));
    assert_eq!(of("&connection=con_9999"), Vec::<Value>::new());
    assert_eq!(of("&user=nobody@example.com"), Vec::<Value>::new());
}

#[test]
fn a_sign_in_a_filter_is_a_sign() {
    // Neither a wildcard nor a quote means anything, nor does what a database cannot store.
    for filter in [
        "&user=person%25@example.com",
        "&user=%27%20OR%201=1",
        "&model=%25",
        "&model='",
        "&model=%00",
    ] {
        let path = format!("/api/v1/daily-usage?{ALWAYS}{filter}");
        let answer = SERVER.get(&path);
        match answer.status {
            200 => assert_eq!(answer.json()["data"], serde_json::json!([]), "{filter}"),
            status => assert_eq!(status, 400, "{filter}"),
        }
    }
}
