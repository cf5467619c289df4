//! Telemetry made for a test: the smallest that shows something.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use super::{Captured, Kind};

/// An attribute.
pub fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), key_strindex: 0 }
}

/// A text attribute.
pub fn text(key: &str, value: &str) -> KeyValue {
    attribute(key, Value::StringValue(value.to_owned()))
}

/// A number attribute.
pub fn number(key: &str, value: i64) -> KeyValue {
    attribute(key, Value::IntValue(value))
}

/// Now, in nanoseconds since 1970.
pub fn now_nanos() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos();
    u64::try_from(now).expect("before 2554")
}

/// An `api_request` of a user's session: `output` tokens, nothing else.
pub fn call(email: &str, session: &str, sequence: i64, output: i64) -> LogRecord {
    LogRecord {
        time_unix_nano: now_nanos(),
        attributes: vec![
            text("event.name", "api_request"),
            text("user.email", email),
            text("session.id", session),
            number("event.sequence", sequence),
            text("model", "claude-opus-5-5"),
            number("output_tokens", output),
        ],
        ..LogRecord::default()
    }
}

/// Records as one request.
pub fn logs(records: Vec<LogRecord>) -> Captured {
    let request = ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(Resource {
                attributes: vec![text("service.name", "claude-code")],
                ..Resource::default()
            }),
            scope_logs: vec![ScopeLogs { log_records: records, ..ScopeLogs::default() }],
            ..ResourceLogs::default()
        }],
    };
    Captured {
        kind: Kind::Logs,
        content_type: "application/x-protobuf".to_owned(),
        content_encoding: None,
        body: request.encode_to_vec(),
    }
}
