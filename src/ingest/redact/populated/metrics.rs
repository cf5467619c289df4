//! Requests with a metric of each kind.

use super::{Next, attributes, resource, scope};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram,
    HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary,
    SummaryDataPoint, exemplar, number_data_point,
};

/// Samples behind a data point.
fn exemplars(next: Next) -> Vec<Exemplar> {
    vec![Exemplar {
        filtered_attributes: attributes(next),
        time_unix_nano: 1,
        span_id: vec![1; 8],
        trace_id: next().into_bytes(),
        value: Some(exemplar::Value::AsInt(1)),
    }]
}

/// A data point of a gauge or a sum.
fn number(next: Next) -> NumberDataPoint {
    NumberDataPoint {
        attributes: attributes(next),
        start_time_unix_nano: 1,
        time_unix_nano: 2,
        exemplars: exemplars(next),
        flags: 1,
        value: Some(number_data_point::Value::AsDouble(1.5)),
    }
}

/// A histogram.
fn histogram(next: Next) -> Data {
    let point = HistogramDataPoint {
        attributes: attributes(next),
        start_time_unix_nano: 1,
        time_unix_nano: 2,
        count: 1,
        sum: Some(1.0),
        bucket_counts: vec![1],
        explicit_bounds: vec![1.0],
        exemplars: exemplars(next),
        flags: 1,
        min: Some(0.0),
        max: Some(1.0),
    };
    Data::Histogram(Histogram { data_points: vec![point], aggregation_temporality: 1 })
}

/// An exponential histogram.
fn exponential(next: Next) -> Data {
    let point = ExponentialHistogramDataPoint {
        attributes: attributes(next),
        start_time_unix_nano: 1,
        time_unix_nano: 2,
        count: 1,
        sum: Some(1.0),
        scale: 1,
        zero_count: 1,
        positive: None,
        negative: None,
        flags: 1,
        exemplars: exemplars(next),
        min: Some(0.0),
        max: Some(1.0),
        zero_threshold: 0.1,
    };
    Data::ExponentialHistogram(ExponentialHistogram {
        data_points: vec![point],
        aggregation_temporality: 1,
    })
}

/// A summary.
fn summary(next: Next) -> Data {
    Data::Summary(Summary {
        data_points: vec![SummaryDataPoint {
            attributes: attributes(next),
            start_time_unix_nano: 1,
            time_unix_nano: 2,
            count: 1,
            sum: 1.0,
            quantile_values: vec![],
            flags: 1,
        }],
    })
}

/// A gauge.
fn gauge(next: Next) -> Data {
    Data::Gauge(Gauge { data_points: vec![number(next)] })
}

/// A sum.
fn sum(next: Next) -> Data {
    Data::Sum(Sum {
        data_points: vec![number(next)],
        aggregation_temporality: 1,
        is_monotonic: true,
    })
}

/// Metrics of every kind.
pub const KINDS: [fn(Next) -> Data; 5] = [gauge, sum, histogram, exponential, summary];

/// A request that carries a metric of the given kind.
pub fn metrics(next: Next, kind: fn(Next) -> Data) -> ExportMetricsServiceRequest {
    let metric = Metric {
        name: next(),
        description: next(),
        unit: next(),
        metadata: attributes(next),
        data: Some(kind(next)),
    };
    let scope_metrics =
        vec![ScopeMetrics { scope: scope(next), metrics: vec![metric], schema_url: next() }];
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: resource(next),
            scope_metrics,
            schema_url: next(),
        }],
    }
}
