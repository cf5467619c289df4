//! P6 and P7: a bad point spoils nothing, an empty request is nothing.

use std::sync::LazyLock;

use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message;

use crate::support::otlp_to_json::{logs_to_json, metrics_to_json};
use crate::support::packing::{ENCODINGS, pack};
use crate::support::reporter::{logs, metrics, sum};
use crate::support::rpc::{JSON, PROTOBUF};
use crate::support::telemetry::attribute;
use crate::support::{Reporter, Shared};

static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&[]));

/// 14 points, of which one is bad: the good ones add up to 13.
fn points_with_a_bad_one(reporter: &Reporter) -> ExportMetricsServiceRequest {
    let mut tokens = [1.0; 14];
    tokens[5] = f64::NAN;
    reporter.tokens(&tokens)
}

/// 14 records, of which one is bad: the good ones add up to 13.
fn records_with_a_bad_one(reporter: &Reporter) -> ExportLogsServiceRequest {
    let mut tokens = [1; 14];
    tokens[5] = -1;
    reporter.calls(&tokens)
}

#[test]
fn a_bad_point_is_named_in_protobuf_and_its_neighbours_are_counted() {
    let reporter = Reporter::new("badpoint");
    let body = points_with_a_bad_one(&reporter).encode_to_vec();
    let answer = SERVER.offer_protobuf("metrics", &body);
    assert_eq!((answer.status, answer.header("content-type")), (200, PROTOBUF));
    let response = ExportMetricsServiceResponse::decode(&answer.body[..]).expect("a response");
    let partial = response.partial_success.expect("a partial success");
    assert_eq!(partial.rejected_data_points, 1);
    assert!(partial.error_message.contains("NaN"), "{}", partial.error_message);
    assert_eq!(reporter.counted(&SERVER), 13);
}

#[test]
fn a_bad_point_is_named_in_json_and_its_neighbours_are_counted() {
    let reporter = Reporter::new("badpointjson");
    let body = metrics_to_json(&points_with_a_bad_one(&reporter));
    let answer = SERVER.deliver("metrics", JSON, "identity", body.as_bytes());
    assert_eq!((answer.status, answer.header("content-type")), (200, JSON));
    let partial = answer.json()["partialSuccess"].clone();
    assert_eq!(partial["rejectedDataPoints"], "1");
    assert!(partial["errorMessage"].as_str().expect("a message").contains("NaN"));
    assert_eq!(reporter.counted(&SERVER), 13);
}

#[test]
fn a_bad_record_is_named_in_protobuf_and_its_neighbours_are_counted() {
    let reporter = Reporter::new("badrecord");
    let body = records_with_a_bad_one(&reporter).encode_to_vec();
    let answer = SERVER.offer_protobuf("logs", &body);
    assert_eq!((answer.status, answer.header("content-type")), (200, PROTOBUF));
    let response = ExportLogsServiceResponse::decode(&answer.body[..]).expect("a response");
    let partial = response.partial_success.expect("a partial success");
    assert_eq!(partial.rejected_log_records, 1);
    assert!(partial.error_message.contains("negative"), "{}", partial.error_message);
    assert_eq!(reporter.counted(&SERVER), 13);
}

#[test]
fn a_bad_record_is_named_in_json_and_its_neighbours_are_counted() {
    let reporter = Reporter::new("badrecordjson");
    let body = logs_to_json(&records_with_a_bad_one(&reporter));
    let answer = SERVER.deliver("logs", JSON, "identity", body.as_bytes());
    let partial = answer.json()["partialSuccess"].clone();
    assert_eq!((answer.status, partial["rejectedLogRecords"].as_str()), (200, Some("1")));
    assert!(partial["errorMessage"].as_str().expect("a message").contains("negative"));
    assert_eq!(reporter.counted(&SERVER), 13);
}

#[test]
fn a_metric_without_data_is_named_and_its_neighbours_are_counted() {
    let reporter = Reporter::new("nodata");
    let mut request = reporter.tokens(&[1.0; 13]);
    let mut empty = sum("claude_code.token.usage", Vec::new());
    empty.data = None;
    request.resource_metrics[0].scope_metrics[0].metrics.push(empty);
    let answer = SERVER.offer_protobuf("metrics", &request.encode_to_vec());
    let response = ExportMetricsServiceResponse::decode(&answer.body[..]).expect("a response");
    let partial = response.partial_success.expect("a partial success");
    assert_eq!((answer.status, partial.rejected_data_points), (200, 1));
    assert_eq!(reporter.counted(&SERVER), 13);
}

#[test]
fn what_is_refused_is_said_on_the_status_page() {
    let before = SERVER.settle()["records"]["refused"]["infinite"].as_i64().unwrap_or(0);
    let body = Reporter::new("refusedstatus").tokens(&[f64::INFINITY; 3]).encode_to_vec();
    assert_eq!(SERVER.offer_protobuf("metrics", &body).status, 200);
    assert_eq!(SERVER.settle()["records"]["refused"]["infinite"], before + 3);
}

#[test]
fn a_refused_request_sent_again_counts_its_neighbours_once() {
    let reporter = Reporter::new("badagain");
    let body = points_with_a_bad_one(&reporter).encode_to_vec();
    let first = SERVER.offer_protobuf("metrics", &body);
    let second = SERVER.offer_protobuf("metrics", &body);
    assert_eq!((first.status, first.body), (second.status, second.body));
    assert_eq!(reporter.counted(&SERVER), 13);
}

#[test]
fn empty_requests_succeed_and_enqueue_nothing() {
    // A server of its own: the queue of a shared one moves.
    let server = Shared::start(&[]);
    let no_points = metrics(vec![attribute("k", Value::IntValue(1))], Vec::new());
    let no_records = logs(vec![attribute("k", Value::IntValue(1))], Vec::new());
    for encoding in ENCODINGS {
        for (kind, media, body) in [
            ("metrics", PROTOBUF, Vec::new()),
            ("logs", PROTOBUF, Vec::new()),
            ("metrics", PROTOBUF, no_points.encode_to_vec()),
            ("logs", PROTOBUF, no_records.encode_to_vec()),
            ("metrics", JSON, b"{}".to_vec()),
            ("logs", JSON, b"{}".to_vec()),
            ("metrics", JSON, br#"{"resourceMetrics":[]}"#.to_vec()),
            ("logs", JSON, br#"{"resourceLogs":null}"#.to_vec()),
            ("logs", JSON, br#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[]}]}]}"#.to_vec()),
        ] {
            let answer = server.deliver(kind, media, encoding, &pack(encoding, &body));
            let whole: &[u8] = if media == JSON { b"{}" } else { b"" };
            let what = format!("{kind} {media} {encoding} {body:?}");
            assert_eq!((answer.status, answer.body.as_slice()), (200, whole), "{what}");
        }
    }
    let signals = server.get("/api/v1/status").json()["signals"].clone();
    let nothing = serde_json::json!({"waiting": 0, "folded": 0, "quarantined": 0, "copies": 0});
    assert_eq!(signals, nothing);
}
