//! Traces are received like everything else and kept; nothing of them is counted.

use std::sync::LazyLock;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use serde_json::json;

use crate::support::otlp_to_json::traces_to_json;
use crate::support::packing::{ENCODINGS, pack};
use crate::support::reporter::{MODEL, moment};
use crate::support::rpc::{JSON, PROTOBUF};
use crate::support::telemetry::{number, text};
use crate::support::{Kind, Reporter, Shared, corpus};

/// A server that takes at most ten spans in a request.
static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&["--max-points", "10"]));

/// Spans of API calls that name tokens, as the client's own do.
fn spans(reporter: &Reporter, count: usize) -> ExportTraceServiceRequest {
    let span = || Span {
        name: "claude_code.llm_request".to_owned(),
        start_time_unix_nano: moment(),
        end_time_unix_nano: moment(),
        attributes: vec![
            text("session.id", &reporter.session),
            text("model", MODEL),
            number("input_tokens", 1000),
        ],
        ..Span::default()
    };
    let scope = ScopeSpans {
        spans: std::iter::repeat_with(span).take(count).collect(),
        ..ScopeSpans::default()
    };
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(Resource { attributes: reporter.resource(), ..Resource::default() }),
            scope_spans: vec![scope],
            ..ResourceSpans::default()
        }],
    }
}

/// The signals of traces a server keeps.
fn kept(server: &Shared) -> i64 {
    server.settle()["traces"]["kept"].as_i64().expect("a number")
}

#[test]
fn traces_are_kept_in_every_encoding_and_at_every_path() {
    let server = Shared::start(&[]);
    let reporter = Reporter::new("everytrace");
    let mut sent = 0;
    for path in ["/api/otel/v1/traces", "/v1/traces"] {
        for encoding in ENCODINGS {
            let body = pack(encoding, &spans(&reporter, 2).encode_to_vec());
            let answer = server.deliver_to(path, PROTOBUF, encoding, &body);
            assert_eq!((answer.status, answer.body.as_slice()), (200, &b""[..]), "{encoding}");
            let body = pack(encoding, traces_to_json(&spans(&reporter, 2)).as_bytes());
            let answer = server.deliver_to(path, JSON, encoding, &body);
            assert_eq!((answer.status, answer.body.as_slice()), (200, &b"{}"[..]), "{encoding}");
            sent += 2;
        }
    }
    assert_eq!(kept(&server), sent);
    assert_eq!(server.settle()["signals"]["folded"], sent);
}

#[test]
fn traces_count_nothing_and_their_neighbours_are_counted() {
    let reporter = Reporter::new("tracestokens");
    SERVER.accept("traces", &spans(&reporter, 5).encode_to_vec());
    SERVER.accept("logs", &reporter.calls(&[7]).encode_to_vec());
    SERVER.accept("traces", &spans(&reporter, 5).encode_to_vec());
    assert_eq!(reporter.counted(&SERVER), 7);
    let status = SERVER.settle();
    assert_eq!(status["signals"]["quarantined"], 0);
    assert_eq!(status["unknown"], json!({"metrics": {}, "events": {}}));
}

#[test]
fn captured_traces_are_kept_to_the_last() {
    let server = Shared::start(&[]);
    let run = corpus::run("r06-traces");
    server.replay(&server.connection, &run.requests);
    let traces = run.requests.iter().filter(|request| request.kind == Kind::Traces).count();
    assert_eq!((traces, kept(&server)), (5, 5));
}

#[test]
fn the_same_traces_again_are_kept_once() {
    let server = Shared::start(&[]);
    let body = spans(&Reporter::new("tracesagain"), 1).encode_to_vec();
    server.accept("traces", &body);
    server.accept("traces", &body);
    assert_eq!(kept(&server), 1);
    assert_eq!(server.settle()["signals"]["copies"], 1);
}

#[test]
fn spans_are_limited_like_points() {
    let reporter = Reporter::new("spanlimit");
    for (count, status) in [(10, 200), (11, 413)] {
        let request = spans(&reporter, count);
        let body = request.encode_to_vec();
        assert_eq!(SERVER.offer_protobuf("traces", &body).status, status, "{count}");
        let body = traces_to_json(&request);
        let answer = SERVER.deliver("traces", JSON, "identity", body.as_bytes());
        assert_eq!(answer.status, status, "{count} in JSON");
    }
}

#[test]
fn traces_that_cannot_be_decoded_are_refused() {
    let whole = spans(&Reporter::new("tracescut"), 2).encode_to_vec();
    for length in (1..whole.len()).step_by(9) {
        let answer = SERVER.offer_protobuf("traces", &whole[..length]);
        answer.assert_refused(400, &format!("cut to {length}"));
    }
    let answer = SERVER.deliver("traces", JSON, "identity", br#"{"resourceSpans":{}}"#);
    answer.assert_refused(400, "an object for a list");
    assert_eq!(SERVER.get("/v1/traces").status, 405);
}

#[test]
fn empty_traces_succeed_and_keep_nothing() {
    let server = Shared::start(&[]);
    let no_spans = spans(&Reporter::new("nospans"), 0);
    for body in [Vec::new(), no_spans.encode_to_vec()] {
        server.accept("traces", &body);
    }
    for body in ["{}", r#"{"resourceSpans":null}"#, &traces_to_json(&no_spans)] {
        assert_eq!(server.deliver("traces", JSON, "identity", body.as_bytes()).status, 200);
    }
    assert_eq!((kept(&server), server.settle()["signals"]["folded"].as_i64()), (0, Some(0)));
}
