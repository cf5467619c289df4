//! What cannot be counted, and why: said to the sender and on `/status`.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::logs::v1::LogRecord;

use super::{events, metrics};
use crate::signal::Request;

/// Telemetry older than this is kept and not counted, unless it is imported.
pub const MAX_AGE_DAYS: u64 = 30;

/// Nanoseconds of [`MAX_AGE_DAYS`].
const MAX_AGE_NANOS: i64 = 30 * 86_400 * 1_000_000_000;

/// How far a client's clock may be ahead.
const MAX_AHEAD_NANOS: i64 = 600 * 1_000_000_000;

/// Why a point or record cannot be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    NotANumber,
    Infinite,
    Negative,
    TooLarge,
    NoValue,
    NoData,
    NoTemporality,
    NoTime,
    InTheFuture,
}

impl Refusal {
    /// A short name for tallies.
    pub fn name(self) -> &'static str {
        match self {
            Refusal::NotANumber => "not_a_number",
            Refusal::Infinite => "infinite",
            Refusal::Negative => "negative",
            Refusal::TooLarge => "too_large",
            Refusal::NoValue => "no_value",
            Refusal::NoData => "no_data",
            Refusal::NoTemporality => "no_temporality",
            Refusal::NoTime => "no_time",
            Refusal::InTheFuture => "in_the_future",
        }
    }

    /// Cause and cure, for the sender.
    pub fn message(self) -> &'static str {
        match self {
            Refusal::NotANumber => "a value is NaN; send a number",
            Refusal::Infinite => "a value is infinite; send a number",
            Refusal::Negative => "a counter is negative; counters only grow",
            Refusal::TooLarge => "a value is too large to be a count; check its unit",
            Refusal::NoValue => "a data point has no value; set asDouble or asInt",
            Refusal::NoData => "a metric has no data; set sum with its dataPoints",
            Refusal::NoTemporality => {
                "aggregationTemporality is not set; send 1 (delta) or 2 (cumulative)"
            }
            Refusal::NoTime => "timeUnixNano is not set; send the time of the point or record",
            Refusal::InTheFuture => {
                "a time is more than 10 minutes in the future; check the client's clock"
            }
        }
    }
}

/// How many points and records were refused, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    pub by_reason: BTreeMap<Refusal, usize>,
}

impl Refusals {
    /// One more.
    pub fn add(&mut self, refusal: Refusal) {
        *self.by_reason.entry(refusal).or_default() += 1;
    }

    /// All of them.
    pub fn count(&self) -> usize {
        self.by_reason.values().sum()
    }

    /// Each reason once, as one sentence for `partial_success`.
    pub fn message(&self) -> String {
        let reasons: Vec<&str> = self.by_reason.keys().map(|reason| reason.message()).collect();
        reasons.join("; ")
    }
}

/// A time that may be counted.
pub(super) struct Time {
    pub(super) nanos: i64,
    pub(super) too_old: bool,
}

/// Judges a time by when its signal was received (microseconds since 1970).
pub(super) fn time(time_nanos: u64, received_at: i64) -> Result<Time, Refusal> {
    if time_nanos == 0 {
        return Err(Refusal::NoTime);
    }
    let nanos = i64::try_from(time_nanos).map_err(|_| Refusal::InTheFuture)?;
    let received = received_at.saturating_mul(1000);
    if nanos > received.saturating_add(MAX_AHEAD_NANOS) {
        return Err(Refusal::InTheFuture);
    }
    Ok(Time { nanos, too_old: nanos < received.saturating_sub(MAX_AGE_NANOS) })
}

/// The time of a record; the observed time where it has none of its own.
pub(super) fn record_time(record: &LogRecord) -> u64 {
    if record.time_unix_nano == 0 { record.observed_time_unix_nano } else { record.time_unix_nano }
}

/// What [`check`] found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub refusals: Refusals,
    /// Kept, but not counted.
    pub too_old: usize,
}

/// What of a request will be refused by the fold: the sender is told in `partial_success`.
///
/// `received_at` is in microseconds since 1970.
pub fn check(request: &Request, received_at: i64) -> Checked {
    match request {
        Request::Metrics(request) => check_metrics(request, received_at),
        Request::Logs(request) => check_logs(request, received_at),
        // Nothing of them is counted, so nothing can be wrong with it.
        Request::Traces(_) => Checked::default(),
    }
}

/// Checks each point of a known metric.
fn check_metrics(request: &ExportMetricsServiceRequest, received_at: i64) -> Checked {
    let mut checked = Checked::default();
    let scopes = request.resource_metrics.iter().flat_map(|resource| &resource.scope_metrics);
    for metric in scopes.flat_map(|scope| &scope.metrics) {
        match metrics::sum_of(metric) {
            Ok(None) => {}
            Err(refusal) => checked.refusals.add(refusal),
            Ok(Some(sum)) => {
                for point in sum.points {
                    let judged = metrics::value_of(&sum, point)
                        .and_then(|_| time(point.time_unix_nano, received_at));
                    checked.note(judged);
                }
            }
        }
    }
    checked
}

/// Checks each record.
fn check_logs(request: &ExportLogsServiceRequest, received_at: i64) -> Checked {
    let mut checked = Checked::default();
    let scopes = request.resource_logs.iter().flat_map(|resource| &resource.scope_logs);
    for record in scopes.flat_map(|scope| &scope.log_records) {
        if let Some(judged) = events::judge(record) {
            checked.note(judged.and_then(|()| time(record_time(record), received_at)));
        }
    }
    checked
}

impl Checked {
    /// Notes one point or record.
    fn note(&mut self, judged: Result<Time, Refusal>) {
        match judged {
            Err(refusal) => self.refusals.add(refusal),
            Ok(time) => self.too_old += usize::from(time.too_old),
        }
    }
}
