//! Telemetry of made-up people, small enough to be counted by hand, in either encoding. The two
//! are written apart from each other and from what the server decodes with.

use std::sync::atomic::{AtomicU64, Ordering};

use daybook_schema::agents::claude_code::{SERVICE_NAME, attribute, event, metric};
use daybook_schema::signals::SignalKind;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
    number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use serde_json::{Value, json};

use crate::state::now_micros;

/// Every signal, with its name in paths.
pub const SIGNALS: [(SignalKind, &str); 3] =
    [(SignalKind::Metrics, "metrics"), (SignalKind::Logs, "logs"), (SignalKind::Traces, "traces")];

/// The model everybody uses.
const MODEL: &str = "claude-opus-5-5";

/// Somebody made up, who uses input tokens.
#[derive(Clone, Debug)]
pub struct Person {
    pub email: String,
}

/// What a person used, an element each: points, records or spans.
#[derive(Clone, Debug)]
pub struct Sample {
    person: Person,
    /// Tokens of each; not a number, or negative, for one that cannot be counted.
    tokens: Vec<f64>,
    /// The time of the first, nanoseconds since 1970; the others follow.
    begins: u64,
}

/// A time that no other element has.
fn moment(elements: usize) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let taken = NEXT.fetch_add(u64::try_from(elements).unwrap_or(1), Ordering::Relaxed);
    let now = u64::try_from(now_micros()).unwrap_or_default().saturating_mul(1000);
    // Nanoseconds of this microsecond on: the clock alone would repeat itself.
    now.saturating_add(taken)
}

impl Person {
    /// Uses tokens, an element each.
    pub fn uses(&self, tokens: &[f64]) -> Sample {
        let begins = moment(tokens.len());
        Sample { person: self.clone(), tokens: tokens.to_vec(), begins }
    }

    /// The resource's attributes.
    fn resource(&self) -> [(&'static str, &str); 2] {
        [("service.name", SERVICE_NAME), (attribute::USER_EMAIL, &self.email)]
    }
}

impl Sample {
    /// The elements: a time and tokens each.
    fn elements(&self) -> impl Iterator<Item = (u64, f64)> {
        (self.begins..).zip(self.tokens.iter().copied())
    }

