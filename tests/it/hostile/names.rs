//! More names than anybody has, and longer ones: all are counted, none is kept whole.

use std::collections::BTreeSet;

use prost::Message;
use serde_json::Value;

use super::memory::within_allowance;
use super::neighbour::beside_a_neighbour;
use crate::support::packing::gzip;
use crate::support::rpc::PROTOBUF;
use crate::support::telemetry::text;
use crate::support::{Reporter, Shared};

/// Sends protobuf, gzipped; it must be accepted whole.
fn accept(server: &Shared, kind: &str, body: &[u8]) {
    let answer = server.deliver(kind, PROTOBUF, "gzip", &gzip(body));
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b""[..]));
}

/// Every row of a user, however many.
fn rows(server: &Shared, table: &str, reporter: &Reporter) -> Vec<Value> {
    let path = format!(
        "/api/v1/{table}?from=2000-01-01&to=2100-01-01&format=ndjson&user={}",
        reporter.email
    );
    let answer = server.get(&path);
    assert_eq!(answer.status, 200);
    let lines = String::from_utf8(answer.body).expect("text");
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// A million models is the claim; 20,000 in four requests are sent, a fiftieth, so that an
/// unoptimized build takes seconds. Nothing in the server is sized by how many there are.
#[test]
fn a_multitude_of_models_is_counted_and_told_apart_within_bounds() {
    let server = Shared::start(&[]);
    let reporter = Reporter::new("multitude");
    beside_a_neighbour(&server, "multitude", || {
        for request in 0..4 {
            let points = (0..5_000)
                .map(|number| reporter.model_point(&format!("model-{request}-{number}"), 1.0))
                .collect();
            accept(&server, "metrics", &reporter.points(points).encode_to_vec());
        }
    });
    server.settle();
    let rows = rows(&server, "daily-usage", &reporter);
    let models: BTreeSet<&str> = rows.iter().filter_map(|row| row["model"].as_str()).collect();
    assert_eq!((rows.len(), models.len()), (2_001, 2_001));
    let tokens = |of: &Value| of["input_tokens"].as_i64().expect("tokens");
    assert_eq!(rows.iter().map(tokens).sum::<i64>(), 20_000);
    let others = rows.iter().find(|row| row["model"] == "(other)").expect("the others");
    assert_eq!(tokens(others), 18_000);
}

#[test]
fn ten_thousand_sessions_of_one_request_are_all_counted() {
    let server = Shared::start(&[]);
    let reporter = Reporter::new("sessions");
    let records = (0..10_000)
        .map(|number| {
            let session = format!("session-{number}");
            Reporter { session, ..reporter.clone() }.call(1)
        })
        .collect();
    let body = reporter.records(records).encode_to_vec();
    beside_a_neighbour(&server, "sessions", || accept(&server, "logs", &body));
    assert_eq!(reporter.counted(&server), 10_000);
    let rows = rows(&server, "daily-activity", &reporter);
    assert_eq!(rows.iter().filter_map(|row| row["sessions"].as_i64()).sum::<i64>(), 10_000);
}

#[test]
fn ten_thousand_users_of_one_request_are_all_counted() {
    let server = Shared::start(&[]);
    let reporter = Reporter::new("users");
    let points = (0..10_000)
        .map(|number| {
            let mut point = reporter.tokens_point(1.0);
            point.attributes.push(text("user.email", &format!("user-{number}@example.com")));
            point
        })
        .collect();
    let mut request = reporter.points(points);
    request.resource_metrics[0].resource = None;
    beside_a_neighbour(&server, "users", || {
        accept(&server, "metrics", &request.encode_to_vec());
    });
    server.settle();
    let answer = server.get("/api/v1/daily-usage?from=2000-01-01&to=2100-01-01&format=ndjson");
    let lines = String::from_utf8(answer.body).expect("text");
    let users: BTreeSet<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["user_email"].to_string())
        .filter(|email| email.starts_with("\"user-"))
        .collect();
    assert_eq!(users.len(), 10_000);
}

#[test]
fn a_model_of_absurd_length_is_cut_and_counted() {
    let server = Shared::start(&[]);
    let reporter = Reporter::new("longmodel");
    for letter in ["m", "é", "\u{1f980}"] {
        let point = reporter.model_point(&letter.repeat(300_000), 1.0);
        let body = reporter.points(vec![point]).encode_to_vec();
        within_allowance(&server, "a long model", || {
            beside_a_neighbour(&server, "longmodel", || accept(&server, "metrics", &body));
        });
    }
    assert_eq!(reporter.counted(&server), 3);
    for row in rows(&server, "daily-usage", &reporter) {
        assert!(row["model"].as_str().is_some_and(|model| model.len() <= 256), "it is cut");
    }
}

#[test]
fn a_session_of_absurd_length_is_counted() {
    let server = Shared::start(&[]);
    let reporter = Reporter { session: "s".repeat(500_000), ..Reporter::new("longsession") };
    beside_a_neighbour(&server, "longsession", || {
        accept(&server, "logs", &reporter.calls(&[97]).encode_to_vec());
    });
    assert_eq!(reporter.counted(&server), 97);
}

#[test]
fn an_email_of_absurd_length_names_nobody_and_its_use_is_counted() {
    let server = Shared::start(&[]);
    let email = format!("{}@example.com", "e".repeat(400_000));
    let reporter = Reporter { email, ..Reporter::new("longemail") };
    beside_a_neighbour(&server, "longemail", || {
        accept(&server, "metrics", &reporter.tokens(&[101.0]).encode_to_vec());
    });
    server.settle();
    let rows = server.daily("daily-usage", "");
    let unnamed: i64 = rows
        .iter()
        .filter(|row| row["user_email"].is_null())
        .filter_map(|row| row["input_tokens"].as_i64())
        .sum();
    assert_eq!(unnamed, 101);
}

#[test]
fn names_of_absurd_length_are_cut_and_their_use_is_counted() {
    let server = Shared::start(&[]);
    let reporter = Reporter::new("longname");
    let mut request = reporter.tokens(&[103.0]);
    let resource = request.resource_metrics[0].resource.as_mut().expect("a resource");
    for key in ["user.name", "user.id", "user.account_uuid", "service.version", "terminal.type"] {
        resource.attributes.push(text(key, &"ñ".repeat(200_000)));
    }
    beside_a_neighbour(&server, "longname", || {
        accept(&server, "metrics", &request.encode_to_vec());
    });
    assert_eq!(reporter.counted(&server), 103);
    let row = rows(&server, "daily-usage", &reporter).remove(0);
    assert!(row["user_name"].as_str().is_some_and(|name| name.len() <= 128), "it is cut");
}

#[test]
fn unknown_names_without_number_leave_a_short_status() {
    let server = Shared::start(&[]);
    let reporter = Reporter::new("unknownnames");
    let unknown = |number: usize| {
        let points = vec![reporter.tokens_point(1.0)];
        crate::support::reporter::sum(&format!("{number}-{}", "n".repeat(1000)), points)
    };
    for round in 0..5 {
        let metrics = (0..1000).map(|number| unknown(round * 1000 + number)).collect();
        let request = crate::support::reporter::metrics(reporter.resource(), metrics);
        accept(&server, "metrics", &request.encode_to_vec());
    }
    let status = server.settle();
    let names = status["unknown"]["metrics"].as_object().expect("names");
    let total: i64 = names.values().filter_map(Value::as_i64).sum();
    assert_eq!(total, 5000, "all are counted");
    assert!(names.keys().all(|name| name.len() <= 80), "none is whole");
    assert!(names.len() <= 500, "{} names", names.len());
}
