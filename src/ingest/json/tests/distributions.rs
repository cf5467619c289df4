//! Histograms, summaries and exemplars survive the way to JSON and back.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Histogram, HistogramDataPoint,
    Metric, ResourceMetrics, ScopeMetrics, Summary, SummaryDataPoint, exemplar,
};

use crate::ingest::json;
use crate::ingest::limits::ElementLimits;
use crate::ingest::otlp_to_json::metrics_to_json;

/// A request with one metric.
fn request(data: Data) -> ExportMetricsServiceRequest {
    let metric = Metric { data: Some(data), ..Metric::default() };
    let scope_metrics = ScopeMetrics { metrics: vec![metric], ..ScopeMetrics::default() };
    let resource_metrics =
        ResourceMetrics { scope_metrics: vec![scope_metrics], ..ResourceMetrics::default() };
    ExportMetricsServiceRequest { resource_metrics: vec![resource_metrics] }
}

/// Asserts that a metric comes back as it was.
fn assert_survives(data: Data) {
    let request = request(data);
    let text = metrics_to_json(&request);
    let decoded = json::metrics(text.as_bytes(), &ElementLimits::default());
    assert_eq!(decoded, Ok(request), "{text}");
}

/// An exemplar with every field.
fn exemplar(value: exemplar::Value) -> Exemplar {
    Exemplar {
        filtered_attributes: vec![],
        time_unix_nano: 1,
        span_id: vec![2; 8],
        trace_id: vec![3; 16],
        value: Some(value),
    }
}

#[test]
fn a_histogram_survives() {
    let point = HistogramDataPoint {
        attributes: vec![],
        start_time_unix_nano: 1,
        time_unix_nano: 2,
        count: u64::MAX,
        sum: Some(f64::NEG_INFINITY),
        bucket_counts: vec![0, 3, u64::MAX],
        explicit_bounds: vec![-0.5, 1e300],
        exemplars: vec![
            exemplar(exemplar::Value::AsInt(i64::MIN)),
            exemplar(exemplar::Value::AsDouble(0.1)),
        ],
        flags: 1,
        min: Some(0.0),
        max: None,
    };
    assert_survives(Data::Histogram(Histogram {
        data_points: vec![point],
        aggregation_temporality: 2,
    }));
}

#[test]
fn an_exponential_histogram_survives() {
    let buckets = Buckets { offset: -3, bucket_counts: vec![1, 2] };
    let point = ExponentialHistogramDataPoint {
        attributes: vec![],
        start_time_unix_nano: 1,
        time_unix_nano: 2,
        count: 3,
        sum: None,
        scale: -4,
        zero_count: 5,
        positive: Some(buckets),
        negative: None,
        flags: 6,
        exemplars: vec![],
        min: None,
        max: Some(7.5),
        zero_threshold: 1e-9,
    };
    assert_survives(Data::ExponentialHistogram(ExponentialHistogram {
        data_points: vec![point],
        aggregation_temporality: 1,
    }));
}

#[test]
fn a_summary_survives() {
    let quantile = ValueAtQuantile { quantile: 0.99, value: 12.0 };
    let point = SummaryDataPoint {
        attributes: vec![],
        start_time_unix_nano: 1,
        time_unix_nano: 2,
        count: 3,
        sum: 4.5,
        quantile_values: vec![quantile, ValueAtQuantile::default()],
        flags: 6,
    };
    assert_survives(Data::Summary(Summary { data_points: vec![point] }));
}
