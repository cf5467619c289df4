//! Walks log records to every string in them.

use super::values::Walk;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};

impl Walk<'_> {
    /// The log records of a sender.
    pub fn resource_logs(&mut self, part: &mut ResourceLogs) {
        let ResourceLogs { resource, scope_logs, schema_url } = part;
        self.resource(resource);
        self.text(schema_url);
        self.each(scope_logs, |walk, part| {
            let ScopeLogs { scope, log_records, schema_url } = part;
            walk.scope(scope);
            walk.text(schema_url);
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
        self.text(severity_text);
        self.text(event_name);
        self.each(body.as_mut_slice(), Walk::body);
        self.attributes(attributes);
        self.id(trace_id);
        self.id(span_id);
    }
}