    /// The texts that every point, record and span carries.
    fn common(&self) -> [(&'static str, &str); 2] {
        [(attribute::SESSION_ID, &self.person.email), (attribute::MODEL, MODEL)]
    }

    /// As a request in protobuf.
    pub fn protobuf(&self, kind: SignalKind) -> Vec<u8> {
        match kind {
            SignalKind::Metrics => self.metrics().encode_to_vec(),
            SignalKind::Logs => self.logs().encode_to_vec(),
            SignalKind::Traces => self.traces().encode_to_vec(),
        }
    }

    /// The resource in protobuf.
    fn resource(&self) -> Option<Resource> {
        Some(Resource { attributes: texts(&self.person.resource()), ..Resource::default() })
    }

    /// Points of token usage.
    fn metrics(&self) -> ExportMetricsServiceRequest {
        let point = |(time_unix_nano, tokens)| NumberDataPoint {
            attributes: [texts(&self.common()), texts(&[(attribute::TYPE, "input")])].concat(),
            time_unix_nano,
            value: Some(number_data_point::Value::AsDouble(tokens)),
            ..NumberDataPoint::default()
        };
        let sum = Sum {
            data_points: self.elements().map(point).collect(),
            aggregation_temporality: AggregationTemporality::Delta.into(),
            is_monotonic: true,
        };
        let name = metric::TOKEN_USAGE.to_owned();
        let usage = Metric { name, data: Some(Data::Sum(sum)), ..Metric::default() };
        let scope = ScopeMetrics { metrics: vec![usage], ..ScopeMetrics::default() };
        ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: self.resource(),
                scope_metrics: vec![scope],
                ..ResourceMetrics::default()
            }],
        }
    }

    /// Records of API calls.
    fn logs(&self) -> ExportLogsServiceRequest {
        let record = |(time_unix_nano, tokens)| {
            let name = texts(&[(attribute::EVENT_NAME, event::API_REQUEST)]);
            let used = vec![attribute_of(attribute::INPUT_TOKENS, Any::IntValue(whole(tokens)))];
            LogRecord {
                time_unix_nano,
                attributes: [texts(&self.common()), name, used].concat(),
                ..LogRecord::default()
            }
        };
        let log_records = self.elements().map(record).collect();
        let scope = ScopeLogs { log_records, ..ScopeLogs::default() };
        ExportLogsServiceRequest {
            resource_logs: vec![ResourceLogs {
                resource: self.resource(),
                scope_logs: vec![scope],
                ..ResourceLogs::default()
            }],
        }
    }

    /// Spans of API calls.
    fn traces(&self) -> ExportTraceServiceRequest {
        let span = |(time, _)| Span {
            trace_id: vec![7; 16],
            span_id: vec![7; 8],
            name: event::API_REQUEST.to_owned(),
            start_time_unix_nano: time,
            end_time_unix_nano: time,
            attributes: texts(&self.common()),
            ..Span::default()
        };
        let spans = self.elements().map(span).collect();
        let scope = ScopeSpans { spans, ..ScopeSpans::default() };
        ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans {
                resource: self.resource(),
                scope_spans: vec![scope],
                ..ResourceSpans::default()
            }],
        }
    }

    /// As a request in JSON.
    pub fn json(&self, kind: SignalKind) -> Value {
        let elements: Vec<Value> = self.elements().map(|one| self.element(kind, one)).collect();
        let resource = json!({"attributes": json_texts(&self.person.resource())});
        match kind {
            SignalKind::Metrics => {
                let sum = json!({
                    "aggregationTemporality": 1,
                    "isMonotonic": true,
                    "dataPoints": elements,
                });
                let metrics = json!([{"name": metric::TOKEN_USAGE, "sum": sum}]);
                let scopes = json!([{"metrics": metrics}]);
                json!({"resourceMetrics": [{"resource": resource, "scopeMetrics": scopes}]})
            }
            SignalKind::Logs => {
                let scopes = json!([{"logRecords": elements}]);
                json!({"resourceLogs": [{"resource": resource, "scopeLogs": scopes}]})
            }
            SignalKind::Traces => {
                let scopes = json!([{"spans": elements}]);
                json!({"resourceSpans": [{"resource": resource, "scopeSpans": scopes}]})
            }
        }
    }

    /// A point, record or span in JSON.
    fn element(&self, kind: SignalKind, (time, tokens): (u64, f64)) -> Value {
        let common = json_texts(&self.common());
        let with = |more: Vec<Value>| [common.clone(), more].concat();
        match kind {
            SignalKind::Metrics => json!({
                "asDouble": if tokens.is_nan() { json!("NaN") } else { json!(tokens) },
                "timeUnixNano": time.to_string(),
                "attributes": with(json_texts(&[(attribute::TYPE, "input")])),
            }),
            SignalKind::Logs => {
                let used = json!({"intValue": whole(tokens).to_string()});
                let used = json!({"key": attribute::INPUT_TOKENS, "value": used});
                let name = json_texts(&[(attribute::EVENT_NAME, event::API_REQUEST)]);
                json!({
                    "timeUnixNano": time.to_string(),
                    "attributes": with([name, vec![used]].concat()),
                })
            }
            SignalKind::Traces => json!({
                "traceId": "07".repeat(16),
                "spanId": "07".repeat(8),
                "name": event::API_REQUEST,
                "startTimeUnixNano": time.to_string(),
                "endTimeUnixNano": time.to_string(),
                "attributes": common,
            }),
        }
    }
}

/// An attribute.
fn attribute_of(key: &str, value: Any) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), key_strindex: 0 }
}

/// Text attributes.
fn texts(pairs: &[(&str, &str)]) -> Vec<KeyValue> {
    let text = |text: &str| Any::StringValue(text.to_owned());
    pairs.iter().map(|(key, value)| attribute_of(key, text(value))).collect()
}

/// The same in JSON.
fn json_texts(pairs: &[(&str, &str)]) -> Vec<Value> {
    let text = |(key, value): &(&str, &str)| json!({"key": key, "value": {"stringValue": value}});
    pairs.iter().map(text).collect()
}

/// Tokens of a record: what is no number cannot be told there, so it is negative.
#[expect(clippy::as_conversions, reason = "a few whole tokens")]
fn whole(tokens: f64) -> i64 {
    if tokens.is_nan() { -1 } else { tokens as i64 }
}
