//! Makes a captured request another one: another person, another session, another time.
//!
//! Only what tells requests apart is changed; names, counts, sizes and order stay as they
//! were captured.

use chrono::{DateTime, SecondsFormat, Utc};
use daybook_schema::agents::claude_code::attribute;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, Metric};
use opentelemetry_proto::tonic::resource::v1::Resource;

/// `event.timestamp`: the time of a record as text.
const EVENT_TIMESTAMP: &str = "event.timestamp";

/// `user.account_id`: the account in another spelling.
const ACCOUNT_ID: &str = "user.account_id";

/// Whose request it becomes, and when it was.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) user: usize,
    /// Unique among all sessions of all users.
    pub(crate) session: usize,
    /// When the session began, nanoseconds since 1970.
    pub(crate) begun_nanos: u64,
    /// When its last point or record was, nanoseconds since 1970.
    pub(crate) time_nanos: u64,
    /// The next number of the session's records.
    pub(crate) next_sequence: i64,
}

impl Place {
    /// Rewrites a metrics request.
    pub(crate) fn metrics(&mut self, request: &mut ExportMetricsServiceRequest) {
        let last = request
            .resource_metrics
            .iter()
            .flat_map(|resource| &resource.scope_metrics)
            .flat_map(|scope| &scope.metrics)
            .flat_map(|metric| match &metric.data {
                Some(Data::Sum(sum)) => sum.data_points.as_slice(),
                _ => &[],
            })
            .map(|point| point.time_unix_nano)
            .max();
        let shift = Shift::between(last, self.time_nanos);
        for resource in &mut request.resource_metrics {
            self.resource(resource.resource.as_mut());
            for metric in resource.scope_metrics.iter_mut().flat_map(|scope| &mut scope.metrics) {
                self.metric(metric, shift);
            }
        }
    }

    /// Rewrites the points of a metric. A cumulative one began with its session.
    fn metric(&self, metric: &mut Metric, shift: Shift) {
        let Some(Data::Sum(sum)) = &mut metric.data else {
            return;
        };
        let cumulative =
            sum.aggregation_temporality == i32::from(AggregationTemporality::Cumulative);
        for point in &mut sum.data_points {
            point.time_unix_nano = shift.move_time(point.time_unix_nano);
            point.start_time_unix_nano = if cumulative {
                self.begun_nanos
            } else {
                shift.move_time(point.start_time_unix_nano)
            };
            self.attributes(&mut point.attributes);
        }
    }

    /// Rewrites a logs request.
    pub(crate) fn logs(&mut self, request: &mut ExportLogsServiceRequest) {
        let last = request
            .resource_logs
            .iter()
            .flat_map(|resource| &resource.scope_logs)
            .flat_map(|scope| &scope.log_records)
            .map(|record| record.time_unix_nano)
            .max();
        let shift = Shift::between(last, self.time_nanos);
        for resource in &mut request.resource_logs {
            self.resource(resource.resource.as_mut());
            for record in resource.scope_logs.iter_mut().flat_map(|scope| &mut scope.log_records) {
                record.time_unix_nano = shift.move_time(record.time_unix_nano);
                record.observed_time_unix_nano = shift.move_time(record.observed_time_unix_nano);
                self.attributes(&mut record.attributes);
                for pair in &mut record.attributes {
                    match pair.key.as_str() {
                        EVENT_TIMESTAMP => {
                            pair.value = text(time_text(record.time_unix_nano));
                        }
                        attribute::EVENT_SEQUENCE => {
                            pair.value =
                                Some(AnyValue { value: Some(Value::IntValue(self.next_sequence)) });
                            self.next_sequence += 1;
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    /// Rewrites a resource.
    fn resource(&self, resource: Option<&mut Resource>) {
        if let Some(resource) = resource {
            self.attributes(&mut resource.attributes);
        }
    }

    /// Rewrites who and which session.
    fn attributes(&self, attributes: &mut [KeyValue]) {
        let user = self.user;
        for pair in attributes {
            let value = match pair.key.as_str() {
                attribute::USER_EMAIL => format!("dev{user:04}@xyz.com"),
                attribute::USER_NAME => format!("Developer {user:04}"),
                attribute::USER_ID => digest("user", user),
                attribute::ACCOUNT_UUID => uuid("account", user),
                ACCOUNT_ID => format!("user_{}", digest("account", user).split_at(24).0),
                attribute::SESSION_ID => uuid("session", self.session),
                _ => continue,
            };
            pair.value = text(value);
        }
    }
}

/// An id as the client makes one of an install: 64 hexadecimal digits.
fn digest(kind: &str, number: usize) -> String {
    blake3::hash(format!("{kind} {number}").as_bytes()).to_string()
}

/// An id as the client makes one of a session.
fn uuid(kind: &str, number: usize) -> String {
    let digits = digest(kind, number);
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0..8), part(8..12), part(12..15), part(15..18), part(18..30))
}

/// A text as an attribute has it.
fn text(text: String) -> Option<AnyValue> {
    Some(AnyValue { value: Some(Value::StringValue(text)) })
}

/// A time as `event.timestamp` spells it.
fn time_text(nanos: u64) -> String {
    let time = DateTime::<Utc>::from_timestamp_nanos(nanos.cast_signed());
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// How far the times of a request are moved.
#[derive(Clone, Copy, Debug)]
struct Shift {
    from: u64,
    to: u64,
}

impl Shift {
    /// Moves the last time of a request to another one.
    fn between(last: Option<u64>, to: u64) -> Shift {
        Shift { from: last.unwrap_or(to), to }
    }

    /// A time, moved; one that is not set stays so.
    fn move_time(self, time: u64) -> u64 {
        if time == 0 { 0 } else { time.saturating_add(self.to).saturating_sub(self.from) }
    }
}
