//! What decoded requests really hold: their points, and the heap memory of their structs.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, EntityRef, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogramDataPoint, HistogramDataPoint, Metric, NumberDataPoint,
    ResourceMetrics, ScopeMetrics, SummaryDataPoint,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};

/// Something that may own heap memory.
pub(super) trait Heap {
    /// Bytes it owns beyond itself.
    fn heap(&self) -> usize;
}

impl Heap for u8 {
    fn heap(&self) -> usize {
        0
    }
}

impl Heap for u64 {
    fn heap(&self) -> usize {
        0
    }
}

impl Heap for f64 {
    fn heap(&self) -> usize {
        0
    }
}

impl Heap for ValueAtQuantile {
    fn heap(&self) -> usize {
        0
    }
}

impl Heap for String {
    fn heap(&self) -> usize {
        self.capacity()
    }
}

impl<T: Heap> Heap for Option<T> {
    fn heap(&self) -> usize {
        self.as_ref().map_or(0, Heap::heap)
    }
}

impl<T: Heap> Heap for Vec<T> {
    fn heap(&self) -> usize {
        self.capacity() * size_of::<T>() + self.iter().map(Heap::heap).sum::<usize>()
    }
}

impl Heap for AnyValue {
    fn heap(&self) -> usize {
        match &self.value {
            Some(Value::StringValue(text)) => text.heap(),
            Some(Value::BytesValue(bytes)) => bytes.heap(),
            Some(Value::ArrayValue(array)) => array.values.heap(),
            Some(Value::KvlistValue(pairs)) => pairs.values.heap(),
            _ => 0,
        }
    }
}

impl Heap for Data {
    fn heap(&self) -> usize {
        match self {
            Data::Gauge(gauge) => gauge.data_points.heap(),
            Data::Sum(sum) => sum.data_points.heap(),
            Data::Histogram(histogram) => histogram.data_points.heap(),
            Data::ExponentialHistogram(histogram) => histogram.data_points.heap(),
            Data::Summary(summary) => summary.data_points.heap(),
        }
    }
}

/// A message owns what its fields own.
macro_rules! heap {
    ($($message:ty: $($field:ident)*;)*) => {
        $(impl Heap for $message {
            fn heap(&self) -> usize {
                0 $(+ self.$field.heap())*
            }
        })*
    };
}

heap! {
    KeyValue: key value;
    EntityRef: schema_url r#type id_keys description_keys;
    InstrumentationScope: name version attributes;
    Resource: attributes entity_refs;
    ResourceLogs: resource scope_logs schema_url;
    ScopeLogs: scope log_records schema_url;
    LogRecord: severity_text body attributes trace_id span_id event_name;
    ResourceSpans: resource scope_spans schema_url;
    ScopeSpans: scope spans schema_url;
    Span: trace_id span_id trace_state parent_span_id name attributes events links status;
    Event: name attributes;
    Link: trace_id span_id trace_state attributes;
    Status: message;
    ResourceMetrics: resource scope_metrics schema_url;
    ScopeMetrics: scope metrics schema_url;
    Metric: name description unit metadata data;
    NumberDataPoint: attributes exemplars;
    HistogramDataPoint: attributes bucket_counts explicit_bounds exemplars;
    ExponentialHistogramDataPoint: attributes positive negative exemplars;
    Buckets: bucket_counts;
    SummaryDataPoint: attributes quantile_values;
    Exemplar: filtered_attributes span_id trace_id;
}

/// Counts the data points of a request.
pub(super) fn data_points(request: &ExportMetricsServiceRequest) -> usize {
    let scopes = request.resource_metrics.iter().flat_map(|entry| &entry.scope_metrics);
    let metrics = scopes.flat_map(|scoped| &scoped.metrics);
    let points = metrics.filter_map(|metric| metric.data.as_ref()).map(|data| match data {
        Data::Gauge(gauge) => gauge.data_points.len(),
        Data::Sum(sum) => sum.data_points.len(),
        Data::Histogram(histogram) => histogram.data_points.len(),
        Data::ExponentialHistogram(histogram) => histogram.data_points.len(),
        Data::Summary(summary) => summary.data_points.len(),
    });
    points.sum()
}

/// Counts the log records of a request.
pub(super) fn log_records(request: &ExportLogsServiceRequest) -> usize {
    let scopes = request.resource_logs.iter().flat_map(|entry| &entry.scope_logs);
    scopes.map(|scoped| scoped.log_records.len()).sum()
}

/// Counts the spans of a request.
pub(super) fn spans(request: &ExportTraceServiceRequest) -> usize {
    let scopes = request.resource_spans.iter().flat_map(|entry| &entry.scope_spans);
    scopes.map(|scoped| scoped.spans.len()).sum()
}
