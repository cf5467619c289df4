//! Logs requests and their records, each against the struct built by hand.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, EntityRef, InstrumentationScope};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;

use super::build::attribute;
use crate::ingest::json;
use crate::ingest::limits::ElementLimits;

/// Asserts what a whole logs request decodes to.
fn assert_logs(name: &str, body: &str, resource_logs: Vec<ResourceLogs>) {
    let decoded = json::logs(body.as_bytes(), &ElementLimits::default());
    assert_eq!(decoded, Ok(ExportLogsServiceRequest { resource_logs }), "{name}");
}

/// Asserts what one log record decodes to.
fn assert_record(name: &str, record: &str, expected: LogRecord) {
    let body = format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{record}]}}]}}]}}"#);
    let scope_logs = ScopeLogs { log_records: vec![expected], ..ScopeLogs::default() };
    let resource_logs = ResourceLogs { scope_logs: vec![scope_logs], ..ResourceLogs::default() };
    assert_logs(name, &body, vec![resource_logs]);
}

/// A record with its time.
fn at(time_unix_nano: u64) -> LogRecord {
    LogRecord { time_unix_nano, ..LogRecord::default() }
}

/// A record with its severity.
fn severity(severity_number: i32) -> LogRecord {
    LogRecord { severity_number, ..LogRecord::default() }
}

/// A record with its trace id.
fn traced(trace_id: &[u8]) -> LogRecord {
    LogRecord { trace_id: trace_id.to_vec(), ..LogRecord::default() }
}

#[test]
fn empty_requests_decode() {
    assert_logs("empty object", "{}", vec![]);
    assert_logs("spaces", " \r\n\t{ } \n", vec![]);
    assert_logs("byte order mark", "\u{feff}{}", vec![]);
    assert_logs("null list", r#"{"resourceLogs":null}"#, vec![]);
    assert_logs("empty list", r#"{"resourceLogs":[]}"#, vec![]);
    assert_logs("unknown fields", r#"{"a":[[{}],"x",1e9],"b":{"c":null}}"#, vec![]);
    assert_logs("last list wins", r#"{"resourceLogs":[{},{}],"resourceLogs":[]}"#, vec![]);
    let one = vec![ResourceLogs::default()];
    assert_logs("empty element", r#"{"resourceLogs":[{}]}"#, one.clone());
    assert_logs("null element", r#"{"resourceLogs":[null]}"#, one.clone());
    assert_logs("original name", r#"{"resource_logs":[{}]}"#, one.clone());
    assert_logs("null after a list", r#"{"resourceLogs":[{}],"resourceLogs":null}"#, one);
}

#[test]
fn resources_and_scopes_decode() {
    let body = r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"a","value":{"stringValue":"b"}}],
        "droppedAttributesCount":"2","entityRefs":[{"schemaUrl":"u","type":"host","idKeys":["a"],
        "descriptionKeys":["b","c"]}]},"schemaUrl":"r","scopeLogs":[{"scope":{"name":"n","version":"v",
        "attributes":[{"key":"c","value":{"stringValue":"d"}}],"dropped_attributes_count":3},"schemaUrl":"s"}]}]}"#;
    let entity = EntityRef {
        schema_url: "u".to_owned(),
        r#type: "host".to_owned(),
        id_keys: vec!["a".to_owned()],
        description_keys: vec!["b".to_owned(), "c".to_owned()],
    };
    let resource = Resource {
        attributes: vec![attribute("a", "b")],
        dropped_attributes_count: 2,
        entity_refs: vec![entity],
    };
    let scope = InstrumentationScope {
        name: "n".to_owned(),
        version: "v".to_owned(),
        attributes: vec![attribute("c", "d")],
        dropped_attributes_count: 3,
    };
    let scope_logs =
        ScopeLogs { scope: Some(scope), log_records: vec![], schema_url: "s".to_owned() };
    let resource_logs = ResourceLogs {
        resource: Some(resource),
        scope_logs: vec![scope_logs],
        schema_url: "r".to_owned(),
    };
    assert_logs("resource and scope", body, vec![resource_logs]);
}

#[test]
fn every_field_of_a_log_record_decodes() {
    let record = r#"{"timeUnixNano":"1","observedTimeUnixNano":"2","severityNumber":9,"severityText":"INFO",
        "body":{"stringValue":"text"},"attributes":[{"key":"a","value":{"stringValue":"b"}}],
        "droppedAttributesCount":4,"flags":1,"traceId":"0af7651916cd43dd8448eb211c80319c",
        "spanId":"b7ad6b7169203331","eventName":"e"}"#;
    let expected = LogRecord {
        time_unix_nano: 1,
        observed_time_unix_nano: 2,
        severity_number: 9,
        severity_text: "INFO".to_owned(),
        body: attribute("", "text").value,
        attributes: vec![attribute("a", "b")],
        dropped_attributes_count: 4,
        flags: 1,
        trace_id: 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes().to_vec(),
        span_id: 0xb7ad_6b71_6920_3331_u64.to_be_bytes().to_vec(),
        event_name: "e".to_owned(),
    };
    assert_record("all fields", record, expected);
}

#[test]
fn the_spellings_of_a_log_record_decode() {
    let cases = [
        (
            "time as number",
            r#"{"timeUnixNano":1795154241248000000}"#,
            at(1_795_154_241_248_000_000),
        ),
        (
            "time as string",
            r#"{"timeUnixNano":"1795154241248000000"}"#,
            at(1_795_154_241_248_000_000),
        ),
        ("time by its original name", r#"{"time_unix_nano":"5"}"#, at(5)),
        ("largest time", r#"{"timeUnixNano":"18446744073709551615"}"#, at(u64::MAX)),
        ("largest time as number", r#"{"timeUnixNano":18446744073709551615}"#, at(u64::MAX)),
        ("null time", r#"{"timeUnixNano":null}"#, at(0)),
        ("time twice", r#"{"timeUnixNano":"1","timeUnixNano":"2"}"#, at(2)),
        ("enum by number", r#"{"severityNumber":17}"#, severity(17)),
        ("enum by name", r#"{"severityNumber":"SEVERITY_NUMBER_ERROR"}"#, severity(17)),
        ("enum by number in a string", r#"{"severityNumber":"17"}"#, severity(17)),
        ("enum of a later version", r#"{"severityNumber":99}"#, severity(99)),
        ("null enum", r#"{"severityNumber":null}"#, severity(0)),
        ("lower-case id", r#"{"traceId":"abcdef"}"#, traced(&[0xab, 0xcd, 0xef])),
        ("upper-case id", r#"{"traceId":"ABCDEF"}"#, traced(&[0xab, 0xcd, 0xef])),
        ("mixed-case id", r#"{"trace_id":"aBCdeF"}"#, traced(&[0xab, 0xcd, 0xef])),
        ("empty id", r#"{"traceId":""}"#, traced(&[])),
        ("null id", r#"{"traceId":null}"#, traced(&[])),
        ("null body", r#"{"body":null,"attributes":null}"#, at(0)),
        ("null record", "null", at(0)),
    ];
    for (name, record, expected) in cases {
        assert_record(name, record, expected);
    }
    let flags = LogRecord { flags: u32::MAX, ..LogRecord::default() };
    assert_record("largest flags", r#"{"flags":4294967295.0}"#, flags);
    let body = LogRecord { body: Some(AnyValue::default()), ..LogRecord::default() };
    assert_record("empty body", r#"{"body":{}}"#, body);
}
