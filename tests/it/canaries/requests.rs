//! Requests with something in every place that holds text.

use daybook_schema::agents::claude_code::{attribute as known, event};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::metrics::v1::Exemplar;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};

use super::BESIDE;
use crate::support::Reporter;
use crate::support::reporter::{moment, record, sum};
use crate::support::telemetry::{attribute, text};

/// Answers with what stands in the next place.
pub type Next<'a> = &'a mut dyn FnMut() -> String;

/// A value.
fn value(inner: Value) -> AnyValue {
    AnyValue { value: Some(inner) }
}

/// A value of text.
fn string(next: Next) -> Value {
    Value::StringValue(next())
}

/// A list and a map in each other, with text and bytes.
fn nested(next: Next) -> Value {
    let list = vec![value(string(next)), value(Value::BytesValue(next().into_bytes()))];
    let entries = vec![
        attribute("inner", string(next)),
        attribute("list", Value::ArrayValue(ArrayValue { values: list })),
        text(&next(), "under a key"),
    ];
    Value::KvlistValue(KeyValueList { values: entries })
}

/// Attributes with something in keys and values, beside what is ordinary.
fn attributes(next: Next) -> Vec<KeyValue> {
    vec![
        text("note", BESIDE),
        text("full_command", &next()),
        text(&next(), "under a key"),
        attribute("tool_input", nested(next)),
    ]
}

/// Adds to a resource.
fn fill_resource(resource: &mut Option<Resource>, next: Next) {
    resource.get_or_insert_default().attributes.extend(attributes(next));
}

/// A recorder.
fn scope(next: Next) -> Option<InstrumentationScope> {
    let (name, version) = (next(), next());
    Some(InstrumentationScope { name, version, attributes: attributes(next), ..Default::default() })
}

/// Token usage, and a metric nobody knows.
pub fn metrics(reporter: &Reporter, next: Next) -> ExportMetricsServiceRequest {
    let mut point = reporter.tokens_point(10.0);
    point.attributes.extend(attributes(next));
    let sample = Exemplar { filtered_attributes: attributes(next), ..Default::default() };
    point.exemplars = vec![sample];
    let mut request = reporter.points(vec![point]);
    for resource in &mut request.resource_metrics {
        fill_resource(&mut resource.resource, next);
        resource.schema_url = next();
        for scoped in &mut resource.scope_metrics {
            scoped.scope = scope(next);
            scoped.schema_url = next();
            let unknown = reporter.tokens_point(1.0);
            scoped.metrics.push(sum(&next(), vec![unknown]));
            for metric in &mut scoped.metrics {
                (metric.description, metric.unit) = (next(), next());
                assert!(matches!(metric.data, Some(Data::Sum(_))));
            }
        }
    }
    request
}

/// An API call, and events with each kind of body.
pub fn logs(reporter: &Reporter, next: Next) -> ExportLogsServiceRequest {
    let mut call = reporter.call(20);
    call.attributes.extend(attributes(next));
    let bodies = [string(next), nested(next), Value::BytesValue(next().into_bytes())];
    let events = bodies.map(|body| {
        let mut event =
            record(event::TOOL_RESULT, vec![text(known::SESSION_ID, &reporter.session)]);
        event.body = Some(value(body));
        event.attributes.extend(attributes(next));
        event.severity_text = next();
        event
    });
    let mut unknown = record(&next(), attributes(next));
    unknown.event_name = next();
    let mut records = vec![call, unknown];
    records.extend(events);
    let mut request = reporter.records(records);
    for resource in &mut request.resource_logs {
        fill_resource(&mut resource.resource, next);
        resource.schema_url = next();
        for scoped in &mut resource.scope_logs {
            scoped.scope = scope(next);
            scoped.schema_url = next();
        }
    }
    request
}

/// A span with an event and a link.
pub fn traces(reporter: &Reporter, next: Next) -> ExportTraceServiceRequest {
    let event = Event { name: next(), attributes: attributes(next), ..Default::default() };
    let link = Link { trace_state: next(), attributes: attributes(next), ..Default::default() };
    let span = Span {
        trace_id: vec![7; 16],
        span_id: vec![7; 8],
        trace_state: next(),
        name: next(),
        start_time_unix_nano: moment(),
        attributes: attributes(next),
        events: vec![event],
        links: vec![link],
        status: Some(Status { message: next(), code: 1 }),
        ..Default::default()
    };
    let scoped = ScopeSpans { scope: scope(next), spans: vec![span], schema_url: next() };
    let mut resource = Some(Resource { attributes: reporter.resource(), ..Default::default() });
    fill_resource(&mut resource, next);
    let spans = ResourceSpans { resource, scope_spans: vec![scoped], schema_url: next() };
    ExportTraceServiceRequest { resource_spans: vec![spans] }
}
