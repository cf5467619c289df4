//! Walks log records to every string in them.

use super::values::Walk;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};

impl Walk<'_> {
    /// The log records of a sender.
    pub fn resource_logs(&mut self, part: &mut ResourceLogs) {
        let ResourceLogs { resource, scope_logs, schema_url } = part;
        self.resource(resource);
        self.text("resource.schema_url", schema_url);
        self.each(scope_logs, |walk, part| {
            let ScopeLogs { scope, log_records, schema_url } = part;
            walk.scope(scope);
            walk.text("scope.schema_url", schema_url);
            walk.each(log_records, Walk::log_record);
        });
    }

    /// A log record.
    fn log_record(&mut self, record: &mut LogRecord) {
        let LogRecord {
            severity_text,
            body,
            attributes,
            trace_id,
            span_id,
            event_name,
            time_unix_nano: _,
            observed_time_unix_nano: _,
            severity_number: _,
            dropped_attributes_count: _,
            flags: _,
        } = record;
        self.text("log.severity_text", severity_text);
        self.text("log.event_name", event_name);
        self.each(body.as_mut_slice(), |walk, body| walk.body("log.body", body));
        self.attributes("log.attributes", attributes);
        self.id("log.trace_id", trace_id);
        self.id("log.span_id", span_id);
    }
}
