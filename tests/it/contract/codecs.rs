//! P1 to P3: every content encoding, media type and path, each counted exactly.

use std::sync::LazyLock;

use prost::Message;

use crate::support::otlp_to_json::{logs_to_json, metrics_to_json};
use crate::support::packing::{ENCODINGS, pack};
use crate::support::rpc::{JSON, PROTOBUF};
use crate::support::{Reporter, Shared};

static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&[]));

/// Sends one body packed in every way; each must be accepted whole.
fn accept_in_every_encoding(kind: &str, media: &str, body: impl Fn() -> Vec<u8>) {
    let whole: &[u8] = if media == JSON { b"{}" } else { b"" };
    for encoding in ENCODINGS {
        let answer = SERVER.deliver(kind, media, encoding, &pack(encoding, &body()));
        assert_eq!((answer.status, answer.body.as_slice()), (200, whole), "{encoding} {media}");
    }
}

#[test]
fn protobuf_metrics_are_counted_in_every_content_encoding() {
    let reporter = Reporter::new("protobufmetrics");
    accept_in_every_encoding("metrics", PROTOBUF, || reporter.tokens(&[3.0, 4.0]).encode_to_vec());
    assert_eq!(reporter.counted(&SERVER), 4 * 7);
}

#[test]
fn json_metrics_are_counted_in_every_content_encoding() {
    let reporter = Reporter::new("jsonmetrics");
    accept_in_every_encoding("metrics", JSON, || {
        metrics_to_json(&reporter.tokens(&[5.0, 6.0])).into_bytes()
    });
    assert_eq!(reporter.counted(&SERVER), 4 * 11);
}

#[test]
fn protobuf_logs_are_counted_in_every_content_encoding() {
    let reporter = Reporter::new("protobuflogs");
    accept_in_every_encoding("logs", PROTOBUF, || reporter.calls(&[7, 8]).encode_to_vec());
    assert_eq!(reporter.counted(&SERVER), 4 * 15);
}

#[test]
fn json_logs_are_counted_in_every_content_encoding() {
    let reporter = Reporter::new("jsonlogs");
    accept_in_every_encoding("logs", JSON, || logs_to_json(&reporter.calls(&[9, 10])).into_bytes());
    assert_eq!(reporter.counted(&SERVER), 4 * 19);
}

#[test]
fn the_same_body_in_another_content_encoding_is_counted_once() {
    let reporter = Reporter::new("repacked");
    let body = reporter.tokens(&[11.0]).encode_to_vec();
    accept_in_every_encoding("metrics", PROTOBUF, || body.clone());
    assert_eq!(reporter.counted(&SERVER), 11);
}

#[test]
fn content_encodings_are_read_in_any_case() {
    let reporter = Reporter::new("encodingcase");
    for encoding in ["GZIP", "Gzip", "x-gzip"] {
        let body = pack("gzip", &reporter.tokens(&[2.0]).encode_to_vec());
        assert_eq!(SERVER.deliver("metrics", PROTOBUF, encoding, &body).status, 200, "{encoding}");
    }
    assert_eq!(reporter.counted(&SERVER), 6);
}

#[test]
fn both_prefixes_open_both_doors() {
    let reporter = Reporter::new("prefixes");
    for prefix in ["/api/otel/v1", "/v1"] {
        let body = reporter.tokens(&[100.0]).encode_to_vec();
        let path = format!("{prefix}/metrics");
        assert_eq!(SERVER.deliver_to(&path, PROTOBUF, "identity", &body).status, 200, "{path}");
    }
    assert_eq!(reporter.counted(&SERVER), 200);
    let reporter = Reporter::new("prefixeslogs");
    for prefix in ["/api/otel/v1", "/v1"] {
        let body = reporter.calls(&[100]).encode_to_vec();
        let path = format!("{prefix}/logs");
        assert_eq!(SERVER.deliver_to(&path, PROTOBUF, "identity", &body).status, 200, "{path}");
    }
    assert_eq!(reporter.counted(&SERVER), 200);
}

#[test]
fn a_retry_at_the_other_prefix_is_counted_once() {
    let reporter = Reporter::new("otherprefix");
    let body = reporter.tokens(&[13.0]).encode_to_vec();
    for path in ["/api/otel/v1/metrics", "/v1/metrics"] {
        assert_eq!(SERVER.deliver_to(path, PROTOBUF, "identity", &body).status, 200, "{path}");
    }
    assert_eq!(reporter.counted(&SERVER), 13);
}

#[test]
fn protobuf_is_known_by_its_media_type_in_any_case_and_with_parameters() {
    let reporter = Reporter::new("protobufmedia");
    let names = [
        "application/x-protobuf",
        "Application/X-Protobuf",
        "APPLICATION/X-PROTOBUF;charset=utf-8",
        "application/x-protobuf ; messageType=\"ExportMetricsServiceRequest\"",
        "application/protobuf",
    ];
    for name in names {
        let body = reporter.tokens(&[1.0]).encode_to_vec();
        let answer = SERVER.deliver("metrics", name, "identity", &body);
        assert_eq!((answer.status, answer.header("content-type")), (200, PROTOBUF), "{name}");
    }
    assert_eq!(reporter.counted(&SERVER), 5);
}

#[test]
fn json_is_known_by_its_media_type_in_any_case_and_with_parameters() {
    let reporter = Reporter::new("jsonmedia");
    let names = [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;CHARSET=UTF-8;foo=bar",
        "application/json ;charset=\"utf-8\"",
    ];
    for name in names {
        let body = metrics_to_json(&reporter.tokens(&[1.0]));
        let answer = SERVER.deliver("metrics", name, "identity", body.as_bytes());
        assert_eq!((answer.status, answer.header("content-type")), (200, JSON), "{name}");
    }
    assert_eq!(reporter.counted(&SERVER), 5);
}
