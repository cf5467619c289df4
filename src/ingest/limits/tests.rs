//! What the walk over the wire counts, and what it refuses.
#![allow(clippy::as_conversions, reason = "small numbers of a test")]

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use super::*;
use crate::ingest::corpus;
use bodies::{deep_request, delimited, logs_request, nested_arrays, pseudo_random, record_request};
use heap::Heap;

mod bodies;
mod heap;

/// Limits nothing in these tests reaches.
const UNLIMITED: ElementLimits =
    ElementLimits { max_points: usize::MAX, max_decoded_bytes: usize::MAX, max_depth: 100 };

/// The points of a body and the memory its structs take, by decoding it.
fn decoded(kind: RequestKind, body: &[u8]) -> Result<Measured, prost::DecodeError> {
    let (points, decoded_bytes) = match kind {
        RequestKind::Metrics => {
            let request = ExportMetricsServiceRequest::decode(body)?;
            (heap::data_points(&request), request.resource_metrics.heap())
        }
        RequestKind::Logs => {
            let request = ExportLogsServiceRequest::decode(body)?;
            (heap::log_records(&request), request.resource_logs.heap())
        }
        RequestKind::Traces => {
            let request = ExportTraceServiceRequest::decode(body)?;
            (heap::spans(&request), request.resource_spans.heap())
        }
    };
    Ok(Measured { points, decoded_bytes })
}

/// Measures logs under the default limits.
fn measure_logs(body: &[u8]) -> Result<Measured, MeasureError> {
    measure(RequestKind::Logs, body, &ElementLimits::default())
}

#[test]
fn every_recorded_body_passes_with_its_points_counted() {
    for body in corpus::bodies().iter().filter(|body| !body.json) {
        let measured = measure(body.kind, &body.bytes, &ElementLimits::default());
        let points = decoded(body.kind, &body.bytes).unwrap().points;
        assert_eq!(measured.unwrap().points, points, "{}", body.name);
        assert!(points > 0, "{}", body.name);
    }
}

#[test]
fn the_estimate_is_no_less_than_what_the_structs_take_and_less_than_twice_it() {
    for body in corpus::bodies().iter().filter(|body| !body.json) {
        let estimate = measure(body.kind, &body.bytes, &UNLIMITED).unwrap().decoded_bytes;
        let taken = decoded(body.kind, &body.bytes).unwrap().decoded_bytes;
        assert!(estimate >= taken, "{}: {estimate} < {taken}", body.name);
        assert!(estimate < 2 * taken, "{}: {estimate} for {taken}", body.name);
    }
}

#[test]
fn an_empty_request_is_empty() {
    let nothing = Measured { points: 0, decoded_bytes: 0 };
    assert_eq!(measure_logs(b""), Ok(nothing));
}

#[test]
fn as_many_points_as_allowed_pass_and_one_more_does_not() {
    let limits = ElementLimits { max_points: 3, ..ElementLimits::default() };
    let logs = |records: usize| logs_request(&[0x12, 0x00].repeat(records));
    let measured = measure(RequestKind::Logs, &logs(3), &limits);
    assert_eq!(measured.unwrap().points, 3);
    let measured = measure(RequestKind::Logs, &logs(4), &limits);
    assert_eq!(measured, Err(MeasureError::TooManyPoints { limit: 3 }));
}

#[test]
fn four_million_empty_log_records_are_refused() {
    let body = logs_request(&[0x12, 0x00].repeat(4_000_000));
    let refused = Err(MeasureError::TooManyPoints { limit: 100_000 });
    assert_eq!(measure_logs(&body), refused);
}

#[test]
fn ten_million_empty_attributes_are_refused() {
    let body = record_request(&[0x32, 0x00].repeat(10_000_000));
    let limit = ElementLimits::default().max_decoded_bytes;
    assert_eq!(measure_logs(&body), Err(MeasureError::TooLarge { limit }));
}

#[test]
fn ten_million_empty_resources_are_refused() {
    let body = [0x0a, 0x00].repeat(10_000_000);
    let limit = ElementLimits::default().max_decoded_bytes;
    for kind in [RequestKind::Metrics, RequestKind::Logs, RequestKind::Traces] {
        let measured = measure(kind, &body, &ElementLimits::default());
        assert_eq!(measured, Err(MeasureError::TooLarge { limit }));
    }
}

#[test]
fn packed_buckets_count_eight_bytes_each() {
    let buckets = delimited(2, &vec![0; 10_000_000]);
    let point = delimited(1, &delimited(8, &buckets));
    let metric = delimited(2, &delimited(10, &point));
    let body = delimited(1, &delimited(2, &metric));
    let limit = ElementLimits::default().max_decoded_bytes;
    let measured = measure(RequestKind::Metrics, &body, &ElementLimits::default());
    assert_eq!(measured, Err(MeasureError::TooLarge { limit }));
}

#[test]
fn values_nest_as_deep_as_allowed_and_no_deeper() {
    // Resource, scope, record and body stand above the first array, which adds two levels.
    assert!(measure_logs(&nested_arrays(30)).is_ok());
    let refused = Err(MeasureError::TooDeep { limit: 64 });
    assert_eq!(measure_logs(&nested_arrays(31)), refused);
}

