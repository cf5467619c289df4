//! The same telemetry in other requests: split, merged, re-encoded, packed.

use std::io::Write;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use prost::Message;

use super::corpus::{Captured, Kind};
use super::otlp_to_json::{logs_to_json, metrics_to_json, traces_to_json};

/// A request in protobuf.
fn protobuf(kind: Kind, body: Vec<u8>) -> Captured {
    let content_type = "application/x-protobuf".to_owned();
    Captured { kind, content_type, content_encoding: None, body }
}

/// The same request as JSON.
pub fn as_json(request: &Captured) -> Captured {
    let body = match request.kind {
        Kind::Metrics => metrics_to_json(&request.metrics()),
        Kind::Logs => logs_to_json(&request.logs()),
        Kind::Traces => traces_to_json(&request.traces()),
    };
    Captured {
        content_type: "application/json".to_owned(),
        ..protobuf(request.kind, body.into_bytes())
    }
}

/// The same request, gzipped.
pub fn gzipped(request: &Captured) -> Captured {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&request.raw()).expect("in memory");
    Captured {
        content_encoding: Some("gzip".to_owned()),
        body: gzip.finish().expect("in memory"),
        ..request.clone()
    }
}

/// A request for each point or record; spans stay together.
pub fn split(request: &Captured) -> Vec<Captured> {
    match request.kind {
        Kind::Metrics => split_metrics(&request.metrics()),
        Kind::Logs => split_logs(&request.logs()),
        Kind::Traces => vec![request.clone()],
    }
}

/// A request for each point.
fn split_metrics(request: &ExportMetricsServiceRequest) -> Vec<Captured> {
    let mut parts = Vec::new();
    for resource in &request.resource_metrics {
        for scope in &resource.scope_metrics {
            for metric in &scope.metrics {
                let Some(Data::Sum(sum)) = &metric.data else { panic!("only sums are captured") };
                for point in &sum.data_points {
                    let mut sum = sum.clone();
                    sum.data_points = vec![point.clone()];
                    let mut metric = metric.clone();
                    metric.data = Some(Data::Sum(sum));
                    let mut scope = scope.clone();
                    scope.metrics = vec![metric];
                    let mut resource = resource.clone();
                    resource.scope_metrics = vec![scope];
                    let part = ExportMetricsServiceRequest { resource_metrics: vec![resource] };
                    parts.push(protobuf(Kind::Metrics, part.encode_to_vec()));
                }
            }
        }
    }
    parts
}

/// A request for each record.
fn split_logs(request: &ExportLogsServiceRequest) -> Vec<Captured> {
    let mut parts = Vec::new();
    for resource in &request.resource_logs {
        for scope in &resource.scope_logs {
            for record in &scope.log_records {
                let mut scope = scope.clone();
                scope.log_records = vec![record.clone()];
                let mut resource = resource.clone();
                resource.scope_logs = vec![scope];
                let part = ExportLogsServiceRequest { resource_logs: vec![resource] };
                parts.push(protobuf(Kind::Logs, part.encode_to_vec()));
            }
        }
    }
    parts
}

/// All metrics in one request, all logs in another, and traces in a third.
pub fn merged(requests: &[Captured]) -> Vec<Captured> {
    let mut metrics = ExportMetricsServiceRequest::default();
    let mut logs = ExportLogsServiceRequest::default();
    let mut traces = ExportTraceServiceRequest::default();
    for request in requests {
        match request.kind {
            Kind::Metrics => metrics.resource_metrics.extend(request.metrics().resource_metrics),
            Kind::Logs => logs.resource_logs.extend(request.logs().resource_logs),
            Kind::Traces => traces.resource_spans.extend(request.traces().resource_spans),
        }
    }
    vec![
        protobuf(Kind::Metrics, metrics.encode_to_vec()),
        protobuf(Kind::Logs, logs.encode_to_vec()),
        protobuf(Kind::Traces, traces.encode_to_vec()),
    ]
}

/// The requests in an order that depends on the seed alone.
pub fn shuffled(requests: &[Captured], seed: u64) -> Vec<Captured> {
    let mut shuffled = requests.to_vec();
    let mut state = seed | 1;
    for left in (1..shuffled.len()).rev() {
        // xorshift: any order will do, but the same one each time.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let other = usize::try_from(state % (left as u64 + 1)).expect("small");
        shuffled.swap(left, other);
    }
    shuffled
}
