//! Keeps the attributes that usage is counted by and drops the rest: prompts, commands, paths.
//! For connections that must not hold any of it. Pure; what is left is redacted as ever.

use daybook_jobs::signal::Request;
use daybook_schema::agents::claude_code::{BODY_PREFIX, is_kept};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;

/// Bytes of the longest value that an attribute which is counted by has any use for.
const LONGEST_VALUE: usize = 512;

/// Drops from a request what is not needed; says how many attributes that were.
pub fn keep(request: &mut Request) -> usize {
    let mut dropped = 0;
    match request {
        Request::Metrics(request) => {
            for part in &mut request.resource_metrics {
                dropped += resource(&mut part.resource);
                for part in &mut part.scope_metrics {
                    dropped += scope(&mut part.scope);
                    dropped += part.metrics.iter_mut().map(metric).sum::<usize>();
                }
            }
        }
        Request::Logs(request) => {
            for part in &mut request.resource_logs {
                dropped += resource(&mut part.resource);
                for part in &mut part.scope_logs {
                    dropped += scope(&mut part.scope);
                    dropped += part.log_records.iter_mut().map(log_record).sum::<usize>();
                }
            }
        }
        Request::Traces(request) => {
            for part in &mut request.resource_spans {
                dropped += resource(&mut part.resource);
                for part in &mut part.scope_spans {
                    dropped += scope(&mut part.scope);
                    dropped += part.spans.iter_mut().map(span).sum::<usize>();
                }
            }
        }
    }
    dropped
}

/// Drops from a list.
fn attributes(list: &mut Vec<KeyValue>) -> usize {
    let before = list.len();
    list.retain(|entry| is_kept(&entry.key) && entry.value.as_ref().is_none_or(is_plain));
    before - list.len()
}

/// Whether a value is a number or a short text, as every needed one is.
fn is_plain(value: &AnyValue) -> bool {
    match &value.value {
        Some(Value::StringValue(text)) => text.len() <= LONGEST_VALUE,
        Some(Value::ArrayValue(_) | Value::KvlistValue(_) | Value::BytesValue(_)) => false,
        _ => true,
    }
}

/// Drops from a sender.
fn resource(resource: &mut Option<Resource>) -> usize {
    resource.as_mut().map_or(0, |resource| {
        resource.entity_refs.clear();
        attributes(&mut resource.attributes)
    })
}

/// Drops from a recorder.
fn scope(scope: &mut Option<InstrumentationScope>) -> usize {
    scope.as_mut().map_or(0, |scope| attributes(&mut scope.attributes))
}

/// Drops from a log record: a body that is no event's name goes as well.
fn log_record(record: &mut LogRecord) -> usize {
    let named = record.body.as_ref().is_some_and(|body| match &body.value {
        Some(Value::StringValue(text)) => is_event_name(text),
        _ => false,
    });
    let body = usize::from(!named && record.body.is_some());
    if body > 0 {
        record.body = None;
    }
    body + attributes(&mut record.attributes)
}

/// Drops from a span: what happened in it and what it is linked with, and what its status says.
fn span(span: &mut Span) -> usize {
    let happened = span.events.len() + span.links.len();
    span.events.clear();
    span.links.clear();
    let message = span.status.as_mut().map(|status| std::mem::take(&mut status.message));
    let message = usize::from(message.is_some_and(|message| !message.is_empty()));
    happened + message + attributes(&mut span.attributes)
}

/// Whether a body says which event a record is of, and nothing else.
fn is_event_name(body: &str) -> bool {
    let name = body.strip_prefix(BODY_PREFIX).unwrap_or(body);
    name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Drops from the data points of a metric, and its samples.
fn metric(metric: &mut Metric) -> usize {
    let metadata = attributes(&mut metric.metadata);
    let points = match &mut metric.data {
        Some(Data::Sum(sum)) => Some(&mut sum.data_points),
        Some(Data::Gauge(gauge)) => Some(&mut gauge.data_points),
        _ => None,
    };
    if let Some(points) = points {
        let dropped = points.iter_mut().map(|point| {
            point.exemplars.clear();
            attributes(&mut point.attributes)
        });
        return metadata + dropped.sum::<usize>();
    }
    // Histograms and summaries are counted by nobody.
    let other = usize::from(metric.data.is_some());
    metric.data = None;
    metadata + other
}
