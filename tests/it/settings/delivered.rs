//! What was generated is used: its endpoint and header deliver a captured run, and its person
//! is counted.

use serde_json::Value;

use crate::support::server::daybook;
use crate::support::{Answer, Run, Server, corpus};

/// Sends a captured run as a client of these variables does.
fn report(server: &Server, env: &Value, run: &Run) -> Vec<Answer> {
    let endpoint = env["OTEL_EXPORTER_OTLP_ENDPOINT"].as_str().expect("an endpoint");
    let path = endpoint.strip_prefix(server.url.as_str()).expect("it leads here");
    let header = env["OTEL_EXPORTER_OTLP_HEADERS"].as_str().expect("a header");
    let (name, value) = header.split_once('=').expect("a name and a value");
    let send = |request: &crate::support::Captured| {
        let mut headers = vec![("Content-Type", request.content_type.as_str()), (name, value)];
        headers.extend(request.content_encoding.iter().map(|it| ("Content-Encoding", it.as_str())));
        server.post(&format!("{path}/v1/{}", request.kind.name()), &headers, &request.body)
    };
    run.requests.iter().map(send).collect()
}

#[test]
fn generated_settings_make_a_client_report_here() {
    let server = Server::start();
    let connection = server.connection("generated");
    let output = daybook(&["settings", "--endpoint", &server.url, "--token", &connection.token]);
    let settings: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let run = corpus::run("r13a-user-settings-env");
    for answer in report(&server, &settings["env"], &run) {
        assert_eq!(answer.status, 200);
    }
    server.settle();
    let rows = server.daily("daily-usage", &format!("&connection={}", connection.id));
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row["user_email"] == "from.settings@xyz.com"), "{rows:?}");
}

#[test]
fn the_first_start_prints_the_same_settings() {
    let server = Server::start();
    let begin = server.printed.find("\n{\n").expect("settings");
    let printed: Value = serde_json::from_str(&server.printed[begin..]).expect("JSON");
    let header = printed["env"]["OTEL_EXPORTER_OTLP_HEADERS"].as_str().expect("a header");
    let token = header.strip_prefix("Authorization=Bearer ").expect("a token");
    let output = daybook(&["settings", "--endpoint", &server.url, "--token", token]);
    let generated: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(printed, generated);
}
