//! How a connection is: what came of it, what its telemetry is like, why requests were refused.

use prost::Message;
use serde_json::{Value, json};

use super::{ADMIN, Admin, id_of, tokens_path};
use crate::support::reporter::{metrics, record, sum};
use crate::support::rpc::PROTOBUF;
use crate::support::server::until;
use crate::support::{Connection, Reporter, Server, corpus};

/// How a connection is, once something holds of it.
fn health_when(admin: &Admin, connection: &Connection, holds: impl Fn(&Value) -> bool) -> Value {
    let mut health = Value::Null;
    until(|| {
        let path = format!("/api/v1/connections/{}", connection.id);
        health = admin.get(&path).json()["health"].clone();
        holds(&health)
    });
    health
}

/// Sends a request that is refused; its status.
fn offend(server: &Server, path: &str, media: &str, token: &str, body: &[u8]) -> u16 {
    let authorization = format!("Bearer {token}");
    server.post(path, &[("Content-Type", media), ("Authorization", &authorization)], body).status
}

#[test]
fn a_new_connection_waits() {
    let connection = ADMIN.server.connection("waits");
    let health = health_when(&ADMIN, &connection, |_| true);
    assert_eq!(health["condition"], "waiting");
    assert!(health["steps"].as_object().expect("steps").values().all(|done| done == false));
    assert_eq!((&health["last_logs_at"], &health["users_24h"]), (&Value::Null, &json!(0)));
}

#[test]
fn six_steps_are_done_by_what_the_real_client_sends() {
    let connection = ADMIN.server.connection("corpus");
    let run = corpus::run("r01-proto-delta");
    ADMIN.server.replay(&connection, &run.requests);
    ADMIN.server.settle();
    let sent = run.requests.len();
    let health =
        health_when(&ADMIN, &connection, |health| health["requests_accepted"] == json!(sent));
    assert!(
        health["steps"].as_object().expect("steps").values().all(|done| done == true),
        "{health}"
    );
    assert_eq!(
        (&health["temporality"], &health["missing_attributes"]),
        (&json!(["delta"]), &json!([]))
    );
    assert!(health["last_metrics_at"].is_string() && health["last_logs_at"].is_string());
    assert_eq!(health["requests_refused"], 0);
    let used = &ADMIN.tokens(&connection)[0]["last_used_at"];
    assert!(
        used.as_str().is_some_and(|time| time.ends_with(":00.000000Z")),
        "to the minute: {used}"
    );
}

#[test]
fn users_and_versions_of_the_last_day_are_counted() {
    let connection = ADMIN.server.connection("versions");
    for (name, version) in [("vera", "2.1.9"), ("viktor", "2.1.9"), ("vito", "2.0.1")] {
        let reporter = Reporter::new(name);
        let mut resource = reporter.resource();
        resource.push(crate::support::telemetry::text("service.version", version));
        let usage = sum("claude_code.token.usage", vec![reporter.tokens_point(1.0)]);
        ADMIN.server.send(&connection, "metrics", &metrics(resource, vec![usage]).encode_to_vec());
    }
    ADMIN.server.settle();
    let health = health_when(&ADMIN, &connection, |health| health["requests_accepted"] == 3);
    assert_eq!(health["users_24h"], 3);
    assert_eq!(health["client_versions_24h"], json!({"2.1.9": 2, "2.0.1": 1}));
    assert_eq!(health["condition"], "metrics_only");
}

#[test]
fn what_telemetry_lacks_is_named() {
    let connection = ADMIN.server.connection("nameless");
    let nobody =
        record("api_request", vec![crate::support::telemetry::text("model", "claude-opus-5-5")]);
    let body = crate::support::reporter::logs(Vec::new(), vec![nobody]).encode_to_vec();
    ADMIN.server.send(&connection, "logs", &body);
    ADMIN.server.settle();
    let health = health_when(&ADMIN, &connection, |health| health["requests_accepted"] == 1);
    let missing = ["service.version", "session.id", "user.email", "user.id"];
    assert_eq!(health["missing_attributes"], json!(missing));
    assert_eq!(health["steps"]["user_identified"], false);
    assert_eq!(health["condition"], "logs_only");
}

