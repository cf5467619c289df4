//! Writes OTLP requests as OTLP/JSON, the way the specification prefers it, for tests that need
//! a request in both encodings.
#![allow(clippy::as_conversions, reason = "small numbers of a test")]

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as AnyValueKind;
use opentelemetry_proto::tonic::common::v1::{AnyValue, EntityRef, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::{Value, json};

use metrics::metric;

#[path = "otlp_to_json/metrics.rs"]
mod metrics;

/// Writes a metrics request.
pub fn metrics_to_json(request: &ExportMetricsServiceRequest) -> String {
    let resources = list(&request.resource_metrics, |entry| {
        let scopes = list(&entry.scope_metrics, |scoped| {
            json!({
                "scope": optional(&scoped.scope, scope),
                "metrics": list(&scoped.metrics, metric),
                "schemaUrl": scoped.schema_url,
            })
        });
        json!({
            "resource": optional(&entry.resource, resource),
            "scopeMetrics": scopes,
            "schemaUrl": entry.schema_url,
        })
    });
    json!({ "resourceMetrics": resources }).to_string()
}

/// Writes a logs request.
pub fn logs_to_json(request: &ExportLogsServiceRequest) -> String {
    let resources = list(&request.resource_logs, |entry| {
        let scopes = list(&entry.scope_logs, |scoped| {
            json!({
                "scope": optional(&scoped.scope, scope),
                "logRecords": list(&scoped.log_records, log_record),
                "schemaUrl": scoped.schema_url,
            })
        });
        json!({
            "resource": optional(&entry.resource, resource),
            "scopeLogs": scopes,
            "schemaUrl": entry.schema_url,
        })
    });
    json!({ "resourceLogs": resources }).to_string()
}

/// Writes a traces request.
pub fn traces_to_json(request: &ExportTraceServiceRequest) -> String {
    let resources = list(&request.resource_spans, |entry| {
        let scopes = list(&entry.scope_spans, |scoped| {
            json!({
                "scope": optional(&scoped.scope, scope),
                "spans": list(&scoped.spans, span),
                "schemaUrl": scoped.schema_url,
            })
        });
        json!({
            "resource": optional(&entry.resource, resource),
            "scopeSpans": scopes,
            "schemaUrl": entry.schema_url,
        })
    });
    json!({ "resourceSpans": resources }).to_string()
}

/// Writes a repeated field.
fn list<T>(elements: &[T], write: impl Fn(&T) -> Value) -> Value {
    elements.iter().map(write).collect()
}

/// Writes a field that may be absent, as `null` then.
fn optional<T>(field: &Option<T>, write: impl Fn(&T) -> Value) -> Value {
    field.as_ref().map_or(Value::Null, write)
}

/// Writes a double; those JSON has no number for as their names.
fn double(double: f64) -> Value {
    match double {
        nan if nan.is_nan() => json!("NaN"),
        f64::INFINITY => json!("Infinity"),
        f64::NEG_INFINITY => json!("-Infinity"),
        finite => json!(finite),
    }
}

/// Writes an id.
fn hex(bytes: &[u8]) -> Value {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    Value::String(digits.collect())
}

/// Writes a byte string.
fn base64(bytes: &[u8]) -> Value {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |place: usize| u32::from(*chunk.get(place).unwrap_or(&0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    Value::String(text)
}

/// Writes attributes.
fn attributes(attributes: &[KeyValue]) -> Value {
    list(attributes, |attribute| {
        json!({
            "key": attribute.key,
            "value": optional(&attribute.value, any_value),
            "keyStrindex": attribute.key_strindex,
        })
    })
}

/// Writes a value of any kind.
fn any_value(value: &AnyValue) -> Value {
    match &value.value {
        None => json!({}),
        Some(AnyValueKind::StringValue(text)) => json!({ "stringValue": text }),
        Some(AnyValueKind::BoolValue(boolean)) => json!({ "boolValue": boolean }),
        Some(AnyValueKind::IntValue(integer)) => json!({ "intValue": integer.to_string() }),
        Some(AnyValueKind::DoubleValue(number)) => json!({ "doubleValue": double(*number) }),
        Some(AnyValueKind::BytesValue(bytes)) => json!({ "bytesValue": base64(bytes) }),
        Some(AnyValueKind::StringValueStrindex(index)) => json!({ "stringValueStrindex": index }),
        Some(AnyValueKind::ArrayValue(array)) => {
            json!({ "arrayValue": { "values": list(&array.values, any_value) } })
        }
        Some(AnyValueKind::KvlistValue(pairs)) => {
            json!({ "kvlistValue": { "values": attributes(&pairs.values) } })
        }
    }
}

/// Writes a resource.
fn resource(resource: &Resource) -> Value {
    json!({
        "attributes": attributes(&resource.attributes),
        "droppedAttributesCount": resource.dropped_attributes_count,
        "entityRefs": list(&resource.entity_refs, entity_ref),
    })
}

/// Writes a reference to an entity.
fn entity_ref(entity: &EntityRef) -> Value {
    json!({
        "schemaUrl": entity.schema_url,
        "type": entity.r#type,
        "idKeys": entity.id_keys,
        "descriptionKeys": entity.description_keys,
    })
}

/// Writes an instrumentation scope.
fn scope(scope: &InstrumentationScope) -> Value {
    json!({
        "name": scope.name,
        "version": scope.version,
        "attributes": attributes(&scope.attributes),
        "droppedAttributesCount": scope.dropped_attributes_count,
    })
}

/// Writes a log record.
fn log_record(record: &LogRecord) -> Value {
    json!({
        "timeUnixNano": record.time_unix_nano.to_string(),
        "observedTimeUnixNano": record.observed_time_unix_nano.to_string(),
        "severityNumber": record.severity_number,
        "severityText": record.severity_text,
        "body": optional(&record.body, any_value),
        "attributes": attributes(&record.attributes),
        "droppedAttributesCount": record.dropped_attributes_count,
        "flags": record.flags,
        "traceId": hex(&record.trace_id),
        "spanId": hex(&record.span_id),
        "eventName": record.event_name,
    })
}

/// Writes a span.
fn span(span: &Span) -> Value {
    let events = list(&span.events, |event| {
        json!({
            "timeUnixNano": event.time_unix_nano.to_string(),
            "name": event.name,
            "attributes": attributes(&event.attributes),
            "droppedAttributesCount": event.dropped_attributes_count,
        })
    });
    let links = list(&span.links, |link| {
        json!({
            "traceId": hex(&link.trace_id),
            "spanId": hex(&link.span_id),
            "traceState": link.trace_state,
            "attributes": attributes(&link.attributes),
            "droppedAttributesCount": link.dropped_attributes_count,
            "flags": link.flags,
        })
    });
    json!({
        "traceId": hex(&span.trace_id),
        "spanId": hex(&span.span_id),
        "traceState": span.trace_state,
        "parentSpanId": hex(&span.parent_span_id),
        "flags": span.flags,
        "name": span.name,
        "kind": span.kind,
        "startTimeUnixNano": span.start_time_unix_nano.to_string(),
        "endTimeUnixNano": span.end_time_unix_nano.to_string(),
        "attributes": attributes(&span.attributes),
        "droppedAttributesCount": span.dropped_attributes_count,
        "events": events,
        "droppedEventsCount": span.dropped_events_count,
        "links": links,
        "droppedLinksCount": span.dropped_links_count,
        "status": optional(&span.status, |status| {
            json!({ "message": status.message, "code": status.code })
        }),
    })
}