#[test]
fn a_body_nested_a_hundred_thousand_deep_is_refused() {
    let body = deep_request(100_000);
    assert_eq!(measure_logs(&body), Err(MeasureError::TooDeep { limit: 64 }));
}

#[test]
fn no_configured_depth_reaches_past_where_prost_stops() {
    let limits = ElementLimits { max_depth: usize::MAX, ..ElementLimits::default() };
    let body = nested_arrays(10_000);
    let measured = measure(RequestKind::Logs, &body, &limits);
    assert_eq!(measured, Err(MeasureError::TooDeep { limit: 100 }));
    assert!(measure(RequestKind::Logs, &nested_arrays(48), &limits).is_ok());
    assert!(ExportLogsServiceRequest::decode(&*nested_arrays(48)).is_ok());
    assert!(measure(RequestKind::Logs, &nested_arrays(49), &limits).is_err());
    assert!(ExportLogsServiceRequest::decode(&*nested_arrays(49)).is_err());
}

#[test]
fn a_hundred_thousand_open_groups_are_refused_without_a_stack() {
    let open = [0x7b].repeat(100_000);
    assert!(matches!(measure_logs(&open), Err(MeasureError::Malformed(_))));
    let mut closed = open;
    closed.extend([0x7c].repeat(100_000));
    assert!(measure_logs(&closed).is_ok());
}

#[test]
fn unknown_fields_of_every_wire_type_are_skipped_for_free() {
    let mut body = delimited(1000, &[0xff; 40]);
    body.extend([0xf8, 0x01, 0x96, 0x01]);
    body.extend([0xf9, 0x01, 1, 2, 3, 4, 5, 6, 7, 8]);
    body.extend([0xfd, 0x01, 1, 2, 3, 4]);
    body.extend([0xfb, 0x01, 0x08, 0x01, 0xfc, 0x01]);
    assert_eq!(measure_logs(&body).unwrap().decoded_bytes, 0);
    assert!(ExportLogsServiceRequest::decode(&*body).is_ok());
}

#[test]
fn what_is_not_protobuf_is_malformed() {
    let cases: [(&str, &[u8]); 9] = [
        ("length past the end", &[0x0a, 0x05, 0x00]),
        (
            "length beyond any body",
            &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        ),
        (
            "varint of eleven bytes",
            &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        ),
        ("varint of 65 bits", &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]),
        ("broken varint", &[0x08, 0x80]),
        ("field number 0", &[0x02, 0x00]),
        ("wire type 7", &[0x0f]),
        ("end of no group", &[0x0c]),
        ("JSON", b"{\"resourceLogs\":[]}"),
    ];
    for (name, body) in cases {
        let measured = measure_logs(body);
        assert!(matches!(measured, Err(MeasureError::Malformed(_))), "{name}: {measured:?}");
        assert!(ExportLogsServiceRequest::decode(body).is_err(), "{name}");
    }
}

#[test]
fn a_body_cut_anywhere_is_measured_if_prost_decodes_it() {
    for body in corpus::bodies().iter().filter(|body| !body.json).step_by(20) {
        for length in 0..body.bytes.len() {
            agrees_with_prost(body.kind, &body.bytes[..length], &body.name);
        }
    }
}

#[test]
fn a_body_with_changed_bytes_is_measured_if_prost_decodes_it() {
    let mut state = 1;
    for body in corpus::bodies().iter().filter(|body| !body.json) {
        for _ in 0..40 {
            let mut changed = body.bytes.clone();
            for _ in 0..=pseudo_random(&mut state) % 3 {
                let place = pseudo_random(&mut state) % changed.len();
                changed[place] = pseudo_random(&mut state) as u8;
            }
            agrees_with_prost(body.kind, &changed, &body.name);
        }
    }
}

/// Asserts that what decodes is accepted, and no point overlooked.
fn agrees_with_prost(kind: RequestKind, body: &[u8], name: &str) {
    let measured = measure(kind, body, &UNLIMITED);
    if let Ok(decoded) = decoded(kind, body) {
        let measured = measured.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(measured.points >= decoded.points, "{name}");
        assert!(2 * measured.decoded_bytes >= decoded.decoded_bytes, "{name}");
    }
}

#[test]
fn no_message_has_more_fields_than_the_walk_counts() {
    let mut seen: Vec<*const Shape> = Vec::new();
    let mut open = vec![&shapes::METRICS_REQUEST, &shapes::LOGS_REQUEST, &shapes::TRACES_REQUEST];
    while let Some(shape) = open.pop() {
        assert!(shape.fields.len() <= FIELDS_PER_MESSAGE);
        seen.push(shape);
        for field in shape.fields {
            if let Holds::One(nested) | Holds::Many { nested, .. } | Holds::Points { nested, .. } =
                &field.holds
                && !seen.contains(&std::ptr::from_ref(*nested))
            {
                open.push(nested);
            }
        }
    }
    assert!(seen.len() > 30);
}
