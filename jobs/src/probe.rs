//! Test requests, which the server sends to its own front door. They go the whole way, and
//! nothing of them is counted: no figure, no user, no session knows of them.
//!
//! Their mark is a keyed hash, so that nobody's telemetry is taken for one: an attribute that
//! a project's settings add to every request would keep all of it from being counted.

use daybook_schema::agents::claude_code::SERVICE_NAME;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;

use crate::keys::{Domain, Keys};
use crate::signal::Request;

/// The attribute of the resource that carries the mark.
const ATTRIBUTE: &str = "daybook.test";

/// The name of a test request's one record.
const RECORD: &str = "daybook_test";

/// A test request of a connection: logs of one record, known by a number.
pub fn request(keys: &Keys, connection_id: i32, number: u64, time_nanos: u64) -> Request {
    let text = |key: &str, value: String| KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(Value::StringValue(value)) }),
        key_strindex: 0,
    };
    let attributes = vec![
        text("service.name", SERVICE_NAME.to_owned()),
        text(ATTRIBUTE, mark(keys, connection_id, number)),
    ];
    let record = LogRecord {
        time_unix_nano: time_nanos,
        attributes: vec![text("event.name", RECORD.to_owned())],
        ..LogRecord::default()
    };
    Request::Logs(ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(Resource { attributes, ..Resource::default() }),
            scope_logs: vec![ScopeLogs { log_records: vec![record], ..ScopeLogs::default() }],
            ..ResourceLogs::default()
        }],
    })
}

/// What a test request is known by; `None` for everything else.
pub fn number_of(keys: &Keys, connection_id: i32, request: &Request) -> Option<u64> {
    let Request::Logs(logs) = request else {
        return None;
    };
    let [only] = logs.resource_logs.as_slice() else {
        return None;
    };
    let attributes = &only.resource.as_ref()?.attributes;
    let found = attributes.iter().find(|pair| pair.key == ATTRIBUTE)?;
    let Some(Value::StringValue(said)) = found.value.as_ref()?.value.as_ref() else {
        return None;
    };
    let number = u64::from_str_radix(said.get(..16)?, 16).ok()?;
    (*said == mark(keys, connection_id, number)).then_some(number)
}

/// How a test request's number is written.
pub fn written(number: u64) -> String {
    format!("{number:016x}")
}

/// The mark: the number, and a hash that only this installation can make.
fn mark(keys: &Keys, connection_id: i32, number: u64) -> String {
    let hash = keys.begin(Domain::Probe).signed(connection_id.into()).number(number).finish();
    format!("{}-{hash:016x}", written(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_request_is_known_by_its_own_installation_and_connection_alone() {
        let (ours, theirs) = (Keys::new(&[1; 32]), Keys::new(&[2; 32]));
        let request = request(&ours, 7, 42, 1);
        assert_eq!(number_of(&ours, 7, &request), Some(42));
        assert_eq!(number_of(&ours, 8, &request), None);
        assert_eq!(number_of(&theirs, 7, &request), None);
    }

    #[test]
    fn what_only_looks_like_one_is_telemetry() {
        let keys = Keys::new(&[1; 32]);
        let Request::Logs(whole) = request(&keys, 7, 42, 1) else { unreachable!() };
        let resource = &whole.resource_logs[0];
        let mut twice = whole.clone();
        twice.resource_logs.push(resource.clone());
        assert_eq!(number_of(&keys, 7, &Request::Logs(twice)), None, "beside other telemetry");
        for said in ["", "000000000000002a", "000000000000002a-0000000000000000", "é", "-"] {
            let mut marked = whole.clone();
            let attributes = &mut marked.resource_logs[0].resource.as_mut().unwrap().attributes;
            attributes[1].value = Some(AnyValue { value: Some(Value::StringValue(said.into())) });
            assert_eq!(number_of(&keys, 7, &Request::Logs(marked)), None, "{said}");
        }
    }
}
