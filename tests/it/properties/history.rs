//! Made-up histories: who did what when; and how a client would tell them.

use std::collections::BTreeMap;

use daybook_jobs::signal::Request;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use proptest::prelude::*;

/// When every signal is received: 20 November 2026, 12:00 UTC.
pub const NOW_MICROS: i64 = 1_795_176_000_000_000;

/// A second in nanoseconds.
const SECOND: u64 = 1_000_000_000;

/// A process of the client at work.
#[derive(Clone, Debug)]
pub struct Process {
    /// 0 to 2: a declared email; else nobody is named.
    person: usize,
    email_in_resource: bool,
    install: usize,
    session: Option<usize>,
    /// Seconds before now.
    begun: u64,
    calls: Vec<Call>,
    events_on: bool,
    metrics_on: bool,
    /// Which team it names, where its email stands.
    team: Option<usize>,
}

/// An API call, and what came with it.
#[derive(Clone, Debug)]
struct Call {
    /// Seconds after the one before.
    pause: u64,
    model: usize,
    tokens: [u32; 4],
    cost_nanos: u32,
    lines: u32,
    edit_accepted: Option<bool>,
    prompt: bool,
}

/// What happened.
#[derive(Clone, Debug)]
pub struct History {
    processes: Vec<Process>,
}

/// One point or record, with its resource.
#[derive(Clone, Debug)]
pub enum Item {
    Point { resource: Resource, metric: Metric },
    Record { resource: Resource, record: LogRecord },
}

impl History {
    /// Any history over a few days.
    pub fn any() -> impl Strategy<Value = History> {
        prop::collection::vec(process(), 1..6).prop_map(|processes| History { processes })
    }

    /// One history, always the same.
    pub fn fixed() -> History {
        let call = Call {
            pause: 40_000,
            model: 1,
            tokens: [5, 7, 11, 13],
            cost_nanos: 2_069_600,
            lines: 3,
            edit_accepted: Some(true),
            prompt: true,
        };
        let process = |person, install| Process {
            person,
            email_in_resource: true,
            install,
            session: Some(install),
            begun: 200_000,
            calls: vec![call.clone(); 3],
            events_on: true,
            metrics_on: true,
            team: Some(install),
        };
        History { processes: vec![process(0, 0), process(5, 0), process(1, 1)] }
    }

    /// Tokens of every call.
    pub fn tokens(&self) -> i64 {
        let calls = self.processes.iter().flat_map(|process| &process.calls);
        calls.flat_map(|call| call.tokens).map(i64::from).sum()
    }
}

/// Any process.
fn process() -> impl Strategy<Value = Process> {
    (
        (
            (0..5_usize, any::<bool>(), prop::option::of(0..3_usize)),
            0..3_usize,
            prop::option::weighted(0.7, 0..4_usize),
        ),
        // Spread round the midnights of UTC and of the organization.
        (3_600..400_000_u64, prop::collection::vec(call(), 1..6)),
        prop_oneof![Just((true, true)), Just((true, false)), Just((false, true))],
    )
        .prop_map(|((who, install, session), (begun, calls), on)| {
            let (person, email_in_resource, team) = who;
            Process {
                person,
                email_in_resource,
                install,
                session,
                begun,
                calls,
                events_on: on.0,
                metrics_on: on.1,
                team,
            }
        })
}

/// Any call.
fn call() -> impl Strategy<Value = Call> {
    (
        (1..30_000_u64, 0..3_usize, prop::array::uniform4(0..5000_u32), 0..90_000_000_u32),
        (0..4_u32, prop::option::of(any::<bool>()), any::<bool>()),
    )
        .prop_map(|((pause, model, tokens, cost_nanos), (lines, edit_accepted, prompt))| {
            Call { pause, model, tokens, cost_nanos, lines, edit_accepted, prompt }
        })
}

/// A value of an attribute.
fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), key_strindex: 0 }
}

/// A text attribute.
fn text(key: &str, value: impl Into<String>) -> KeyValue {
    attribute(key, Value::StringValue(value.into()))
}

