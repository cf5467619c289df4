//! A session as the client tells it, in OTLP.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use daybook_schema::agents::claude_code::{SERVICE_NAME, attribute, event, metric};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
    number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;

use super::nanos;
use super::organization::Person;
use super::session::{Call, Session};

/// An attribute.
fn pair(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), key_strindex: 0 }
}

/// A text attribute.
fn text(key: &str, value: impl Into<String>) -> KeyValue {
    pair(key, Value::StringValue(value.into()))
}

/// A number attribute.
fn number(key: &str, value: impl Into<i64>) -> KeyValue {
    pair(key, Value::IntValue(value.into()))
}

/// What the person's settings say of them.
fn resource(person: &Person) -> Option<Resource> {
    let mut attributes = vec![text("service.name", SERVICE_NAME)];
    if person.named {
        let number = person.number + 1;
        attributes.push(text(attribute::USER_EMAIL, format!("developer{number:02}@example.com")));
        attributes.push(text(attribute::USER_NAME, format!("Developer {number:02}")));
        attributes.extend(person.team().map(|team| text(attribute::TEAM, team)));
    }
    Some(Resource { attributes, ..Resource::default() })
}

/// What every point and record of a session carries.
fn common(session: &Session, person: &Person) -> Vec<KeyValue> {
    vec![
        text(attribute::USER_ID, format!("{:064x}", u64::from(person.number) + 0x5eed)),
        text(attribute::SESSION_ID, session.id.clone()),
        text(attribute::TERMINAL_TYPE, "xterm-256color"),
        text(attribute::PROVIDER, "firstParty"),
    ]
}

/// The client's scope.
fn scope(name: &str, session: &Session) -> Option<InstrumentationScope> {
    Some(InstrumentationScope {
        name: name.to_owned(),
        version: session.version.to_owned(),
        ..InstrumentationScope::default()
    })
}

/// The metrics of a session, as its last export sends them.
pub(super) fn metrics(session: &Session, person: &Person) -> ExportMetricsServiceRequest {
    let mut points = Points { session, common: common(session, person), metrics: BTreeMap::new() };
    let mut by_model: BTreeMap<&str, Vec<&Call>> = BTreeMap::new();
    for call in &session.calls {
        by_model.entry(call.model.name).or_default().push(call);
    }
    for (model, calls) in by_model {
        points.model(model, &calls);
    }
    for (kind, lines) in [("added", session.lines_added), ("removed", session.lines_removed)] {
        points.add(metric::LINES_OF_CODE, vec![text(attribute::TYPE, kind)], lines.into());
    }
    for (decision, count) in [("accept", session.accepted), ("reject", session.rejected)] {
        let attributes =
            vec![text(attribute::DECISION, decision), text(attribute::TOOL_NAME, "Edit")];
        points.add(metric::CODE_EDIT_DECISION, attributes, count.into());
    }
    points.add(metric::COMMIT_COUNT, Vec::new(), session.commits.into());
    points.add(metric::PULL_REQUEST_COUNT, Vec::new(), session.pull_requests.into());
    points.add(metric::SESSION_COUNT, vec![text(attribute::START_TYPE, "fresh")], 1.0);
    let seconds = f64::from(session.tool_calls) * 41.0;
    points.add(metric::ACTIVE_TIME, vec![text(attribute::TYPE, "cli")], seconds);
    points.add(metric::ACTIVE_TIME, vec![text(attribute::TYPE, "user")], seconds / 3.0);
    points.request(person)
}

/// Points by metric.
struct Points<'a> {
    session: &'a Session,
    common: Vec<KeyValue>,
    metrics: BTreeMap<&'static str, Vec<NumberDataPoint>>,
}

