//! Requests with every field filled in, for tests: each string is asked for, so a test can put
//! anything in any place. Nothing is left to a default; a new field does not compile.

mod metrics;

pub use metrics::{KINDS, metrics};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, EntityRef, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};

/// Answers with the next string of a request.
pub type Next<'a> = &'a mut dyn FnMut() -> String;

/// A value of the given kind.
fn value(inner: Value) -> AnyValue {
    AnyValue { value: Some(inner) }
}

/// A key and a value.
fn pair(next: Next, inner: Value) -> KeyValue {
    KeyValue { key: next(), value: Some(value(inner)), key_strindex: 0 }
}

/// One string value.
fn string(next: Next) -> Value {
    Value::StringValue(next())
}

/// A list and a map in each other, with strings and bytes.
fn nested(next: Next) -> Value {
    let bytes = Value::BytesValue(next().into_bytes());
    let not_utf8 = Value::BytesValue([&[0xff, 0x80], next().as_bytes()].concat());
    let inner = vec![value(string(next)), value(bytes), value(not_utf8), value(Value::IntValue(7))];
    let item = string(next);
    let entries = vec![
        pair(next, item),
        pair(next, Value::ArrayValue(ArrayValue { values: inner })),
        KeyValue { key: next(), value: None, key_strindex: 0 },
    ];
    let map = Value::KvlistValue(KeyValueList { values: entries });
    Value::ArrayValue(ArrayValue { values: vec![value(string(next)), value(map)] })
}

/// Attributes of every kind.
fn attributes(next: Next) -> Vec<KeyValue> {
    let kinds = [string(next), nested(next), Value::BytesValue(next().into_bytes())];
    let numbers = [Value::BoolValue(true), Value::IntValue(3), Value::DoubleValue(0.5)];
    kinds.into_iter().chain(numbers).map(|kind| pair(next, kind)).collect()
}

/// A sender.
fn resource(next: Next) -> Option<Resource> {
    let entity = EntityRef {
        schema_url: next(),
        r#type: next(),
        id_keys: vec![next(), next()],
        description_keys: vec![next()],
    };
    Some(Resource {
        attributes: attributes(next),
        dropped_attributes_count: 1,
        entity_refs: vec![entity],
    })
}

/// A recorder.
fn scope(next: Next) -> Option<InstrumentationScope> {
    Some(InstrumentationScope {
        name: next(),
        version: next(),
        attributes: attributes(next),
        dropped_attributes_count: 1,
    })
}

/// A log record with the given body.
fn log_record(next: Next, body: Value) -> LogRecord {
    LogRecord {
        time_unix_nano: 1,
        observed_time_unix_nano: 2,
        severity_number: 9,
        severity_text: next(),
        body: Some(value(body)),
        attributes: attributes(next),
        dropped_attributes_count: 1,
        flags: 1,
        trace_id: next().into_bytes(),
        span_id: next().into_bytes(),
        event_name: next(),
    }
}

/// A request that carries log records.
pub fn logs(next: Next) -> ExportLogsServiceRequest {
    let bodies = [string(next), nested(next), Value::BytesValue(next().into_bytes())];
    let log_records = bodies.map(|body| log_record(next, body)).into();
    let scope_logs = vec![ScopeLogs { scope: scope(next), log_records, schema_url: next() }];
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: resource(next),
            scope_logs,
            schema_url: next(),
        }],
    }
}

/// A span.
fn span(next: Next) -> Span {
    let event = Event {
        time_unix_nano: 1,
        name: next(),
        attributes: attributes(next),
        dropped_attributes_count: 1,
    };
    let link = Link {
        trace_id: next().into_bytes(),
        span_id: next().into_bytes(),
        trace_state: next(),
        attributes: attributes(next),
        dropped_attributes_count: 1,
        flags: 1,
    };
    Span {
        trace_id: next().into_bytes(),
        span_id: next().into_bytes(),
        trace_state: next(),
        parent_span_id: next().into_bytes(),
        flags: 1,
        name: next(),
        kind: 1,
        start_time_unix_nano: 1,
        end_time_unix_nano: 2,
        attributes: attributes(next),
        dropped_attributes_count: 1,
        events: vec![event],
        dropped_events_count: 1,
        links: vec![link],
        dropped_links_count: 1,
        status: Some(Status { message: next(), code: 1 }),
    }
}

/// A request that carries spans.
pub fn traces(next: Next) -> ExportTraceServiceRequest {
    let scope_spans =
        vec![ScopeSpans { scope: scope(next), spans: vec![span(next)], schema_url: next() }];
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: resource(next),
            scope_spans,
            schema_url: next(),
        }],
    }
}
