//! Data points of the eight metrics.

use daybook_schema::agents::claude_code::{self, metric};
use daybook_schema::counters::Source;
use daybook_schema::users::identity::EMAIL;
use daybook_schema::{models, seen};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Metric, NumberDataPoint, ResourceMetrics,
};

use super::counter::{Counter, Decision, EditTool};
use super::scopes::{Origin, session_id};
use super::{Amount, Identity, Moment, Observation, Reader, Refusal};
use crate::attributes::{self, Known, text};
use crate::keys::Domain;
use crate::resolve::Declared;

/// The points of a metric that is understood.
pub(super) struct Sum<'a> {
    name: &'a str,
    pub(super) points: &'a [NumberDataPoint],
    cumulative: bool,
}

/// The sum of a metric; `None` for metrics nobody knows.
pub(super) fn sum_of(metric: &Metric) -> Result<Option<Sum<'_>>, Refusal> {
    let Some(data) = &metric.data else {
        return Err(Refusal::NoData);
    };
    let Data::Sum(sum) = data else {
        return Ok(None);
    };
    if !is_known(&metric.name) {
        return Ok(None);
    }
    let cumulative = match AggregationTemporality::try_from(sum.aggregation_temporality) {
        Ok(AggregationTemporality::Delta) => false,
        Ok(AggregationTemporality::Cumulative) => true,
        _ => return Err(Refusal::NoTemporality),
    };
    Ok(Some(Sum { name: &metric.name, points: &sum.data_points, cumulative }))
}

/// Whether a metric's name is understood.
fn is_known(name: &str) -> bool {
    matches!(
        name,
        metric::SESSION_COUNT
            | metric::TOKEN_USAGE
            | metric::COST_USAGE
            | metric::LINES_OF_CODE
            | metric::COMMIT_COUNT
            | metric::PULL_REQUEST_COUNT
            | metric::CODE_EDIT_DECISION
            | metric::ACTIVE_TIME
    )
}

/// The value of a point in its counter's unit; refused when it is no count.
pub(super) fn value_of(sum: &Sum<'_>, point: &NumberDataPoint) -> Result<i64, Refusal> {
    let unit = match sum.name {
        metric::COST_USAGE => Counter::CostNanos,
        metric::ACTIVE_TIME => Counter::ActiveCliMicros,
        _ => Counter::InputTokens,
    };
    match point.value {
        Some(Value::AsDouble(value)) => unit.amount(value),
        #[expect(clippy::as_conversions, reason = "beyond 2^53 it is refused anyway")]
        Some(Value::AsInt(value)) => unit.amount(value as f64),
        None => Err(Refusal::NoValue),
    }
}

/// The counter a point raises; `None` when its attributes name none.
fn counter_of(name: &str, known: &Known<'_>) -> Option<Counter> {
    let kind = text(known.kind);
    match (name, kind.as_deref()) {
        (metric::TOKEN_USAGE, Some("input")) => Some(Counter::InputTokens),
        (metric::TOKEN_USAGE, Some("output")) => Some(Counter::OutputTokens),
        (metric::TOKEN_USAGE, Some("cacheRead")) => Some(Counter::CacheReadTokens),
        (metric::TOKEN_USAGE, Some("cacheCreation")) => Some(Counter::CacheCreationTokens),
        (metric::COST_USAGE, _) => Some(Counter::CostNanos),
        (metric::LINES_OF_CODE, Some("added")) => Some(Counter::LinesAdded),
        (metric::LINES_OF_CODE, Some("removed")) => Some(Counter::LinesRemoved),
        (metric::COMMIT_COUNT, _) => Some(Counter::Commits),
        (metric::PULL_REQUEST_COUNT, _) => Some(Counter::PullRequests),
        (metric::ACTIVE_TIME, Some("user")) => Some(Counter::ActiveUserMicros),
        (metric::ACTIVE_TIME, Some("cli")) => Some(Counter::ActiveCliMicros),
        (metric::CODE_EDIT_DECISION, _) => Some(Counter::Edit(
            EditTool::parse(&text(known.tool_name)?)?,
            Decision::parse(&text(known.decision)?)?,
        )),
        (metric::SESSION_COUNT, _) => {
            let start = text(known.start_type);
            (start.as_deref() != Some(claude_code::AGENTS_VIEW)).then_some(Counter::SessionStarts)
        }
        _ => None,
    }
}

/// Reads every point of a request.
pub(super) fn read(reader: &mut Reader<'_>, request: &ExportMetricsServiceRequest) {
    for resource in &request.resource_metrics {
        read_resource(reader, resource);
    }
}

