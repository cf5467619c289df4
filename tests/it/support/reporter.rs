//! Requests of the client's shape, as small as a test allows, and what was counted of them.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
    number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;

use super::Server;
use super::telemetry::{now_nanos, number, text};

/// The model tests speak of unless they say otherwise.
pub const MODEL: &str = "claude-opus-5-5";

/// Nanoseconds since 1970 when the tests began.
static BEGUN: LazyLock<u64> = LazyLock::new(now_nanos);

/// A time of today, in nanoseconds since 1970, that no other point or record has.
pub fn moment() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    *BEGUN + NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A data point of this moment.
pub fn point(value: f64, attributes: Vec<KeyValue>) -> NumberDataPoint {
    NumberDataPoint {
        attributes,
        time_unix_nano: moment(),
        value: Some(number_data_point::Value::AsDouble(value)),
        ..NumberDataPoint::default()
    }
}

/// A delta sum.
pub fn sum(name: &str, data_points: Vec<NumberDataPoint>) -> Metric {
    let aggregation_temporality = AggregationTemporality::Delta.into();
    let sum = Sum { data_points, aggregation_temporality, is_monotonic: true };
    Metric { name: name.to_owned(), data: Some(Data::Sum(sum)), ..Metric::default() }
}

/// Metrics of one resource.
pub fn metrics(resource: Vec<KeyValue>, metrics: Vec<Metric>) -> ExportMetricsServiceRequest {
    let scope = ScopeMetrics { metrics, ..ScopeMetrics::default() };
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: Some(Resource { attributes: resource, ..Resource::default() }),
            scope_metrics: vec![scope],
            ..ResourceMetrics::default()
        }],
    }
}

/// A log record of this moment.
pub fn record(name: &str, mut attributes: Vec<KeyValue>) -> LogRecord {
    attributes.push(text("event.name", name));
    LogRecord { time_unix_nano: moment(), attributes, ..LogRecord::default() }
}

/// Log records of one resource.
pub fn logs(resource: Vec<KeyValue>, log_records: Vec<LogRecord>) -> ExportLogsServiceRequest {
    let scope = ScopeLogs { log_records, ..ScopeLogs::default() };
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(Resource { attributes: resource, ..Resource::default() }),
            scope_logs: vec![scope],
            ..ResourceLogs::default()
        }],
    }
}

/// Somebody who reports, in one session.
#[derive(Clone, Debug)]
pub struct Reporter {
    pub email: String,
    pub session: String,
}

impl Reporter {
    /// Somebody; the name is of letters and digits, and no other test's.
    pub fn new(name: &str) -> Reporter {
        Reporter { email: format!("{name}@example.com"), session: format!("session-{name}") }
    }

    /// The resource's attributes.
    pub fn resource(&self) -> Vec<KeyValue> {
        vec![text("service.name", "claude-code"), text("user.email", &self.email)]
    }

    /// A point of input tokens.
    pub fn tokens_point(&self, tokens: f64) -> NumberDataPoint {
        self.model_point(MODEL, tokens)
    }

    /// A point of a model's input tokens.
    pub fn model_point(&self, model: &str, tokens: f64) -> NumberDataPoint {
        let attributes =
            vec![text("session.id", &self.session), text("model", model), text("type", "input")];
        point(tokens, attributes)
    }

    /// Input tokens, a point each.
    pub fn tokens(&self, tokens: &[f64]) -> ExportMetricsServiceRequest {
        self.points(tokens.iter().map(|tokens| self.tokens_point(*tokens)).collect())
    }

    /// Points of token usage.
    pub fn points(&self, points: Vec<NumberDataPoint>) -> ExportMetricsServiceRequest {
        metrics(self.resource(), vec![sum("claude_code.token.usage", points)])
    }

    /// The record of an API call.
    pub fn call(&self, tokens: i64) -> LogRecord {
        let attributes = vec![
            text("session.id", &self.session),
            text("model", MODEL),
            number("input_tokens", tokens),
        ];
        record("api_request", attributes)
    }

    /// API calls, a record each.
    pub fn calls(&self, tokens: &[i64]) -> ExportLogsServiceRequest {
        self.records(tokens.iter().map(|tokens| self.call(*tokens)).collect())
    }

    /// Records.
    pub fn records(&self, records: Vec<LogRecord>) -> ExportLogsServiceRequest {
        logs(self.resource(), records)
    }

    /// The input tokens that were counted of everything that was acknowledged.
    pub fn counted(&self, server: &Server) -> i64 {
        server.settle();
        let rows = server.daily("daily-usage", &format!("&user={}", self.email));
        rows.iter().map(|row| row["input_tokens"].as_i64().expect("a number")).sum()
    }
}