impl Process {
    /// The process's email.
    fn email(&self) -> Option<String> {
        (self.person < 3).then(|| format!("Person{}@xyz.com", self.person))
    }

    /// What it says of its team.
    fn team_attributes(&self) -> impl Iterator<Item = KeyValue> {
        let team = self.team.map(|team| text("team", format!("team{team}")));
        let paid = self.team.filter(|team| *team > 0).map(|_| text("cost_center", "7"));
        team.into_iter().chain(paid)
    }

    /// What every point and record is under.
    fn resource(&self) -> Resource {
        let mut attributes = vec![text("service.name", "claude-code")];
        if let Some(email) = self.email().filter(|_| self.email_in_resource) {
            attributes.push(text("user.email", email));
        }
        attributes.extend(self.team_attributes().filter(|_| self.email_in_resource));
        Resource { attributes, ..Resource::default() }
    }

    /// What every point and record carries.
    fn common(&self) -> Vec<KeyValue> {
        let mut common = vec![text("user.id", format!("install{}", self.install))];
        if let Some(email) = self.email().filter(|_| !self.email_in_resource) {
            common.push(text("user.email", email));
        }
        common.extend(self.team_attributes().filter(|_| !self.email_in_resource));
        if let Some(session) = self.session {
            common.push(text("session.id", format!("session{session}")));
        }
        common
    }

    /// When the process began, nanoseconds since 1970. Told apart from every other process's
    /// by the place in the history.
    fn start(&self, place: usize) -> u64 {
        let now = u64::try_from(NOW_MICROS).expect("after 1970") * 1000;
        now - self.begun * SECOND + place as u64
    }

    /// The calls with their times, none later than now.
    fn timed(&self, place: usize) -> Vec<(u64, &Call)> {
        let mut time = self.start(place);
        let now = u64::try_from(NOW_MICROS).expect("after 1970") * 1000;
        let mut timed = Vec::new();
        for call in &self.calls {
            time = (time + call.pause * SECOND).min(now + timed.len() as u64 + 1);
            timed.push((time, call));
        }
        timed
    }
}

/// The models.
const MODELS: [&str; 3] = [
    "claude-opus-5-5",
    "claude-sonnet-5-5-20260930",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
];

/// What a call adds to the counters: metric, attributes, value.
fn increments(call: &Call) -> Vec<(&'static str, Vec<KeyValue>, f64)> {
    let model = text("model", MODELS[call.model]);
    let mut all = Vec::new();
    for (kind, tokens) in ["input", "output", "cacheRead", "cacheCreation"].iter().zip(call.tokens)
    {
        let attributes = vec![model.clone(), text("type", *kind)];
        all.push(("claude_code.token.usage", attributes, f64::from(tokens)));
    }
    let cost = f64::from(call.cost_nanos) / 1.0e9;
    all.push(("claude_code.cost.usage", vec![model.clone()], cost));
    let added = vec![model, text("type", "added")];
    all.push(("claude_code.lines_of_code.count", added, f64::from(call.lines)));
    if let Some(accepted) = call.edit_accepted {
        let decision = text("decision", if accepted { "accept" } else { "reject" });
        let attributes = vec![text("tool_name", "Edit"), decision];
        all.push(("claude_code.code_edit_tool.decision", attributes, 1.0));
    }
    all
}

/// A point of a metric.
fn point(
    name: &str,
    attributes: Vec<KeyValue>,
    start: u64,
    time: u64,
    value: f64,
    temporality: i32,
) -> Metric {
    let point = NumberDataPoint {
        attributes,
        start_time_unix_nano: start,
        time_unix_nano: time,
        value: Some(number_data_point::Value::AsDouble(value)),
        ..NumberDataPoint::default()
    };
    let sum =
        Sum { data_points: vec![point], aggregation_temporality: temporality, is_monotonic: true };
    Metric { name: name.to_owned(), data: Some(Data::Sum(sum)), ..Metric::default() }
}