/// Reads every point of a resource.
fn read_resource(reader: &mut Reader<'_>, resource: &ResourceMetrics) {
    let described = resource.resource.as_ref().map_or(&[][..], |resource| &resource.attributes);
    let resource_hash = attributes::hash(&reader.context.keys, described);
    for scope in &resource.scope_metrics {
        let known = Known::read(described);
        let version = super::events::version(&known, scope.scope.as_ref());
        let origin = Origin { resource: known, resource_hash, version: &version };
        for metric in &scope.metrics {
            match sum_of(metric) {
                Err(refusal) => reader.observed.refusals.add(refusal),
                Ok(None) => reader.unknown_metric(&metric.name),
                Ok(Some(sum)) => {
                    for point in sum.points {
                        read_point(reader, &origin, &sum, point);
                    }
                }
            }
        }
    }
}

/// Reads one point.
fn read_point(
    reader: &mut Reader<'_>,
    origin: &Origin<'_>,
    sum: &Sum<'_>,
    point: &NumberDataPoint,
) {
    let value = match value_of(sum, point) {
        Ok(value) => value,
        Err(refusal) => return reader.observed.refusals.add(refusal),
    };
    let Some(moment) = reader.moment(point.time_unix_nano) else {
        return;
    };
    let known = Known::read(&point.attributes);
    let declared = reader.declared(&origin.resource, &known);
    let facts = Facts { origin, known: &known, declared: &declared, moment };
    let identity = identity(reader, sum, point, &facts, value);
    let scope = reader.scope(origin, &known, &declared, moment);
    let amount = match counter_of(sum.name, &known) {
        None => Amount::Nothing,
        Some(counter) => Amount::One {
            counter,
            raw_model: counter.is_usage().then(|| raw_model(&known)),
            amount: value,
        },
    };
    reader.observed.observations.push(Observation {
        scope,
        source: Source::Metrics,
        utc_day: moment.utc_day,
        local_day: moment.local_day,
        identity,
        amount,
        sequence: None,
    });
}

/// The model's name as it is kept.
pub(super) fn raw_model(known: &Known<'_>) -> String {
    let name = text(known.model);
    models::raw_name(name.as_deref().unwrap_or_default()).to_owned()
}

/// What is known of a point or record beside its own fields.
pub(super) struct Facts<'a> {
    pub(super) origin: &'a Origin<'a>,
    pub(super) known: &'a Known<'a>,
    pub(super) declared: &'a Declared,
    pub(super) moment: Moment,
}

impl Facts<'_> {
    /// Stands for the resource where there is no session id.
    pub(super) fn place(&self) -> u64 {
        session_id(self.known).map_or(self.origin.resource_hash, |_| 0)
    }
}

/// What tells a point from others: connection, metric, who, all its attributes, its start,
/// its time, and where it has no session its resource.
fn identity(
    reader: &Reader<'_>,
    sum: &Sum<'_>,
    point: &NumberDataPoint,
    facts: &Facts<'_>,
    value: i64,
) -> Identity {
    let keys = &reader.context.keys;
    let nanos = facts.moment.nanos;
    let begin = |domain| {
        keys.begin(domain)
            .signed(reader.observed.connection_id.into())
            .text(sum.name)
            .maybe_signed(keys.maybe_identity(EMAIL, facts.declared.email.as_deref()))
            .number(facts.place())
            .number(attributes::hash(keys, &point.attributes))
            .number(point.start_time_unix_nano)
    };
    if sum.cumulative {
        return Identity::Stream { stream: begin(Domain::Stream).id(), time_nanos: nanos, value };
    }
    Identity::Once {
        seen_scope: reader.seen_scope(facts),
        hash: begin(Domain::Record).signed(nanos).signed(value).finish(),
    }
}

impl Reader<'_> {
    /// The row of `seen` that knows what was counted of a scope in a minute.
    pub(super) fn seen_scope(&self, facts: &Facts<'_>) -> i64 {
        let session = session_id(facts.known);
        let shard = self.context.keys.shard(self.observed.connection_id, session.as_deref());
        let hash = self
            .context
            .keys
            .begin(Domain::SeenScope)
            .signed(self.observed.connection_id.into())
            .maybe(session.as_deref())
            .number(facts.place())
            .signed(facts.moment.minute)
            .finish();
        seen::scope_of(facts.moment.minute, shard, hash)
    }

    /// Notes a metric that is not understood.
    fn unknown_metric(&mut self, name: &str) {
        super::events::note(&mut self.observed.unknown_metrics, name);
    }
}
