//! A request in JSON and the same request in protobuf are one and the same.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use crate::ingest::json;
use crate::ingest::limits::{ElementLimits, MeasureError, RequestKind, measure};
use crate::ingest::otlp_to_json::{logs_to_json, metrics_to_json, traces_to_json};
use crate::ingest::{corpus, json::JsonError};

/// Decodes JSON and encodes the result as protobuf.
fn to_protobuf(
    kind: RequestKind,
    body: &[u8],
    limits: &ElementLimits,
) -> Result<Vec<u8>, JsonError> {
    Ok(match kind {
        RequestKind::Metrics => json::metrics(body, limits)?.encode_to_vec(),
        RequestKind::Logs => json::logs(body, limits)?.encode_to_vec(),
        RequestKind::Traces => json::traces(body, limits)?.encode_to_vec(),
    })
}

/// Decodes protobuf and writes the result as JSON.
fn to_json(kind: RequestKind, body: &[u8]) -> String {
    match kind {
        RequestKind::Metrics => {
            metrics_to_json(&ExportMetricsServiceRequest::decode(body).unwrap())
        }
        RequestKind::Logs => logs_to_json(&ExportLogsServiceRequest::decode(body).unwrap()),
        RequestKind::Traces => traces_to_json(&ExportTraceServiceRequest::decode(body).unwrap()),
    }
}

#[test]
fn every_recorded_protobuf_body_equals_its_json_twin() {
    let limits = ElementLimits::default();
    for body in corpus::bodies().iter().filter(|body| !body.json) {
        let text = to_json(body.kind, &body.bytes);
        match body.kind {
            RequestKind::Metrics => {
                let twin = ExportMetricsServiceRequest::decode(&*body.bytes).unwrap();
                assert_eq!(json::metrics(text.as_bytes(), &limits), Ok(twin), "{}", body.name);
            }
            RequestKind::Logs => {
                let twin = ExportLogsServiceRequest::decode(&*body.bytes).unwrap();
                assert_eq!(json::logs(text.as_bytes(), &limits), Ok(twin), "{}", body.name);
            }
            RequestKind::Traces => {
                let twin = ExportTraceServiceRequest::decode(&*body.bytes).unwrap();
                assert_eq!(json::traces(text.as_bytes(), &limits), Ok(twin), "{}", body.name);
            }
        }
    }
}

#[test]
fn every_recorded_json_body_decodes_and_comes_back_the_same() {
    let limits = ElementLimits::default();
    let bodies = corpus::bodies();
    let recorded: Vec<_> = bodies.iter().filter(|body| body.json).collect();
    assert!(recorded.len() >= 12);
    for body in recorded {
        let protobuf = to_protobuf(body.kind, &body.bytes, &limits).unwrap();
        assert!(measure(body.kind, &protobuf, &limits).unwrap().points > 0, "{}", body.name);
        let again = to_json(body.kind, &protobuf);
        let twin = to_protobuf(body.kind, again.as_bytes(), &limits);
        assert_eq!(twin, Ok(protobuf), "{}", body.name);
    }
}

#[test]
fn json_and_protobuf_meet_the_limits_at_the_same_request() {
    for body in corpus::bodies().iter().filter(|body| !body.json).step_by(10) {
        let measured = measure(body.kind, &body.bytes, &ElementLimits::default()).unwrap();
        let text = to_json(body.kind, &body.bytes);
        let mut limits = ElementLimits {
            max_points: measured.points,
            max_decoded_bytes: measured.decoded_bytes,
            max_depth: 64,
        };
        assert!(to_protobuf(body.kind, text.as_bytes(), &limits).is_ok(), "{}", body.name);
        limits.max_decoded_bytes -= 1;
        let limit = limits.max_decoded_bytes;
        let refused = Err(JsonError::Limit(MeasureError::TooLarge { limit }));
        assert_eq!(to_protobuf(body.kind, text.as_bytes(), &limits), refused);
        limits.max_points -= 1;
        limits.max_decoded_bytes += 1;
        let limit = limits.max_points;
        let refused = Err(JsonError::Limit(MeasureError::TooManyPoints { limit }));
        assert_eq!(to_protobuf(body.kind, text.as_bytes(), &limits), refused);
    }
}
