//! The messages of a metrics request, down to the number data points; distributions stand in
//! [`super::distributions`]. Maps field names to fields, nothing more.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as NumberValue;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Exemplar, Gauge, Metric, NumberDataPoint, ResourceMetrics,
    ScopeMetrics, Sum, exemplar,
};
use serde::de::MapAccess;

use super::message::{Message, Value, keep, set};

impl Message for ExportMetricsServiceRequest {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "resourceMetrics" => set(&mut self.resource_metrics, value.list()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for ResourceMetrics {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "resource" => keep(&mut self.resource, value.message()?),
            "scopeMetrics" => set(&mut self.scope_metrics, value.list()?),
            "schemaUrl" => set(&mut self.schema_url, value.text()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for ScopeMetrics {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "scope" => keep(&mut self.scope, value.message()?),
            "metrics" => set(&mut self.metrics, value.list()?),
            "schemaUrl" => set(&mut self.schema_url, value.text()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for Metric {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "name" => set(&mut self.name, value.text()?),
            "description" => set(&mut self.description, value.text()?),
            "unit" => set(&mut self.unit, value.text()?),
            "metadata" => set(&mut self.metadata, value.list()?),
            "gauge" => keep(&mut self.data, value.message()?.map(Data::Gauge)),
            "sum" => keep(&mut self.data, value.message()?.map(Data::Sum)),
            "histogram" => keep(&mut self.data, value.message()?.map(Data::Histogram)),
            "exponentialHistogram" => {
                keep(&mut self.data, value.message()?.map(Data::ExponentialHistogram))
            }
            "summary" => keep(&mut self.data, value.message()?.map(Data::Summary)),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for Gauge {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "dataPoints" => set(&mut self.data_points, value.points()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for Sum {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "dataPoints" => set(&mut self.data_points, value.points()?),
            "aggregationTemporality" => set(
                &mut self.aggregation_temporality,
                value.named(AggregationTemporality::from_str_name)?,
            ),
            "isMonotonic" => set(&mut self.is_monotonic, value.boolean()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for NumberDataPoint {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "attributes" => set(&mut self.attributes, value.list()?),
            "startTimeUnixNano" => set(&mut self.start_time_unix_nano, value.integer()?),
            "timeUnixNano" => set(&mut self.time_unix_nano, value.integer()?),
            "exemplars" => set(&mut self.exemplars, value.list()?),
            "flags" => set(&mut self.flags, value.integer()?),
            "asDouble" => keep(&mut self.value, value.double()?.map(NumberValue::AsDouble)),
            "asInt" => keep(&mut self.value, value.integer()?.map(NumberValue::AsInt)),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for Exemplar {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "filteredAttributes" => set(&mut self.filtered_attributes, value.list()?),
            "timeUnixNano" => set(&mut self.time_unix_nano, value.integer()?),
            "spanId" => set(&mut self.span_id, value.hex()?),
            "traceId" => set(&mut self.trace_id, value.hex()?),
            "asDouble" => keep(&mut self.value, value.double()?.map(exemplar::Value::AsDouble)),
            "asInt" => keep(&mut self.value, value.integer()?.map(exemplar::Value::AsInt)),
            _ => value.skip()?,
        }
        Ok(())
    }
}
