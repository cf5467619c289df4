//! Counts what a decoded request holds.

use daybook_jobs::signal::Request;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;

/// Whether a request holds no metric, no record and no span.
pub(super) fn is_empty(request: &Request) -> bool {
    match request {
        Request::Metrics(request) => request
            .resource_metrics
            .iter()
            .flat_map(|resource| &resource.scope_metrics)
            .all(|scope| scope.metrics.is_empty()),
        Request::Logs(request) => request
            .resource_logs
            .iter()
            .flat_map(|resource| &resource.scope_logs)
            .all(|scope| scope.log_records.is_empty()),
        Request::Traces(request) => request
            .resource_spans
            .iter()
            .flat_map(|resource| &resource.scope_spans)
            .all(|scope| scope.spans.is_empty()),
    }
}

/// How many data points, records or spans a request holds.
pub(super) fn elements(request: &Request) -> usize {
    match request {
        Request::Metrics(request) => request
            .resource_metrics
            .iter()
            .flat_map(|resource| &resource.scope_metrics)
            .flat_map(|scope| &scope.metrics)
            .map(|metric| metric.data.as_ref().map_or(0, points))
            .sum(),
        Request::Logs(request) => request
            .resource_logs
            .iter()
            .flat_map(|resource| &resource.scope_logs)
            .map(|scope| scope.log_records.len())
            .sum(),
        Request::Traces(request) => request
            .resource_spans
            .iter()
            .flat_map(|resource| &resource.scope_spans)
            .map(|scope| scope.spans.len())
            .sum(),
    }
}

/// How many points a metric holds.
fn points(data: &Data) -> usize {
    match data {
        Data::Gauge(gauge) => gauge.data_points.len(),
        Data::Sum(sum) => sum.data_points.len(),
        Data::Histogram(histogram) => histogram.data_points.len(),
        Data::ExponentialHistogram(histogram) => histogram.data_points.len(),
        Data::Summary(summary) => summary.data_points.len(),
    }
}
