//! The port of OTLP over HTTP: telemetry as at the main address, and nothing else.

use std::sync::LazyLock;

use prost::Message;

use crate::support::otlp_to_json::logs_to_json;
use crate::support::packing::pack;
use crate::support::rpc::{JSON, PROTOBUF};
use crate::support::{Reporter, Server, Shared};

static SERVER: LazyLock<Shared> =
    LazyLock::new(|| Shared::start(&["--otlp-http-listen", "127.0.0.1:0"]));

/// The port of OTLP over HTTP, as it was printed.
fn door() -> String {
    SERVER.door("OTLP over HTTP")
}

#[test]
fn telemetry_is_counted_at_both_prefixes() {
    let reporter = Reporter::new("ownport");
    let authorization = format!("Bearer {}", SERVER.connection.token);
    for prefix in ["/v1", "/api/otel/v1"] {
        let headers = [("Content-Type", PROTOBUF), ("Authorization", &authorization)];
        let body = reporter.tokens(&[1.0]).encode_to_vec();
        let answer = SERVER.post_to(&door(), &format!("{prefix}/metrics"), &headers, &body);
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b""[..]));
        let headers = [
            ("Content-Type", JSON),
            ("Content-Encoding", "gzip"),
            ("Authorization", &authorization),
        ];
        let body = pack("gzip", logs_to_json(&reporter.calls(&[10])).as_bytes());
        let answer = SERVER.post_to(&door(), &format!("{prefix}/logs"), &headers, &body);
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"{}"[..]));
    }
    // The records tell of more tokens than the points: theirs are published.
    assert_eq!(reporter.counted(&SERVER), 20);
}

#[test]
fn the_same_request_at_the_main_address_is_counted_once() {
    let reporter = Reporter::new("bothports");
    let body = reporter.tokens(&[5.0]).encode_to_vec();
    SERVER.accept("metrics", &body);
    let authorization = format!("Bearer {}", SERVER.connection.token);
    let headers = [("Content-Type", PROTOBUF), ("Authorization", authorization.as_str())];
    assert_eq!(SERVER.post_to(&door(), "/v1/metrics", &headers, &body).status, 200);
    assert_eq!(reporter.counted(&SERVER), 5);
}

#[test]
fn nothing_but_telemetry_is_here() {
    let authorization = format!("Bearer {}", SERVER.api_token());
    for path in ["/", "/daily", "/healthz", "/api/v1/status", "/api/v1/daily-usage", "/setup/x"] {
        let headers = [("Content-Type", JSON), ("Authorization", authorization.as_str())];
        let answer = SERVER.post_to(&door(), path, &headers, b"{}");
        answer.assert_refused(404, path);
    }
    let answer = SERVER.post_to(&door(), "/v1/metrics", &[("Content-Type", PROTOBUF)], b"");
    answer.assert_refused(401, "no token");
}

#[test]
fn without_the_flag_the_port_is_closed() {
    let server = Server::start();
    assert!(!server.printed.contains("OTLP over"), "{}", server.printed);
}

#[test]
fn a_server_with_the_port_stops_in_order() {
    let mut server = Server::start_with(&["--otlp-http-listen", "127.0.0.1:0"]);
    let connection = server.connection("stopping");
    let reporter = Reporter::new("stopping");
    for _ in 0..3 {
        server.send(&connection, "metrics", &reporter.tokens(&[2.0]).encode_to_vec());
        server.stop();
        server.run(&[]);
    }
    assert_eq!(reporter.counted(&server), 6);
}
