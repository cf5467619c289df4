//! Metrics down to their number data points, each against the struct built by hand.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as NumberValue;
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
};

use super::build::attribute;
use crate::ingest::json;
use crate::ingest::limits::ElementLimits;

/// Asserts what one metric decodes to.
fn assert_metric(name: &str, metric: &str, expected: Metric) {
    let body = format!(r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{metric}]}}]}}]}}"#);
    let scope_metrics = ScopeMetrics { metrics: vec![expected], ..ScopeMetrics::default() };
    let resource_metrics =
        ResourceMetrics { scope_metrics: vec![scope_metrics], ..ResourceMetrics::default() };
    let decoded = json::metrics(body.as_bytes(), &ElementLimits::default());
    let expected = ExportMetricsServiceRequest { resource_metrics: vec![resource_metrics] };
    assert_eq!(decoded, Ok(expected), "{name}");
}

/// A gauge of one point.
fn gauge(value: Option<NumberValue>) -> Metric {
    let point = NumberDataPoint { value, ..NumberDataPoint::default() };
    let gauge = Gauge { data_points: vec![point] };
    Metric { data: Some(Data::Gauge(gauge)), ..Metric::default() }
}

#[test]
fn the_spellings_of_a_number_point_decode() {
    let cases = [
        ("integer as string", r#"{"asInt":"5"}"#, Some(NumberValue::AsInt(5))),
        ("integer as number", r#"{"asInt":5}"#, Some(NumberValue::AsInt(5))),
        ("integer by its original name", r#"{"as_int":-5}"#, Some(NumberValue::AsInt(-5))),
        ("integral double", r#"{"asInt":5.0}"#, Some(NumberValue::AsInt(5))),
        ("double", r#"{"asDouble":0.5}"#, Some(NumberValue::AsDouble(0.5))),
        ("double as integer", r#"{"asDouble":1}"#, Some(NumberValue::AsDouble(1.0))),
        ("double as string", r#"{"asDouble":"0.5"}"#, Some(NumberValue::AsDouble(0.5))),
        (
            "infinite double",
            r#"{"asDouble":"Infinity"}"#,
            Some(NumberValue::AsDouble(f64::INFINITY)),
        ),
        ("null beside a value", r#"{"asInt":"5","asDouble":null}"#, Some(NumberValue::AsInt(5))),
        ("no value", "{}", None),
    ];
    for (name, point, expected) in cases {
        let metric = format!(r#"{{"gauge":{{"dataPoints":[{point}]}}}}"#);
        assert_metric(name, &metric, gauge(expected));
    }
}

#[test]
fn every_field_of_a_sum_decodes() {
    let metric = r#"{"name":"n","description":"d","unit":"u","metadata":[{"key":"m","value":{"stringValue":"x"}}],
        "sum":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_DELTA","isMonotonic":true,"dataPoints":[
        {"attributes":[{"key":"a","value":{"stringValue":"b"}}],"startTimeUnixNano":"1","timeUnixNano":2,
        "asInt":"3","flags":1}]}}"#;
    let point = NumberDataPoint {
        attributes: vec![attribute("a", "b")],
        start_time_unix_nano: 1,
        time_unix_nano: 2,
        exemplars: vec![],
        flags: 1,
        value: Some(NumberValue::AsInt(3)),
    };
    let sum = Sum { data_points: vec![point], aggregation_temporality: 1, is_monotonic: true };
    let expected = Metric {
        name: "n".to_owned(),
        description: "d".to_owned(),
        unit: "u".to_owned(),
        metadata: vec![attribute("m", "x")],
        data: Some(Data::Sum(sum)),
    };
    assert_metric("sum", metric, expected);
}

#[test]
fn a_metric_of_an_unknown_kind_decodes_without_data() {
    assert_metric("unknown kind", r#"{"newKind":{"dataPoints":[{}]}}"#, Metric::default());
    assert_metric("null kind", r#"{"sum":null}"#, Metric::default());
}
