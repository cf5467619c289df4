//! What belongs together: keys and values, the items of a list.

use super::super::{ExportLogsServiceRequest, Redactions, Redactor};
use super::token;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};

/// A request of one log record with the given attributes, redacted.
fn redacted(attributes: Vec<KeyValue>) -> (Vec<KeyValue>, Redactions) {
    let record = LogRecord { attributes, ..LogRecord::default() };
    let scope = ScopeLogs { log_records: vec![record], ..ScopeLogs::default() };
    let resource = ResourceLogs { scope_logs: vec![scope], ..ResourceLogs::default() };
    let mut request = ExportLogsServiceRequest { resource_logs: vec![resource] };
    let redactions = Redactor::new().redact_logs(&mut request);
    (
        request.resource_logs.remove(0).scope_logs.remove(0).log_records.remove(0).attributes,
        redactions,
    )
}

/// An attribute with a string for a value.
fn attribute(key: &str, text: &str) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(string(text)), key_strindex: 0 }
}

/// A string value.
fn string(text: &str) -> AnyValue {
    AnyValue { value: Some(Value::StringValue(text.to_owned())) }
}

/// The strings of a list.
fn texts(value: Option<&AnyValue>) -> Vec<String> {
    let Some(Value::ArrayValue(list)) = value.and_then(|value| value.value.clone()) else {
        panic!("no list");
    };
    list.values
        .into_iter()
        .map(|item| match item.value {
            Some(Value::StringValue(text)) => text,
            other => panic!("no string: {other:?}"),
        })
        .collect()
}

#[test]
fn a_key_gives_its_value_away() {
    let value = format!("{}{}", "je7MtGbClwBF/2Zp9Utk", "/h3yCo8nvbEXAMPLEKEY");
    let list = ArrayValue {
        values: ["configure", "set", "aws_secret_access_key", &value].map(string).into(),
    };
    let bytes = Value::BytesValue(value.clone().into_bytes());
    let (found, redactions) = redacted(vec![
        attribute("AWS_SECRET_ACCESS_KEY", &value),
        attribute("digest", &value),
        KeyValue {
            key: "argv".into(),
            value: Some(AnyValue { value: Some(Value::ArrayValue(list)) }),
            key_strindex: 0,
        },
        KeyValue {
            key: "secretAccessKey".into(),
            value: Some(AnyValue { value: Some(bytes) }),
            key_strindex: 0,
        },
    ]);
    let marker = "<REDACTED:aws-secret-access-key>";
    assert_eq!(found[0], attribute("AWS_SECRET_ACCESS_KEY", marker));
    assert_eq!(found[1], attribute("digest", &value));
    assert_eq!(
        texts(found[2].value.as_ref()),
        ["configure", "set", "aws_secret_access_key", marker]
    );
    assert_eq!(found[3].value.clone().unwrap().value, Some(Value::BytesValue(marker.into())));
    assert_eq!(redactions.by_rule["aws-secret-access-key"], 3);
    assert_eq!(redactions.count, 3);
}

#[test]
fn a_block_spread_over_the_items_of_a_list_is_replaced() {
    let lines = [
        format!("{}{}", "-----BEGIN PRIVATE", " KEY-----"),
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2".into(),
        format!("{}{}", "-----END PRIVATE", " KEY-----"),
        "after".into(),
    ];
    let list =
        Value::ArrayValue(ArrayValue { values: lines.iter().map(|line| string(line)).collect() });
    let value = Some(AnyValue { value: Some(list) });
    let (found, _) = redacted(vec![KeyValue { key: "lines".into(), value, key_strindex: 0 }]);
    let marker = "<REDACTED:private-key-pem>";
    assert_eq!(texts(found[0].value.as_ref()), [marker, marker, marker, "after"]);
}

#[test]
fn keys_that_become_the_same_are_numbered() {
    let (found, _) = redacted(vec![attribute(&token(), "1"), attribute(&token(), "2")]);
    assert_eq!(found[0].key, "<REDACTED:github-pat>");
    assert_eq!(found[1].key, "<REDACTED:github-pat>#2");
    assert_eq!(redacted(found.clone()).0, found);
}

#[test]
fn identity_stays() {
    let identity = vec![
        attribute("user.email", "a.person@example.com"),
        attribute("user.id", "8f2c6f9b1d3e4a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"),
        attribute("session.id", "7d0f1c52-9be3-4a86-b1d7-0c5e92f4a638"),
        attribute("organization.id", "token=8f2c6f9b1d3e4a5b6c7d8e9f"),
        attribute("content", &format!("AKIA{} and {}", "IOSFODNN7EXAMPLE", token())),
    ];
    let (found, redactions) = redacted(identity.clone());
    assert_eq!(found[..4], identity[..4]);
    assert_eq!(redactions.count, 2);
}

#[test]
fn what_lies_too_deep_is_replaced() {
    let mut value = string(&token());
    for _ in 0..40 {
        value = AnyValue { value: Some(Value::ArrayValue(ArrayValue { values: vec![value] })) };
    }
    let (found, redactions) =
        redacted(vec![KeyValue { key: "k".into(), value: Some(value), key_strindex: 0 }]);
    assert!(!format!("{found:?}").contains(&token()));
    assert_eq!(redactions.by_rule["unscannable"], 1);
}
