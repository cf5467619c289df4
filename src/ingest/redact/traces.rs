//! Walks spans to every string in them.

use super::values::Walk;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};

impl Walk<'_> {
    /// The spans of a sender.
    pub fn resource_spans(&mut self, part: &mut ResourceSpans) {
        let ResourceSpans { resource, scope_spans, schema_url } = part;
        self.resource(resource);
        self.text("resource.schema_url", schema_url);
        self.each(scope_spans, |walk, part| {
            let ScopeSpans { scope, spans, schema_url } = part;
            walk.scope(scope);
            walk.text("scope.schema_url", schema_url);
            walk.each(spans, Walk::span);
        });
    }

    /// A span.
    fn span(&mut self, span: &mut Span) {
        let Span {
            trace_id,
            span_id,
            trace_state,
            parent_span_id,
            name,
            attributes,
            events,
            links,
            status,
            flags: _,
            kind: _,
            start_time_unix_nano: _,
            end_time_unix_nano: _,
            dropped_attributes_count: _,
            dropped_events_count: _,
            dropped_links_count: _,
        } = span;
        self.each(&mut [trace_id, span_id, parent_span_id], |walk, id| {
            walk.id("span.ids", id);
        });
        self.text("span.trace_state", trace_state);
        self.text("span.name", name);
        self.attributes("span.attributes", attributes);
        self.each(events, Walk::event);
        self.each(links, Walk::link);
        self.each(status.as_mut_slice(), |walk, status| {
            let Status { message, code: _ } = status;
            walk.text("span.status", message);
        });
    }

    /// Something that happened during a span.
    fn event(&mut self, event: &mut Event) {
        let Event { time_unix_nano: _, name, attributes, dropped_attributes_count: _ } = event;
        self.text("span.event.name", name);
        self.attributes("span.event.attributes", attributes);
    }

    /// A span that another one points at.
    fn link(&mut self, link: &mut Link) {
        let Link {
            trace_id,
            span_id,
            trace_state,
            attributes,
            dropped_attributes_count: _,
            flags: _,
        } = link;
        self.id("span.link.trace_id", trace_id);
        self.id("span.link.span_id", span_id);
        self.text("span.link.trace_state", trace_state);
        self.attributes("span.link.attributes", attributes);
    }
}
