//! The table of OTLP messages: which fields hold messages, text or repeated numbers, and how
//! large the decoded struct is. Fields that cost nothing beyond their struct are left out.
//!
//! Field numbers are those of opentelemetry-proto 1.10, sizes those of the real structs.

use opentelemetry_proto::tonic::common::v1::{AnyValue, EntityRef, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogramDataPoint, HistogramDataPoint, Metric, NumberDataPoint,
    ResourceMetrics, ScopeMetrics, SummaryDataPoint,
};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, span};

use super::field::{Shape, many, numbers, one, points, text, texts};

/// An `ExportMetricsServiceRequest`.
pub(super) static METRICS_REQUEST: Shape =
    Shape { fields: &[many::<ResourceMetrics>(1, &RESOURCE_METRICS)] };

/// An `ExportLogsServiceRequest`.
pub(super) static LOGS_REQUEST: Shape =
    Shape { fields: &[many::<ResourceLogs>(1, &RESOURCE_LOGS)] };

/// An `ExportTraceServiceRequest`.
pub(super) static TRACES_REQUEST: Shape =
    Shape { fields: &[many::<ResourceSpans>(1, &RESOURCE_SPANS)] };

/// A `ResourceMetrics`.
static RESOURCE_METRICS: Shape =
    Shape { fields: &[one(1, &RESOURCE), many::<ScopeMetrics>(2, &SCOPE_METRICS), text(3)] };

/// A `ScopeMetrics`.
static SCOPE_METRICS: Shape =
    Shape { fields: &[one(1, &SCOPE), many::<Metric>(2, &METRIC), text(3)] };

/// A `Metric`, with its five kinds of data.
static METRIC: Shape = Shape {
    fields: &[
        text(1),
        text(2),
        text(3),
        one(5, &GAUGE_OR_SUM),
        one(7, &GAUGE_OR_SUM),
        one(9, &HISTOGRAM),
        one(10, &EXPONENTIAL_HISTOGRAM),
        one(11, &SUMMARY),
        many::<KeyValue>(12, &KEY_VALUE),
    ],
};

/// A `Gauge` or a `Sum`: both keep their points in field 1.
static GAUGE_OR_SUM: Shape = Shape { fields: &[points::<NumberDataPoint>(1, &NUMBER_DATA_POINT)] };

/// A `Histogram`.
static HISTOGRAM: Shape =
    Shape { fields: &[points::<HistogramDataPoint>(1, &HISTOGRAM_DATA_POINT)] };

/// An `ExponentialHistogram`.
static EXPONENTIAL_HISTOGRAM: Shape = Shape {
    fields: &[points::<ExponentialHistogramDataPoint>(1, &EXPONENTIAL_HISTOGRAM_DATA_POINT)],
};

/// A `Summary`.
static SUMMARY: Shape = Shape { fields: &[points::<SummaryDataPoint>(1, &SUMMARY_DATA_POINT)] };

/// A `NumberDataPoint`.
static NUMBER_DATA_POINT: Shape =
    Shape { fields: &[many::<KeyValue>(7, &KEY_VALUE), many::<Exemplar>(5, &EXEMPLAR)] };

/// A `HistogramDataPoint`.
static HISTOGRAM_DATA_POINT: Shape = Shape {
    fields: &[
        many::<KeyValue>(9, &KEY_VALUE),
        numbers(6, 8),
        numbers(7, 8),
        many::<Exemplar>(8, &EXEMPLAR),
    ],
};

/// An `ExponentialHistogramDataPoint`.
static EXPONENTIAL_HISTOGRAM_DATA_POINT: Shape = Shape {
    fields: &[
        many::<KeyValue>(1, &KEY_VALUE),
        one(8, &BUCKETS),
        one(9, &BUCKETS),
        many::<Exemplar>(11, &EXEMPLAR),
    ],
};

/// The `Buckets` of an exponential histogram.
static BUCKETS: Shape = Shape { fields: &[numbers(2, 1)] };

/// A `SummaryDataPoint`.
static SUMMARY_DATA_POINT: Shape =
    Shape { fields: &[many::<KeyValue>(7, &KEY_VALUE), many::<ValueAtQuantile>(6, &NOTHING)] };

/// An `Exemplar`.
static EXEMPLAR: Shape = Shape { fields: &[many::<KeyValue>(7, &KEY_VALUE), text(4), text(5)] };

/// A `ResourceLogs`.
static RESOURCE_LOGS: Shape =
    Shape { fields: &[one(1, &RESOURCE), many::<ScopeLogs>(2, &SCOPE_LOGS), text(3)] };

/// A `ScopeLogs`.
static SCOPE_LOGS: Shape =
    Shape { fields: &[one(1, &SCOPE), points::<LogRecord>(2, &LOG_RECORD), text(3)] };

/// A `LogRecord`.
static LOG_RECORD: Shape = Shape {
    fields: &[
        many::<KeyValue>(6, &KEY_VALUE),
        text(3),
        one(5, &ANY_VALUE),
        text(9),
        text(10),
        text(12),
    ],
};

/// A `ResourceSpans`.
static RESOURCE_SPANS: Shape =
    Shape { fields: &[one(1, &RESOURCE), many::<ScopeSpans>(2, &SCOPE_SPANS), text(3)] };

/// A `ScopeSpans`.
static SCOPE_SPANS: Shape = Shape { fields: &[one(1, &SCOPE), points::<Span>(2, &SPAN), text(3)] };

/// A `Span`.
static SPAN: Shape = Shape {
    fields: &[
        many::<KeyValue>(9, &KEY_VALUE),
        text(1),
        text(2),
        text(3),
        text(4),
        text(5),
        many::<span::Event>(11, &SPAN_EVENT),
        many::<span::Link>(13, &SPAN_LINK),
        one(15, &SPAN_STATUS),
    ],
};

/// An event of a span.
static SPAN_EVENT: Shape = Shape { fields: &[many::<KeyValue>(3, &KEY_VALUE), text(2)] };

/// A link of a span.
static SPAN_LINK: Shape =
    Shape { fields: &[many::<KeyValue>(4, &KEY_VALUE), text(1), text(2), text(3)] };

/// The `Status` of a span.
static SPAN_STATUS: Shape = Shape { fields: &[text(2)] };

/// A `Resource`.
static RESOURCE: Shape =
    Shape { fields: &[many::<KeyValue>(1, &KEY_VALUE), many::<EntityRef>(3, &ENTITY_REF)] };

/// An `InstrumentationScope`.
static SCOPE: Shape = Shape { fields: &[text(1), text(2), many::<KeyValue>(3, &KEY_VALUE)] };

/// An `EntityRef`.
static ENTITY_REF: Shape = Shape { fields: &[text(1), text(2), texts(3), texts(4)] };

/// A `KeyValue`.
static KEY_VALUE: Shape = Shape { fields: &[text(1), one(2, &ANY_VALUE)] };

/// An `AnyValue`; the one place where messages nest without end.
static ANY_VALUE: Shape =
    Shape { fields: &[text(1), one(5, &ARRAY_VALUE), one(6, &KEY_VALUE_LIST), text(7)] };

/// An `ArrayValue`.
static ARRAY_VALUE: Shape = Shape { fields: &[many::<AnyValue>(1, &ANY_VALUE)] };

/// A `KeyValueList`.
static KEY_VALUE_LIST: Shape = Shape { fields: &[many::<KeyValue>(1, &KEY_VALUE)] };

/// A message of plain numbers.
static NOTHING: Shape = Shape { fields: &[] };