#[test]
fn refused_requests_say_cause_and_cure_and_nothing_that_was_sent() {
    let connection = ADMIN.server.connection("refused");
    let (token, secret) = (&connection.token, "hunter2-in-the-body");
    let body = format!("{{\"resourceLogs\": \"{secret}\"}}");
    for _ in 0..3 {
        let json = "application/json";
        assert_eq!(offend(&ADMIN.server, "/v1/logs", json, token, body.as_bytes()), 400);
    }
    assert_eq!(offend(&ADMIN.server, "/v1/logs", "text/plain", token, body.as_bytes()), 415);
    assert_eq!(offend(&ADMIN.server, "/v1/nothing", PROTOBUF, token, b""), 404);
    let health = health_when(&ADMIN, &connection, |health| health["requests_refused"] == 5);
    let refused = health["refused"].as_array().expect("causes");
    let by = |status: u16| refused.iter().find(|row| row["status"] == status).expect("a cause");
    assert_eq!((&by(400)["times"], &by(400)["signal"]), (&json!(3), &json!("logs")));
    assert!(
        by(415)["message"]
            .as_str()
            .is_some_and(|text| text.contains("OTEL_EXPORTER_OTLP_PROTOCOL"))
    );
    assert!(
        by(404)["message"]
            .as_str()
            .is_some_and(|text| text.contains("OTEL_EXPORTER_OTLP_ENDPOINT"))
    );
    let shown = health.to_string();
    assert!(!shown.contains(secret) && !shown.contains(id_of(token)), "{shown}");
    assert_eq!(health["condition"], "refused");
}

#[test]
fn who_sends_to_the_wrong_path_alone_is_known_by_the_token() {
    let (path, method) = (ADMIN.server.connection("wrong path"), ADMIN.server.connection("media"));
    assert_eq!(offend(&ADMIN.server, "/v1/metric", PROTOBUF, &path.token, b""), 404);
    assert_eq!(offend(&ADMIN.server, "/v1/metrics", "text/plain", &method.token, b""), 415);
    for (connection, status) in [(path, 404), (method, 415)] {
        let health = health_when(&ADMIN, &connection, |health| health["requests_refused"] == 1);
        assert_eq!(health["refused"][0]["status"], status);
    }
}

#[test]
fn a_revoked_token_is_still_its_connections_trouble() {
    let connection = ADMIN.server.connection("dismissed");
    let path = format!("{}/{}", tokens_path(&connection), id_of(&connection.token));
    assert_eq!(ADMIN.send("DELETE", &path, &json!({})).status, 204);
    assert_eq!(offend(&ADMIN.server, "/v1/logs", PROTOBUF, &connection.token, b""), 401);
    let health = health_when(&ADMIN, &connection, |health| health["requests_refused"] == 1);
    assert_eq!(health["refused"][0]["status"], 401);
}

#[test]
fn requests_of_nobody_are_shown_to_admins_alone() {
    let (id, secret) = ("0123456789abcdef", "f".repeat(64));
    let unknown = format!("dbk_ingest_{id}_{secret}");
    for token in [&unknown, "hello"] {
        assert_eq!(offend(&ADMIN.server, "/v1/metrics", PROTOBUF, token, b""), 401);
    }
    let path = "/api/v1/refused-requests";
    until(|| ADMIN.get(path).json()["data"].to_string().contains("not known or was revoked"));
    let shown = ADMIN.get(path).json().to_string();
    assert!(!shown.contains(id) && !shown.contains(&secret[..12]), "{shown}");
    assert_eq!(ADMIN.server.get(path).status, 403, "a token that reads is no admin's");
}

#[test]
fn a_flood_of_refused_requests_is_a_few_rows() {
    let admin = Admin::over(Server::start());
    let connection = admin.server.connection("flooded");
    let body = |number: usize| format!("{}[", " ".repeat(number));
    for number in 0..300 {
        let body = body(number);
        let json = "application/json";
        assert_eq!(
            offend(&admin.server, "/v1/logs", json, &connection.token, body.as_bytes()),
            400
        );
    }
    let health = health_when(&admin, &connection, |health| health["requests_refused"] == 300);
    assert!(health["refused"].as_array().expect("causes").len() <= 20);
}

#[test]
fn what_was_gathered_is_written_when_the_server_stops() {
    let mut admin = Admin::over(Server::start());
    let connection = admin.server.connection("stopped");
    let reporter = Reporter::new("stopped");
    for _ in 0..5 {
        admin.server.send(&connection, "metrics", &reporter.tokens(&[1.0]).encode_to_vec());
    }
    admin.server.stop();
    let id = daybook_schema::connections::parse_public_id(&connection.id).expect("an id");
    let health = admin.server.store().read(|conn| daybook_schema::connection_health::of(conn, id));
    assert_eq!(health.expect("the database").accepted, 5);
}
