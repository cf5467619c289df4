//! The metrics that are distributions: both kinds of histogram and the summary. Maps field names
//! to fields, nothing more.

use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, ExponentialHistogram, ExponentialHistogramDataPoint, Histogram,
    HistogramDataPoint, Summary, SummaryDataPoint,
};
use serde::de::MapAccess;

use super::message::{Message, Value, keep, set};

impl Message for Histogram {
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
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for HistogramDataPoint {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "attributes" => set(&mut self.attributes, value.list()?),
            "startTimeUnixNano" => set(&mut self.start_time_unix_nano, value.integer()?),
            "timeUnixNano" => set(&mut self.time_unix_nano, value.integer()?),
            "count" => set(&mut self.count, value.integer()?),
            "sum" => keep(&mut self.sum, value.double()?),
            "bucketCounts" => set(&mut self.bucket_counts, value.list()?),
            "explicitBounds" => set(&mut self.explicit_bounds, value.list()?),
            "min" => keep(&mut self.min, value.double()?),
            "max" => keep(&mut self.max, value.double()?),
            "exemplars" => set(&mut self.exemplars, value.list()?),
            "flags" => set(&mut self.flags, value.integer()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for ExponentialHistogram {
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
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for ExponentialHistogramDataPoint {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "attributes" => set(&mut self.attributes, value.list()?),
            "startTimeUnixNano" => set(&mut self.start_time_unix_nano, value.integer()?),
            "timeUnixNano" => set(&mut self.time_unix_nano, value.integer()?),
            "count" => set(&mut self.count, value.integer()?),
            "sum" => keep(&mut self.sum, value.double()?),
            "scale" => set(&mut self.scale, value.integer()?),
            "zeroCount" => set(&mut self.zero_count, value.integer()?),
            "zeroThreshold" => set(&mut self.zero_threshold, value.double()?),
            "positive" => keep(&mut self.positive, value.message()?),
            "negative" => keep(&mut self.negative, value.message()?),
            "min" => keep(&mut self.min, value.double()?),
            "max" => keep(&mut self.max, value.double()?),
            "exemplars" => set(&mut self.exemplars, value.list()?),
            "flags" => set(&mut self.flags, value.integer()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for Buckets {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "offset" => set(&mut self.offset, value.integer()?),
            "bucketCounts" => set(&mut self.bucket_counts, value.list()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for Summary {
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

impl Message for SummaryDataPoint {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "attributes" => set(&mut self.attributes, value.list()?),
            "startTimeUnixNano" => set(&mut self.start_time_unix_nano, value.integer()?),
            "timeUnixNano" => set(&mut self.time_unix_nano, value.integer()?),
            "count" => set(&mut self.count, value.integer()?),
            "sum" => set(&mut self.sum, value.double()?),
            "quantileValues" => set(&mut self.quantile_values, value.list()?),
            "flags" => set(&mut self.flags, value.integer()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for ValueAtQuantile {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "quantile" => set(&mut self.quantile, value.double()?),
            "value" => set(&mut self.value, value.double()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}
