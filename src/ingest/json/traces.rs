//! The messages of a traces request. Maps field names to fields, nothing more.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link, SpanKind};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use serde::de::MapAccess;

use super::message::{Message, Value, keep, set};

impl Message for ExportTraceServiceRequest {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "resourceSpans" => set(&mut self.resource_spans, value.list()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for ResourceSpans {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "resource" => keep(&mut self.resource, value.message()?),
            "scopeSpans" => set(&mut self.scope_spans, value.list()?),
            "schemaUrl" => set(&mut self.schema_url, value.text()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for ScopeSpans {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "scope" => keep(&mut self.scope, value.message()?),
            "spans" => set(&mut self.spans, value.points()?),
            "schemaUrl" => set(&mut self.schema_url, value.text()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for Span {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "traceId" => set(&mut self.trace_id, value.hex()?),
            "spanId" => set(&mut self.span_id, value.hex()?),
            "traceState" => set(&mut self.trace_state, value.text()?),
            "parentSpanId" => set(&mut self.parent_span_id, value.hex()?),
            "flags" => set(&mut self.flags, value.integer()?),
            "name" => set(&mut self.name, value.text()?),
            "kind" => set(&mut self.kind, value.named(SpanKind::from_str_name)?),
            "startTimeUnixNano" => set(&mut self.start_time_unix_nano, value.integer()?),
            "endTimeUnixNano" => set(&mut self.end_time_unix_nano, value.integer()?),
            "attributes" => set(&mut self.attributes, value.list()?),
            "droppedAttributesCount" => set(&mut self.dropped_attributes_count, value.integer()?),
            "events" => set(&mut self.events, value.list()?),
            "droppedEventsCount" => set(&mut self.dropped_events_count, value.integer()?),
            "links" => set(&mut self.links, value.list()?),
            "droppedLinksCount" => set(&mut self.dropped_links_count, value.integer()?),
            "status" => keep(&mut self.status, value.message()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for Event {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "timeUnixNano" => set(&mut self.time_unix_nano, value.integer()?),
            "name" => set(&mut self.name, value.text()?),
            "attributes" => set(&mut self.attributes, value.list()?),
            "droppedAttributesCount" => set(&mut self.dropped_attributes_count, value.integer()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for Link {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "traceId" => set(&mut self.trace_id, value.hex()?),
            "spanId" => set(&mut self.span_id, value.hex()?),
            "traceState" => set(&mut self.trace_state, value.text()?),
            "attributes" => set(&mut self.attributes, value.list()?),
            "droppedAttributesCount" => set(&mut self.dropped_attributes_count, value.integer()?),
            "flags" => set(&mut self.flags, value.integer()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for Status {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "message" => set(&mut self.message, value.text()?),
            "code" => set(&mut self.code, value.named(StatusCode::from_str_name)?),
            _ => value.skip()?,
        }
        Ok(())
    }
}