/// The history as deltas.
pub fn delta(history: &History) -> Vec<Item> {
    let mut items = Vec::new();
    for (place, process) in history.processes.iter().enumerate() {
        let resource = process.resource();
        if process.metrics_on {
            for (time, call) in process.timed(place) {
                for (name, attributes, value) in increments(call) {
                    let all = [process.common(), attributes].concat();
                    let metric = point(name, all, time - SECOND, time, value, 1);
                    items.push(Item::Point { resource: resource.clone(), metric });
                }
            }
        }
        items.extend(records(place, process));
    }
    items
}

/// The history as cumulative values: each known series is said again at every call.
pub fn cumulative(history: &History) -> Vec<Item> {
    let mut items = Vec::new();
    for (place, process) in history.processes.iter().enumerate() {
        let resource = process.resource();
        let start = process.start(place);
        let mut series: BTreeMap<String, (&str, Vec<KeyValue>, f64)> = BTreeMap::new();
        if process.metrics_on {
            for (time, call) in process.timed(place) {
                for (name, attributes, value) in increments(call) {
                    let key = format!("{name}{attributes:?}");
                    series.entry(key).or_insert((name, attributes, 0.0)).2 += value;
                }
                for (name, attributes, value) in series.values() {
                    let all = [process.common(), attributes.clone()].concat();
                    let metric = point(name, all, start, time, *value, 2);
                    items.push(Item::Point { resource: resource.clone(), metric });
                }
            }
        }
        items.extend(records(place, process));
    }
    items
}

/// The events of a process.
fn records(place: usize, process: &Process) -> Vec<Item> {
    let mut items = Vec::new();
    if !process.events_on {
        return items;
    }
    for (time, call) in process.timed(place) {
        let mut said = vec![("api_request", call_attributes(call))];
        if call.prompt {
            said.push(("user_prompt", vec![text("prompt", "<REDACTED>")]));
        }
        if let Some(accepted) = call.edit_accepted {
            let decision = text("decision", if accepted { "accept" } else { "reject" });
            said.push(("tool_decision", vec![text("tool_name", "Edit"), decision]));
        }
        for (name, own) in said {
            let sequence = i64::try_from(items.len()).expect("few");
            let numbered = vec![
                text("event.name", name),
                attribute("event.sequence", Value::IntValue(sequence)),
            ];
            let record = LogRecord {
                time_unix_nano: time,
                attributes: [process.common(), numbered, own].concat(),
                ..LogRecord::default()
            };
            items.push(Item::Record { resource: process.resource(), record });
        }
    }
    items
}

/// What an `api_request` says.
fn call_attributes(call: &Call) -> Vec<KeyValue> {
    let names = ["input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens"];
    let mut attributes: Vec<KeyValue> = names
        .iter()
        .zip(call.tokens)
        .map(|(name, tokens)| attribute(name, Value::IntValue(tokens.into())))
        .collect();
    attributes.push(text("model", MODELS[call.model]));
    let cost = f64::from(call.cost_nanos) / 1.0e9;
    attributes.push(attribute("cost_usd", Value::DoubleValue(cost)));
    attributes
}

/// Items as requests: at most one of metrics and one of logs.
pub fn requests(items: &[Item]) -> Vec<Request> {
    let mut metrics = ExportMetricsServiceRequest::default();
    let mut logs = ExportLogsServiceRequest::default();
    for item in items {
        match item.clone() {
            Item::Point { resource, metric } => metrics.resource_metrics.push(ResourceMetrics {
                resource: Some(resource),
                scope_metrics: vec![ScopeMetrics {
                    metrics: vec![metric],
                    ..ScopeMetrics::default()
                }],
                ..ResourceMetrics::default()
            }),
            Item::Record { resource, record } => logs.resource_logs.push(ResourceLogs {
                resource: Some(resource),
                scope_logs: vec![ScopeLogs { log_records: vec![record], ..ScopeLogs::default() }],
                ..ResourceLogs::default()
            }),
        }
    }
    vec![Request::Metrics(metrics), Request::Logs(logs)]
}
