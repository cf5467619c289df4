//! Patterns by API: added, refused, tried, switched, deleted.

use serde_json::{Value, json};

use super::{Admin, OWN, PATTERNS};

#[test]
fn a_pattern_is_added_switched_and_deleted() {
    let added = OWN.send("POST", PATTERNS, &json!({"name": "whole", "pattern": "WHO-[0-9]{4}"}));
    assert_eq!(added.status, 201);
    assert_eq!(added.header("location"), format!("{PATTERNS}/whole"));
    let row = OWN.pattern("whole").expect("it is listed");
    assert_eq!(row, added.json());
    assert_eq!((&row["enabled"], &row["rescan_from"]), (&json!(true), &json!(0)));
    let path = format!("{PATTERNS}/whole");
    let off = OWN.send("PATCH", &path, &json!({"enabled": false}));
    assert_eq!((off.status, &off.json()["enabled"]), (200, &json!(false)));
    let on = OWN.send("PATCH", &path, &json!({"enabled": true}));
    assert_eq!((on.status, &on.json()["rescan_from"]), (200, &json!(0)));
    assert_eq!(OWN.send("DELETE", &path, &Value::Null).status, 204);
    assert_eq!(OWN.pattern("whole"), None);
    assert_eq!(OWN.send("DELETE", &path, &Value::Null).status, 404);
    assert_eq!(OWN.send("PATCH", &path, &json!({"enabled": true})).status, 404);
}

#[test]
fn a_pattern_that_may_not_run_is_refused_with_the_reason() {
    for (name, pattern, reason) in [
        ("Bad Name", "X[0-9]{2}", "small letters"),
        ("empty", "", "empty or longer"),
        ("long", &"x".repeat(1025), "empty or longer"),
        ("everywhere", "x*", "matches nothing"),
        ("endless", "x+", "any length"),
        ("behind", "(?<=a)b", "look-around"),
        ("back", "(a)\\1", "backreferences"),
        ("open", "(a", "unclosed"),
        ("large", "(\\w{20}){40}", "large"),
    ] {
        let answer = OWN.send("POST", PATTERNS, &json!({"name": name, "pattern": pattern}));
        assert_eq!(answer.status, 400, "{name}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["title"], "wrong pattern", "{name}");
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.contains(reason) || name == "large", "{name}: {detail}");
        assert_eq!(OWN.pattern(name), None);
    }
}

#[test]
fn a_pattern_that_hides_ordinary_text_wants_to_be_confirmed() {
    let new = json!({"name": "commits", "pattern": "[0-9a-f]{40}"});
    let answer = OWN.send("POST", PATTERNS, &new);
    assert_eq!(answer.status, 409);
    assert_eq!(answer.json()["ordinary"], json!(["a Git commit", "a digest"]));
    assert_eq!(OWN.pattern("commits"), None);
    let confirmed = json!({"name": "commits", "pattern": "[0-9a-f]{40}", "confirm": true});
    assert_eq!(OWN.send("POST", PATTERNS, &confirmed).status, 201);
}

#[test]
fn a_name_is_taken_once() {
    let new = json!({"name": "twice", "pattern": "TWI-[0-9]{4}"});
    assert_eq!(OWN.send("POST", PATTERNS, &new).status, 201);
    let again = OWN.send("POST", PATTERNS, &new);
    assert_eq!((again.status, &again.json()["title"]), (409, &json!("name taken")));
    let built_in = json!({"name": "anthropic-api-key", "pattern": "ANT-[0-9]{4}"});
    let answer = OWN.send("POST", PATTERNS, &built_in);
    assert_eq!((answer.status, &answer.json()["title"]), (409, &json!("name taken")));
}

#[test]
fn there_are_two_hundred_patterns_at_most() {
    let admin = Admin::start();
    let store = admin.server.store();
    for number in 0..200 {
        let name = format!("number-{number}");
        let add = daybook_schema::redaction_patterns::add;
        store.write(|conn| add(conn, &name, "X[0-9]{3}", 0)).expect("written").expect("added");
    }
    let new = json!({"name": "one-more", "pattern": "ONE-[0-9]{4}"});
    let answer = admin.send("POST", PATTERNS, &new);
    assert_eq!((answer.status, &answer.json()["title"]), (409, &json!("too many patterns")));
}

#[test]
fn a_pattern_is_tried_on_a_sample() {
    let sample = "é PRJ-123456 and PRJ-654321.";
    let path = format!("{PATTERNS}/test");
    let answer = OWN.send("POST", &path, &json!({"pattern": "PRJ-[0-9]{6}", "sample": sample}));
    assert_eq!(answer.status, 200);
    let tried = answer.json();
    assert_eq!(
        tried["matches"],
        json!([
            {"start": 3, "end": 13, "text": "PRJ-123456"},
            {"start": 18, "end": 28, "text": "PRJ-654321"},
        ])
    );
    assert_eq!(tried["redacted"], "é <REDACTED:your-pattern> and <REDACTED:your-pattern>.");
    assert_eq!(tried["ordinary"], json!([]));
}

#[test]
fn a_body_is_bounded_and_json() {
    let path = format!("{PATTERNS}/test");
    let whole = json!({"pattern": "[a-z]{3}", "sample": "x".repeat(64 << 10)});
    assert_eq!(OWN.send("POST", &path, &whole).status, 200);
    let long = json!({"pattern": "[a-z]{3}", "sample": "x".repeat((64 << 10) + 1)});
    assert_eq!(OWN.send("POST", &path, &long).status, 400);
    let huge = json!({"pattern": "[a-z]{3}", "sample": "x".repeat(1 << 20)});
    assert_eq!(OWN.send("POST", &path, &huge).status, 413);
    for body in [&b""[..], b"{", b"[]", b"null", b"\xff\xfe", b"{\"pattern\":\"x\"}"] {
        assert_eq!(OWN.send_bytes("POST", &path, body).status, 400, "{body:?}");
    }
    let authorization = format!("Bearer {}", OWN.token);
    for media in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
        let headers = [("Authorization", authorization.as_str()), ("Content-Type", media)];
        assert_eq!(OWN.server.call("POST", &path, &headers, b"{}").status, 415, "{media}");
    }
}

#[test]
fn what_is_wrong_with_a_body_is_said_without_its_values() {
    let secret = "a-secret-nobody-may-log";
    for body in [json!({"name": secret, "pattern": 7}), json!({"name": "x", "pattern": [secret]})] {
        let answer = OWN.send("POST", PATTERNS, &body);
        assert_eq!(answer.status, 400);
        assert!(!String::from_utf8_lossy(&answer.body).contains(secret));
    }
    let misspelled = OWN.send("POST", PATTERNS, &json!({"name": "x", "patern": "y"}));
    let detail = misspelled.json()["detail"].as_str().expect("a detail").to_owned();
    assert!(detail.contains("patern"), "{detail}");
}

#[test]
fn a_hostile_pattern_is_tried_in_time() {
    let path = format!("{PATTERNS}/test");
    let begun = std::time::Instant::now();
    for pattern in
        ["(a|aa|aaa){1,300}b", "(.{1,30}){1,30}x", "[A-Z]{1,999}[^A-Z]", "(?i)(a{1,9}){99}c"]
    {
        let sample = "aA".repeat(32 << 10);
        let answer = OWN.send("POST", &path, &json!({"pattern": pattern, "sample": sample}));
        assert!([200, 400].contains(&answer.status), "{pattern}");
    }
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}
