//! Times from another age: refused or kept, said so, and never in the way.

use std::sync::LazyLock;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceResponse;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use prost::Message;

use crate::support::reporter::moment;
use crate::support::telemetry::now_nanos;
use crate::support::{Reporter, Shared};

static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&[]));

/// Nanoseconds of a minute and of a day.
const MINUTE: u64 = 60 * 1_000_000_000;
const DAY: u64 = 24 * 60 * MINUTE;

/// Sends three points, the middle one of a strange time: how many are rejected, what is said
/// and how much is counted.
fn point_of(name: &str, time: u64) -> (i64, String, i64) {
    let reporter = Reporter::new(name);
    let mut strange = reporter.tokens_point(100.0);
    strange.time_unix_nano = time;
    let points = vec![reporter.tokens_point(1.0), strange, reporter.tokens_point(2.0)];
    let answer = SERVER.offer_protobuf("metrics", &reporter.points(points).encode_to_vec());
    assert_eq!(answer.status, 200);
    let response = ExportMetricsServiceResponse::decode(&answer.body[..]).expect("a response");
    let partial = response.partial_success.unwrap_or_default();
    (partial.rejected_data_points, partial.error_message, reporter.counted(&SERVER))
}

/// The same with records.
fn record_of(name: &str, time: u64) -> (i64, String, i64) {
    let reporter = Reporter::new(name);
    let mut strange = reporter.call(100);
    strange.time_unix_nano = time;
    let records = vec![reporter.call(1), strange, reporter.call(2)];
    let answer = SERVER.offer_protobuf("logs", &reporter.records(records).encode_to_vec());
    assert_eq!(answer.status, 200);
    let response = ExportLogsServiceResponse::decode(&answer.body[..]).expect("a response");
    let partial = response.partial_success.unwrap_or_default();
    (partial.rejected_log_records, partial.error_message, reporter.counted(&SERVER))
}

#[test]
fn a_time_eleven_minutes_ahead_is_refused() {
    for sent in [point_of, record_of] {
        let (rejected, message, counted) = sent("elevenahead", now_nanos() + 11 * MINUTE);
        assert_eq!(rejected, 1);
        assert!(message.contains("10 minutes in the future"), "{message}");
        assert!(counted <= 3, "the strange one is not counted");
    }
    assert_eq!(Reporter::new("elevenahead").counted(&SERVER), 3);
}

#[test]
fn a_time_nine_minutes_ahead_is_counted() {
    let (rejected, _, counted) = point_of("nineahead", moment() + 9 * MINUTE);
    assert_eq!((rejected, counted), (0, 103));
    let (rejected, _, counted) = record_of("nineaheadlogs", moment() + 9 * MINUTE);
    assert_eq!((rejected, counted), (0, 103));
}

#[test]
fn the_last_times_of_64_bits_are_refused() {
    // 2262-04-11 is the last day of signed nanoseconds, 2554 of unsigned ones.
    for (name, time) in [("year2262", i64::MAX as u64), ("year2554", u64::MAX)] {
        let (rejected, _, counted) = point_of(name, time);
        assert_eq!((rejected, counted), (1, 3), "{name}");
        let (rejected, _, counted) = record_of(&format!("{name}logs"), time);
        assert_eq!((rejected, counted), (1, 3), "{name}");
    }
}

#[test]
fn a_time_of_1970_is_kept_and_not_counted() {
    for (name, time) in [("year1970", 1), ("january1970", 20 * DAY)] {
        let (rejected, message, counted) = point_of(name, time);
        assert_eq!((rejected, counted), (0, 3), "{name}");
        assert!(message.contains("older than 30 days"), "{message}");
        let (rejected, message, counted) = record_of(&format!("{name}logs"), time);
        assert_eq!((rejected, counted), (0, 3), "{name}");
        assert!(message.contains("older than 30 days"), "{message}");
    }
}

#[test]
fn thirty_days_are_counted_and_thirty_one_are_not() {
    let (_, _, counted) = point_of("days29", moment() - 29 * DAY);
    assert_eq!(counted, 103);
    let (_, message, counted) = point_of("days31", moment() - 31 * DAY);
    assert_eq!(counted, 3);
    assert!(message.contains("kept"), "{message}");
}

#[test]
fn a_point_without_a_time_is_refused() {
    let (rejected, message, counted) = point_of("notime", 0);
    assert_eq!((rejected, counted), (1, 3));
    assert!(message.contains("timeUnixNano"), "{message}");
}

#[test]
fn a_record_without_a_time_has_the_one_it_was_observed_at() {
    let reporter = Reporter::new("observed");
    let mut record = reporter.call(53);
    record.observed_time_unix_nano = record.time_unix_nano;
    record.time_unix_nano = 0;
    SERVER.accept("logs", &reporter.records(vec![record]).encode_to_vec());
    assert_eq!(reporter.counted(&SERVER), 53);
}

#[test]
fn a_start_after_the_end_stops_nothing() {
    let reporter = Reporter::new("startafter");
    let mut point = reporter.tokens_point(59.0);
    point.start_time_unix_nano = u64::MAX;
    SERVER.accept("metrics", &reporter.points(vec![point]).encode_to_vec());
    assert_eq!(reporter.counted(&SERVER), 59);
}

#[test]
fn what_is_too_old_is_said_on_the_status_page() {
    let before = SERVER.settle()["records"]["too_old"].as_i64().expect("a number");
    point_of("tooold", DAY);
    let after = SERVER.settle()["records"]["too_old"].as_i64().expect("a number");
    assert!(after > before, "{before} to {after}");
}
