//! The messages of a logs request. Maps field names to fields, nothing more.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs, SeverityNumber};
use serde::de::MapAccess;

use super::message::{Message, Value, keep, set};

impl Message for ExportLogsServiceRequest {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "resourceLogs" => set(&mut self.resource_logs, value.list()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for ResourceLogs {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "resource" => keep(&mut self.resource, value.message()?),
            "scopeLogs" => set(&mut self.scope_logs, value.list()?),
            "schemaUrl" => set(&mut self.schema_url, value.text()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for ScopeLogs {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "scope" => keep(&mut self.scope, value.message()?),
            "logRecords" => set(&mut self.log_records, value.points()?),
            "schemaUrl" => set(&mut self.schema_url, value.text()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for LogRecord {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "timeUnixNano" => set(&mut self.time_unix_nano, value.integer()?),
            "observedTimeUnixNano" => set(&mut self.observed_time_unix_nano, value.integer()?),
            "severityNumber" => {
                set(&mut self.severity_number, value.named(SeverityNumber::from_str_name)?)
            }
            "severityText" => set(&mut self.severity_text, value.text()?),
            "body" => keep(&mut self.body, value.message()?),
            "attributes" => set(&mut self.attributes, value.list()?),
            "droppedAttributesCount" => set(&mut self.dropped_attributes_count, value.integer()?),
            "flags" => set(&mut self.flags, value.integer()?),
            "traceId" => set(&mut self.trace_id, value.hex()?),
            "spanId" => set(&mut self.span_id, value.hex()?),
            "eventName" => set(&mut self.event_name, value.text()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}
