//! Spans, with every field, against the struct built by hand.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};

use super::build::attribute;
use crate::ingest::json;
use crate::ingest::limits::ElementLimits;

#[test]
fn every_field_of_a_span_decodes() {
    let body = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0A","spanId":"0b","traceState":"s",
        "parentSpanId":"0c","flags":256,"name":"n","kind":"SPAN_KIND_CLIENT","startTimeUnixNano":"1",
        "endTimeUnixNano":2,"attributes":[{"key":"a","value":{"stringValue":"b"}}],"droppedAttributesCount":3,
        "events":[{"timeUnixNano":"4","name":"e","attributes":[{"key":"c","value":{"stringValue":"d"}}],
        "droppedAttributesCount":5}],"droppedEventsCount":6,"links":[{"traceId":"0d","spanId":"0e",
        "traceState":"t","attributes":[],"droppedAttributesCount":7,"flags":8}],"droppedLinksCount":9,
        "status":{"message":"m","code":"STATUS_CODE_ERROR"}}]}]}]}"#;
    let event = Event {
        time_unix_nano: 4,
        name: "e".to_owned(),
        attributes: vec![attribute("c", "d")],
        dropped_attributes_count: 5,
    };
    let link = Link {
        trace_id: vec![13],
        span_id: vec![14],
        trace_state: "t".to_owned(),
        attributes: vec![],
        dropped_attributes_count: 7,
        flags: 8,
    };
    let span = Span {
        trace_id: vec![10],
        span_id: vec![11],
        trace_state: "s".to_owned(),
        parent_span_id: vec![12],
        flags: 256,
        name: "n".to_owned(),
        kind: 3,
        start_time_unix_nano: 1,
        end_time_unix_nano: 2,
        attributes: vec![attribute("a", "b")],
        dropped_attributes_count: 3,
        events: vec![event],
        dropped_events_count: 6,
        links: vec![link],
        dropped_links_count: 9,
        status: Some(Status { message: "m".to_owned(), code: 2 }),
    };
    let scope_spans = ScopeSpans { spans: vec![span], ..ScopeSpans::default() };
    let resource_spans =
        ResourceSpans { scope_spans: vec![scope_spans], ..ResourceSpans::default() };
    let expected = ExportTraceServiceRequest { resource_spans: vec![resource_spans] };
    let decoded = json::traces(body.as_bytes(), &ElementLimits::default());
    assert_eq!(decoded, Ok(expected));
}