impl Points<'_> {
    /// Adds what a model was used for.
    fn model(&mut self, model: &str, calls: &[&Call]) {
        type Tokens = fn(&Call) -> u32;
        let kinds: [(&str, Tokens); 4] = [
            ("input", |call| call.input),
            ("output", |call| call.output),
            ("cacheRead", |call| call.cache_read),
            ("cacheCreation", |call| call.cache_creation),
        ];
        for (kind, tokens) in kinds {
            let sum: f64 = calls.iter().map(|call| f64::from(tokens(call))).sum();
            let attributes = vec![text(attribute::MODEL, model), text(attribute::TYPE, kind)];
            self.add(metric::TOKEN_USAGE, attributes, sum);
        }
        let cost: f64 = calls.iter().map(|call| call.cost_usd()).sum();
        self.add(metric::COST_USAGE, vec![text(attribute::MODEL, model)], cost);
    }

    /// Adds a point of the whole session.
    fn add(&mut self, name: &'static str, attributes: Vec<KeyValue>, value: f64) {
        self.metrics.entry(name).or_default().push(NumberDataPoint {
            attributes: [self.common.clone(), attributes].concat(),
            start_time_unix_nano: nanos(self.session.begun),
            time_unix_nano: nanos(self.session.ended()),
            value: Some(number_data_point::Value::AsDouble(value)),
            ..NumberDataPoint::default()
        });
    }

    /// The points as a request.
    fn request(self, person: &Person) -> ExportMetricsServiceRequest {
        let metrics = self.metrics.into_iter().map(|(name, data_points)| Metric {
            name: name.to_owned(),
            data: Some(Data::Sum(Sum {
                data_points,
                aggregation_temporality: AggregationTemporality::Delta.into(),
                is_monotonic: true,
            })),
            ..Metric::default()
        });
        let scope_metrics = vec![ScopeMetrics {
            scope: scope("com.anthropic.claude_code", self.session),
            metrics: metrics.collect(),
            ..ScopeMetrics::default()
        }];
        ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: resource(person),
                scope_metrics,
                ..ResourceMetrics::default()
            }],
        }
    }
}

/// The events of a session.
pub(super) fn logs(session: &Session, person: &Person) -> ExportLogsServiceRequest {
    let mut records = Records { common: common(session, person), records: Vec::new() };
    let begun = session.begun;
    for _ in 0..session.prompts {
        records.add(event::USER_PROMPT, begun, Vec::new());
    }
    for (index, call) in session.calls.iter().enumerate() {
        records.add(event::API_REQUEST, session.time_of(index), call_attributes(call));
    }
    for (decision, count) in [("accept", session.accepted), ("reject", session.rejected)] {
        for _ in 0..count {
            let attributes =
                vec![text(attribute::DECISION, decision), text(attribute::TOOL_NAME, "Edit")];
            records.add(event::TOOL_DECISION, begun, attributes);
        }
    }
    for _ in 0..session.tool_calls {
        records.add(event::TOOL_RESULT, begun, vec![text(attribute::TOOL_NAME, "Bash")]);
    }
    if session.failed {
        records.add(event::API_ERROR, session.ended(), Vec::new());
    }
    if session.gap && records.records.len() > 2 {
        records.records.remove(1);
    }
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: resource(person),
            scope_logs: vec![ScopeLogs {
                scope: scope("com.anthropic.claude_code.events", session),
                log_records: records.records,
                ..ScopeLogs::default()
            }],
            ..ResourceLogs::default()
        }],
    }
}

/// What an `api_request` says.
fn call_attributes(call: &Call) -> Vec<KeyValue> {
    vec![
        text(attribute::MODEL, call.model.name),
        number(attribute::INPUT_TOKENS, call.input),
        number(attribute::OUTPUT_TOKENS, call.output),
        number(attribute::CACHE_READ_TOKENS, call.cache_read),
        number(attribute::CACHE_CREATION_TOKENS, call.cache_creation),
        pair(attribute::COST_USD, Value::DoubleValue(call.cost_usd())),
    ]
}

/// Numbered records.
struct Records {
    common: Vec<KeyValue>,
    records: Vec<LogRecord>,
}

impl Records {
    /// Adds a record.
    fn add(&mut self, name: &str, time: DateTime<Utc>, own: Vec<KeyValue>) {
        let sequence = i64::try_from(self.records.len()).unwrap_or_default();
        let named =
            vec![text(attribute::EVENT_NAME, name), number(attribute::EVENT_SEQUENCE, sequence)];
        self.records.push(LogRecord {
            time_unix_nano: nanos(time),
            observed_time_unix_nano: nanos(time),
            attributes: [self.common.clone(), named, own].concat(),
            ..LogRecord::default()
        });
    }
}
