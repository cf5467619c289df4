//! What is told of a secret that was found, and what is dropped unasked.

use super::super::{Redactor, needed};
use super::token;
use daybook_jobs::detection::MAX_DETECTIONS;
use daybook_jobs::signal::Request;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};

/// An attribute with a string for a value.
fn attribute(key: &str, text: &str) -> KeyValue {
    let value = Some(AnyValue { value: Some(Value::StringValue(text.to_owned())) });
    KeyValue { key: key.to_owned(), value, key_strindex: 0 }
}

/// A request of one log record.
fn request(attributes: Vec<KeyValue>) -> ExportLogsServiceRequest {
    let record = LogRecord { attributes, ..LogRecord::default() };
    let scope = ScopeLogs { log_records: vec![record], ..ScopeLogs::default() };
    let resource = ResourceLogs { scope_logs: vec![scope], ..ResourceLogs::default() };
    ExportLogsServiceRequest { resource_logs: vec![resource] }
}

#[test]
fn a_detection_names_type_and_path_and_shows_only_redacted_text() {
    let command = format!("curl -H {} and again {} to here", token(), token());
    let json = serde_json::json!({"description": "call", "command": command}).to_string();
    let mut request = request(vec![attribute("tool_parameters", &json)]);
    let redactions = Redactor::new().redact_logs(&mut request);
    let [first, second] = redactions.detections.kept.as_slice() else {
        panic!("{redactions:?}");
    };
    assert_eq!(first.rule, "github-pat");
    assert_eq!(first.path, "log.attributes[tool_parameters].command");
    assert_eq!(first.before, r#"{"command":"curl -H "#);
    assert_eq!(first.after, " and again <REDACTED:git");
    assert_eq!(second.before.len(), 24);
    assert_eq!(first.secret_hash, second.secret_hash);
    assert!(!format!("{redactions:?}").contains(&token()[4..12]));
}

#[test]
fn a_path_names_no_secret_that_is_a_key() {
    let mut request = request(vec![attribute(&token(), &token())]);
    let redactions = Redactor::new().redact_logs(&mut request);
    let paths: Vec<&str> =
        redactions.detections.kept.iter().map(|found| found.path.as_str()).collect();
    assert_eq!(paths, ["log.attributes", "log.attributes[<REDACTED:github-pat>]"]);
}

#[test]
fn a_request_full_of_secrets_keeps_so_many_detections_and_counts_the_rest() {
    let attributes =
        (0..MAX_DETECTIONS + 5).map(|number| attribute(&format!("k{number}"), &token()));
    let mut request = request(attributes.collect());
    let redactions = Redactor::new().redact_logs(&mut request);
    assert_eq!(redactions.detections.kept.len(), MAX_DETECTIONS);
    assert_eq!(redactions.detections.not_kept, 5);
    assert_eq!(redactions.count, MAX_DETECTIONS + 5);
}

#[test]
fn what_nobody_counts_by_is_dropped_and_the_figures_stay() {
    let kept = vec![attribute("session.id", "s"), attribute("input_tokens", "12")];
    let mut all = kept.clone();
    all.push(attribute("prompt", "what is in this file?"));
    all.push(attribute("tool_parameters", "{\"command\":\"ls\"}"));
    all.push(attribute("model", &"m".repeat(4096)));
    let mut request = Request::Logs(request(all));
    assert_eq!(needed::keep(&mut request), 3);
    assert_eq!(request, Request::Logs(self::request(kept)));
}
