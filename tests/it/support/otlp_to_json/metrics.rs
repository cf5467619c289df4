//! Writes metrics of every kind.

use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogramDataPoint, HistogramDataPoint, Metric, NumberDataPoint,
    SummaryDataPoint, exemplar, number_data_point,
};
use serde_json::{Map, Value, json};

use super::{attributes, double, hex, list, optional};

/// Writes a metric.
pub(super) fn metric(metric: &Metric) -> Value {
    let mut written = json!({
        "name": metric.name,
        "description": metric.description,
        "unit": metric.unit,
        "metadata": attributes(&metric.metadata),
    });
    if let Some((kind, data)) = metric.data.as_ref().map(data) {
        written[kind] = data;
    }
    written
}

/// Writes a metric's data, with the name of the field it belongs in.
fn data(data: &Data) -> (&'static str, Value) {
    match data {
        Data::Gauge(gauge) => {
            ("gauge", json!({ "dataPoints": list(&gauge.data_points, number_point) }))
        }
        Data::Sum(sum) => (
            "sum",
            json!({
                "dataPoints": list(&sum.data_points, number_point),
                "aggregationTemporality": sum.aggregation_temporality,
                "isMonotonic": sum.is_monotonic,
            }),
        ),
        Data::Histogram(histogram) => (
            "histogram",
            json!({
                "dataPoints": list(&histogram.data_points, histogram_point),
                "aggregationTemporality": histogram.aggregation_temporality,
            }),
        ),
        Data::ExponentialHistogram(histogram) => (
            "exponentialHistogram",
            json!({
                "dataPoints": list(&histogram.data_points, exponential_point),
                "aggregationTemporality": histogram.aggregation_temporality,
            }),
        ),
        Data::Summary(summary) => {
            ("summary", json!({ "dataPoints": list(&summary.data_points, summary_point) }))
        }
    }
}

/// Writes a number data point.
fn number_point(point: &NumberDataPoint) -> Value {
    let mut written = match point.value {
        None => json!({}),
        Some(number_data_point::Value::AsInt(integer)) => {
            object("asInt", json!(integer.to_string()))
        }
        Some(number_data_point::Value::AsDouble(number)) => object("asDouble", double(number)),
    };
    written["attributes"] = attributes(&point.attributes);
    written["startTimeUnixNano"] = json!(point.start_time_unix_nano.to_string());
    written["timeUnixNano"] = json!(point.time_unix_nano.to_string());
    written["exemplars"] = list(&point.exemplars, exemplar);
    written["flags"] = json!(point.flags);
    written
}

/// Writes an exemplar.
fn exemplar(exemplar: &Exemplar) -> Value {
    let mut written = match exemplar.value {
        None => json!({}),
        Some(exemplar::Value::AsInt(integer)) => object("asInt", json!(integer.to_string())),
        Some(exemplar::Value::AsDouble(number)) => object("asDouble", double(number)),
    };
    written["filteredAttributes"] = attributes(&exemplar.filtered_attributes);
    written["timeUnixNano"] = json!(exemplar.time_unix_nano.to_string());
    written["spanId"] = hex(&exemplar.span_id);
    written["traceId"] = hex(&exemplar.trace_id);
    written
}

/// Writes a histogram's point.
fn histogram_point(point: &HistogramDataPoint) -> Value {
    json!({
        "attributes": attributes(&point.attributes),
        "startTimeUnixNano": point.start_time_unix_nano.to_string(),
        "timeUnixNano": point.time_unix_nano.to_string(),
        "count": point.count.to_string(),
        "sum": optional(&point.sum, |number| double(*number)),
        "bucketCounts": list(&point.bucket_counts, |count| json!(count.to_string())),
        "explicitBounds": list(&point.explicit_bounds, |bound| double(*bound)),
        "exemplars": list(&point.exemplars, exemplar),
        "flags": point.flags,
        "min": optional(&point.min, |number| double(*number)),
        "max": optional(&point.max, |number| double(*number)),
    })
}

/// Writes an exponential histogram's point.
fn exponential_point(point: &ExponentialHistogramDataPoint) -> Value {
    json!({
        "attributes": attributes(&point.attributes),
        "startTimeUnixNano": point.start_time_unix_nano.to_string(),
        "timeUnixNano": point.time_unix_nano.to_string(),
        "count": point.count.to_string(),
        "sum": optional(&point.sum, |number| double(*number)),
        "scale": point.scale,
        "zeroCount": point.zero_count.to_string(),
        "positive": optional(&point.positive, buckets),
        "negative": optional(&point.negative, buckets),
        "flags": point.flags,
        "exemplars": list(&point.exemplars, exemplar),
        "min": optional(&point.min, |number| double(*number)),
        "max": optional(&point.max, |number| double(*number)),
        "zeroThreshold": double(point.zero_threshold),
    })
}

/// Writes an exponential histogram's buckets.
fn buckets(buckets: &Buckets) -> Value {
    json!({
        "offset": buckets.offset,
        "bucketCounts": list(&buckets.bucket_counts, |count| json!(count.to_string())),
    })
}

/// Writes a summary's point.
fn summary_point(point: &SummaryDataPoint) -> Value {
    let quantiles = list(
        &point.quantile_values,
        |value| json!({ "quantile": double(value.quantile), "value": double(value.value) }),
    );
    json!({
        "attributes": attributes(&point.attributes),
        "startTimeUnixNano": point.start_time_unix_nano.to_string(),
        "timeUnixNano": point.time_unix_nano.to_string(),
        "count": point.count.to_string(),
        "sum": double(point.sum),
        "quantileValues": quantiles,
        "flags": point.flags,
    })
}

/// Writes an object of one field.
fn object(name: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), value)]))
}
