//! Values that are no counts: each is refused by itself, and named.

use std::sync::LazyLock;

use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value as AnyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Gauge, NumberDataPoint, number_data_point::Value};
use prost::Message;

use crate::support::reporter::metrics;
use crate::support::rpc::JSON;
use crate::support::telemetry::attribute;
use crate::support::{Reporter, Shared};

static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&[]));

/// Sends a request that is accepted but for so many points; what is said of them.
fn rejected(request: &ExportMetricsServiceRequest) -> (i64, String) {
    let answer = SERVER.offer_protobuf("metrics", &request.encode_to_vec());
    assert_eq!(answer.status, 200);
    let response = ExportMetricsServiceResponse::decode(&answer.body[..]).expect("a response");
    let partial = response.partial_success.unwrap_or_default();
    (partial.rejected_data_points, partial.error_message)
}

/// Fails unless one such point is refused for a reason, and the ones around it are counted.
fn assert_refused_alone(name: &str, reason: &str, bad: impl Fn(&Reporter) -> NumberDataPoint) {
    let reporter = Reporter::new(name);
    let points = vec![reporter.tokens_point(5.0), bad(&reporter), reporter.tokens_point(6.0)];
    let (count, message) = rejected(&reporter.points(points));
    assert_eq!(count, 1, "{name}: {message}");
    assert!(message.contains(reason), "{name}: {message}");
    assert_eq!(reporter.counted(&SERVER), 11, "{name}");
}

#[test]
fn nan_is_refused() {
    assert_refused_alone("nan", "NaN", |reporter| reporter.tokens_point(f64::NAN));
}

#[test]
fn infinities_are_refused() {
    assert_refused_alone("inf", "infinite", |reporter| reporter.tokens_point(f64::INFINITY));
    assert_refused_alone("neginf", "infinite", |reporter| reporter.tokens_point(f64::NEG_INFINITY));
}

#[test]
fn negative_growth_is_refused() {
    assert_refused_alone("negative", "negative", |reporter| reporter.tokens_point(-1.0));
    assert_refused_alone("negativeint", "negative", |reporter| NumberDataPoint {
        value: Some(Value::AsInt(i64::MIN)),
        ..reporter.tokens_point(0.0)
    });
}

#[test]
fn what_is_too_large_to_be_a_count_is_refused() {
    assert_refused_alone("huge", "too large", |reporter| reporter.tokens_point(f64::MAX));
    assert_refused_alone("quadrillions", "too large", |reporter| reporter.tokens_point(1.1e15));
    assert_refused_alone("maxint", "too large", |reporter| NumberDataPoint {
        value: Some(Value::AsInt(i64::MAX)),
        ..reporter.tokens_point(0.0)
    });
}

#[test]
fn a_point_without_a_value_is_refused() {
    assert_refused_alone("novalue", "no value", |reporter| NumberDataPoint {
        value: None,
        ..reporter.tokens_point(0.0)
    });
}

#[test]
fn negative_zero_and_the_smallest_double_are_no_error() {
    let reporter = Reporter::new("tiny");
    let request = reporter.tokens(&[-0.0, f64::MIN_POSITIVE, 5e-324, 3.0]);
    SERVER.accept("metrics", &request.encode_to_vec());
    assert_eq!(reporter.counted(&SERVER), 3);
}

#[test]
fn a_sum_without_a_temporality_is_refused_and_its_neighbour_counted() {
    let reporter = Reporter::new("notemporality");
    for temporality in [0, 3, -1, i32::MAX] {
        let mut request = reporter.tokens(&[1000.0]);
        let metric = &mut request.resource_metrics[0].scope_metrics[0].metrics[0];
        let Some(Data::Sum(sum)) = &mut metric.data else { panic!("a sum") };
        sum.aggregation_temporality = temporality;
        request.resource_metrics.extend(reporter.tokens(&[1.0]).resource_metrics);
        let (count, message) = rejected(&request);
        assert!(
            count >= 1 && message.contains("aggregationTemporality"),
            "{temporality} {message}"
        );
    }
    assert_eq!(reporter.counted(&SERVER), 4);
}

#[test]
fn a_known_name_on_a_gauge_counts_nothing_and_spoils_nothing() {
    let reporter = Reporter::new("gauge");
    let mut request = reporter.tokens(&[1.0]);
    let mut gauge = request.resource_metrics[0].scope_metrics[0].metrics[0].clone();
    gauge.data = Some(Data::Gauge(Gauge { data_points: vec![reporter.tokens_point(1000.0)] }));
    request.resource_metrics[0].scope_metrics[0].metrics.push(gauge);
    rejected(&request);
    assert_eq!(reporter.counted(&SERVER), 1);
}

#[test]
fn a_call_whose_numbers_are_no_counts_is_refused_alone() {
    let reporter = Reporter::new("badcalls");
    for (key, value) in [
        ("input_tokens", AnyValue::DoubleValue(f64::NAN)),
        ("output_tokens", AnyValue::IntValue(-1)),
        ("cache_read_tokens", AnyValue::DoubleValue(f64::INFINITY)),
        ("cache_creation_tokens", AnyValue::IntValue(i64::MAX)),
        ("cost_usd", AnyValue::DoubleValue(-0.01)),
        ("cost_usd", AnyValue::DoubleValue(1e300)),
        ("cost_usd", AnyValue::StringValue("NaN".to_owned())),
    ] {
        let mut bad = reporter.call(1000);
        bad.attributes.push(attribute(key, value.clone()));
        let request = reporter.records(vec![reporter.call(1), bad, reporter.call(2)]);
        let body = crate::support::otlp_to_json::logs_to_json(&request);
        let answer = SERVER.deliver("logs", JSON, "identity", body.as_bytes()).json();
        assert_eq!(answer["partialSuccess"]["rejectedLogRecords"], "1", "{key} {value:?}");
    }
    assert_eq!(reporter.counted(&SERVER), 7 * 3);
}

#[test]
fn money_and_time_of_a_metric_are_refused_as_tokens_are() {
    let reporter = Reporter::new("moneytime");
    let sums = ["claude_code.cost.usage", "claude_code.active_time.total"].map(|name| {
        let points = [f64::NAN, -1.0, 1e300, f64::INFINITY].map(|bad| reporter.tokens_point(bad));
        crate::support::reporter::sum(name, points.to_vec())
    });
    let (count, _) = rejected(&metrics(reporter.resource(), sums.to_vec()));
    assert_eq!(count, 8);
    assert_eq!(SERVER.settle()["signals"]["quarantined"], 0);
}
