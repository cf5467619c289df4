//! P4, P5 and P8: what an answer looks like, whatever its status.

use std::sync::LazyLock;

use prost::Message;

use crate::support::otlp_to_json::{logs_to_json, metrics_to_json};
use crate::support::packing::pack;
use crate::support::rpc::{self, JSON, PROTOBUF};
use crate::support::wire::head;
use crate::support::{Answer, Reporter, Shared, Wire};

static SERVER: LazyLock<Shared> =
    LazyLock::new(|| Shared::start(&["--max-body-bytes", "4000", "--body-timeout-secs", "1"]));

/// Stands in bodies and headers; no message may repeat it.
const PAYLOAD: &str = "pay-load-of-somebody";

/// A refusal: in the request's media type, with cause and cure, and nothing of the payload.
fn assert_says(answer: &Answer, status: u16, media: &str, cause: &str, cure: &str) {
    answer.assert_refused(status, cause);
    assert_eq!(answer.header("content-type"), media, "{cause}");
    let message = answer.refusal().message;
    assert!(message.contains(cause), "{message:?} names the cause: {cause}");
    assert!(message.contains(cure), "{message:?} names the cure: {cure}");
    assert!(!message.contains(PAYLOAD), "{message:?} quotes the payload");
}

/// A POST with any token.
fn post(path: &str, media: &str, authorization: &str, body: &[u8]) -> Answer {
    SERVER.post(path, &[("Content-Type", media), ("Authorization", authorization)], body)
}

#[test]
fn success_is_an_empty_body_in_protobuf() {
    let metrics = Reporter::new("successmetrics").tokens(&[1.0]).encode_to_vec();
    let logs = Reporter::new("successlogs").calls(&[1]).encode_to_vec();
    for (kind, body) in [("metrics", metrics), ("logs", logs)] {
        let answer = SERVER.offer_protobuf(kind, &body);
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b""[..]), "{kind}");
        assert_eq!(answer.header("content-type"), PROTOBUF, "{kind}");
    }
}

#[test]
fn success_is_an_empty_object_in_json() {
    let metrics = metrics_to_json(&Reporter::new("successmetricsjson").tokens(&[1.0]));
    let logs = logs_to_json(&Reporter::new("successlogsjson").calls(&[1]));
    for (kind, body) in [("metrics", metrics), ("logs", logs)] {
        let answer = SERVER.deliver(kind, JSON, "identity", body.as_bytes());
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"{}"[..]), "{kind}");
        assert_eq!(answer.header("content-type"), JSON, "{kind}");
    }
}

#[test]
fn what_cannot_be_decoded_is_answered_in_its_own_media_type() {
    for kind in ["metrics", "logs"] {
        let answer = SERVER.offer_protobuf(kind, PAYLOAD.as_bytes());
        assert_says(&answer, 400, PROTOBUF, "protobuf", "check");
        let body = format!("{{\"{PAYLOAD}\": {PAYLOAD}}}");
        let answer = SERVER.deliver(kind, JSON, "identity", body.as_bytes());
        assert_says(&answer, 400, JSON, "not valid JSON", "check");
    }
}

#[test]
fn a_missing_token_is_answered_in_the_requests_media_type() {
    for media in [PROTOBUF, JSON] {
        let answer = SERVER.post("/v1/logs", &[("Content-Type", media)], PAYLOAD.as_bytes());
        assert_says(&answer, 401, media, "token is missing", "OTEL_EXPORTER_OTLP_HEADERS");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

#[test]
fn a_wrong_token_is_answered_in_the_requests_media_type() {
    let wrong = format!("Bearer dbk_ingest_{}_{PAYLOAD}", "0".repeat(16));
    for media in [PROTOBUF, JSON] {
        let answer = post("/api/otel/v1/metrics", media, &wrong, b"");
        assert_says(&answer, 401, media, "not known or was revoked", "copy the settings");
    }
}

#[test]
fn a_wrong_path_is_answered_in_the_requests_media_type() {
    for media in [PROTOBUF, JSON] {
        for path in ["/api/otel/v1/nothing", "/v1/nothing", "/v1/metrics/more"] {
            let answer = post(path, media, "", PAYLOAD.as_bytes());
            assert_says(&answer, 404, media, "nothing is received here", "/api/otel/v1/metrics");
        }
    }
}

#[test]
fn a_wrong_method_is_answered_in_the_requests_media_type() {
    for media in [PROTOBUF, JSON] {
        for path in ["/api/otel/v1/metrics", "/v1/logs"] {
            let answer = SERVER.get_with(path, &[("Content-Type", media)]);
            assert_says(&answer, 405, media, "telemetry", "POST");
            assert_eq!(answer.header("allow"), "POST");
        }
    }
}

#[test]
fn a_large_body_is_answered_in_the_requests_media_type() {
    for media in [PROTOBUF, JSON] {
        let answer = SERVER.deliver("metrics", media, "identity", &[b' '; 4001]);
        assert_says(&answer, 413, media, "larger than 4000 bytes", "smaller batches");
    }
}

#[test]
fn an_unknown_content_encoding_is_answered_in_the_requests_media_type() {
    for media in [PROTOBUF, JSON] {
        let answer = SERVER.deliver("logs", media, "br", &pack("gzip", b""));
        assert_says(&answer, 415, media, "Content-Encoding", "OTEL_EXPORTER_OTLP_COMPRESSION");
    }
}

#[test]
fn an_unknown_media_type_is_answered_in_json() {
    for media in ["text/plain", PAYLOAD, "application/x-protobuf-but-not-quite", "", "*/*"] {
        let answer = SERVER.deliver("metrics", media, "identity", b"");
        assert_says(&answer, 415, JSON, "Content-Type", "OTEL_EXPORTER_OTLP_PROTOCOL");
    }
}

#[test]
fn a_body_that_stalls_is_answered_as_a_passing_fault() {
    for media in [PROTOBUF, JSON] {
        let mut wire = Wire::open(&SERVER);
        let head = head("/v1/metrics", &SERVER.connection.token, "Content-Length: 100\r\n");
        wire.send(head.replace(PROTOBUF, media));
        let answer = wire.answer();
        assert_eq!((answer.status, answer.headers["content-type"].as_str()), (503, media));
        assert_eq!(answer.headers["retry-after"], "1");
        let message = rpc::status(media, &answer.body).message;
        assert!(message.contains("did not arrive"), "{message:?} names the cause");
        assert!(message.contains("again") || message.contains("check"), "{message:?} has a cure");
    }
}

#[test]
fn each_status_has_the_code_that_goes_with_it() {
    let code = |answer: Answer| (answer.status, answer.refusal().code);
    assert_eq!(code(SERVER.offer_protobuf("metrics", b"x")), (400, 3));
    assert_eq!(code(post("/v1/logs", PROTOBUF, "", b"")), (401, 16));
    assert_eq!(code(post("/v1/nothing", PROTOBUF, "", b"")), (404, 5));
    assert_eq!(code(SERVER.get_with("/v1/logs", &[("Content-Type", PROTOBUF)])), (405, 12));
    assert_eq!(code(SERVER.offer_protobuf("metrics", &[0; 4001])), (413, 8));
}
