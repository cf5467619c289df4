//! Walks metrics to every string in them.

use super::values::Walk;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram,
    HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary,
    SummaryDataPoint,
};

impl Walk<'_> {
    /// The metrics of a sender.
    pub fn resource_metrics(&mut self, part: &mut ResourceMetrics) {
        let ResourceMetrics { resource, scope_metrics, schema_url } = part;
        self.resource(resource);
        self.text("resource.schema_url", schema_url);
        self.each(scope_metrics, |walk, part| {
            let ScopeMetrics { scope, metrics, schema_url } = part;
            walk.scope(scope);
            walk.text("scope.schema_url", schema_url);
            walk.each(metrics, Walk::metric);
        });
    }

    /// A metric.
    fn metric(&mut self, metric: &mut Metric) {
        let Metric { name, description, unit, metadata, data } = metric;
        self.text("metric.name", name);
        self.text("metric.description", description);
        self.text("metric.unit", unit);
        self.attributes("metric.metadata", metadata);
        match data {
            Some(Data::Gauge(Gauge { data_points })) => self.each(data_points, Walk::number),
            Some(Data::Sum(Sum { data_points, aggregation_temporality: _, is_monotonic: _ })) => {
                self.each(data_points, Walk::number);
            }
            Some(Data::Histogram(Histogram { data_points, aggregation_temporality: _ })) => {
                self.each(data_points, Walk::histogram);
            }
            Some(Data::ExponentialHistogram(ExponentialHistogram {
                data_points,
                aggregation_temporality: _,
            })) => self.each(data_points, Walk::exponential_histogram),
            Some(Data::Summary(Summary { data_points })) => self.each(data_points, Walk::summary),
            None => {}
        }
    }

    /// A data point of a gauge or a sum.
    fn number(&mut self, point: &mut NumberDataPoint) {
        let NumberDataPoint {
            attributes,
            exemplars,
            start_time_unix_nano: _,
            time_unix_nano: _,
            flags: _,
            value: _,
        } = point;
        self.attributes("metric.attributes", attributes);
        self.each(exemplars, Walk::exemplar);
    }

    /// A data point of a histogram.
    fn histogram(&mut self, point: &mut HistogramDataPoint) {
        let HistogramDataPoint {
            attributes,
            exemplars,
            start_time_unix_nano: _,
            time_unix_nano: _,
            count: _,
            sum: _,
            bucket_counts: _,
            explicit_bounds: _,
            flags: _,
            min: _,
            max: _,
        } = point;
        self.attributes("metric.attributes", attributes);
        self.each(exemplars, Walk::exemplar);
    }

    /// A data point of an exponential histogram.
    fn exponential_histogram(&mut self, point: &mut ExponentialHistogramDataPoint) {
        let ExponentialHistogramDataPoint {
            attributes,
            exemplars,
            start_time_unix_nano: _,
            time_unix_nano: _,
            count: _,
            sum: _,
            scale: _,
            zero_count: _,
            positive: _,
            negative: _,
            flags: _,
            min: _,
            max: _,
            zero_threshold: _,
        } = point;
        self.attributes("metric.attributes", attributes);
        self.each(exemplars, Walk::exemplar);
    }

    /// A data point of a summary.
    fn summary(&mut self, point: &mut SummaryDataPoint) {
        let SummaryDataPoint {
            attributes,
            start_time_unix_nano: _,
            time_unix_nano: _,
            count: _,
            sum: _,
            quantile_values: _,
            flags: _,
        } = point;
        self.attributes("metric.attributes", attributes);
    }

    /// A sample behind a data point.
    fn exemplar(&mut self, exemplar: &mut Exemplar) {
        let Exemplar { filtered_attributes, time_unix_nano: _, span_id, trace_id, value: _ } =
            exemplar;
        self.attributes("exemplar.attributes", filtered_attributes);
        self.id("exemplar.span_id", span_id);
        self.id("exemplar.trace_id", trace_id);
    }
}
