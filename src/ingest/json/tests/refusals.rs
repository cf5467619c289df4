//! What is refused, where the refusal points, and that it never repeats what was sent.

use crate::ingest::json::{self, JsonError};
use crate::ingest::limits::{ElementLimits, MeasureError};

/// The error a metrics body gets.
fn metrics_error(body: &str) -> JsonError {
    json::metrics(body.as_bytes(), &ElementLimits::default()).unwrap_err()
}

/// The error a logs body gets.
fn logs_error(body: &[u8]) -> JsonError {
    json::logs(body, &ElementLimits::default()).unwrap_err()
}

/// The error a log record gets, with its path from the record on.
fn record_error(record: &str) -> (String, &'static str) {
    let body =
        format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{}},{record}]}}]}}]}}"#);
    match logs_error(body.as_bytes()) {
        JsonError::Unexpected { path, expected, .. } => {
            let prefix = "resourceLogs[0].scopeLogs[0].logRecords[1]";
            let path = path.strip_prefix(prefix).expect(prefix).to_owned();
            (path, expected)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_sum_that_does_not_parse_is_refused_by_its_path() {
    let error = metrics_error(
        r#"{"resourceMetrics":[{},{"scopeMetrics":[{"metrics":[{"name":"a"},
        {"name":"b","sum":{"dataPoints":[{"asInt":"1"},{"asInt":"many"}]}}]}]}]}"#,
    );
    let JsonError::Unexpected { path, line, column, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(path, "resourceMetrics[1].scopeMetrics[0].metrics[1].sum.dataPoints[1].asInt");
    assert_eq!((*line, *column), (2, 71));
    assert_eq!(
        error.to_string(),
        "resourceMetrics[1].scopeMetrics[0].metrics[1].sum.dataPoints[1].asInt must be an integer in \
         range, as a number or a string (line 2, column 71); correct the sender, the same request will \
         be refused again"
    );
}

#[test]
fn known_fields_of_the_wrong_type_are_refused() {
    let cases = [
        (r#"{"timeUnixNano":-1}"#, ".timeUnixNano"),
        (r#"{"timeUnixNano":1.5}"#, ".timeUnixNano"),
        (r#"{"timeUnixNano":""}"#, ".timeUnixNano"),
        (r#"{"timeUnixNano":true}"#, ".timeUnixNano"),
        (r#"{"timeUnixNano":{}}"#, ".timeUnixNano"),
        (r#"{"timeUnixNano":[1]}"#, ".timeUnixNano"),
        (r#"{"time_unix_nano":18446744073709551616}"#, ".timeUnixNano"),
        (r#"{"flags":4294967296}"#, ".flags"),
        (r#"{"severityNumber":"LOUD"}"#, ".severityNumber"),
        (r#"{"severityText":5}"#, ".severityText"),
        (r#"{"severityText":["a"]}"#, ".severityText"),
        (r#"{"traceId":"abc"}"#, ".traceId"),
        (r#"{"traceId":"zz"}"#, ".traceId"),
        (r#"{"traceId":5}"#, ".traceId"),
        (r#"{"body":"text"}"#, ".body"),
        (r#"{"body":{"boolValue":"true"}}"#, ".body.boolValue"),
        (r#"{"body":{"doubleValue":"inf"}}"#, ".body.doubleValue"),
        (r#"{"body":{"doubleValue":"1e999"}}"#, ".body.doubleValue"),
        (r#"{"body":{"bytesValue":"a"}}"#, ".body.bytesValue"),
        (r#"{"body":{"bytesValue":"ab="}}"#, ".body.bytesValue"),
        (r#"{"body":{"bytesValue":"ab=c"}}"#, ".body.bytesValue"),
        (r#"{"body":{"arrayValue":[]}}"#, ".body.arrayValue"),
        (
            r#"{"body":{"arrayValue":{"values":[{},{"intValue":"x"}]}}}"#,
            ".body.arrayValue.values[1].intValue",
        ),
        (r#"{"attributes":{"a":"b"}}"#, ".attributes"),
        (r#"{"attributes":["a"]}"#, ".attributes[0]"),
        ("[]", ""),
        ("7", ""),
    ];
    for (record, path) in cases {
        assert_eq!(record_error(record).0, path, "{record}");
    }
}

#[test]
fn a_refusal_says_what_belongs_there() {
    assert_eq!(record_error(r#"{"body":7}"#).1, "an object");
    assert_eq!(record_error(r#"{"attributes":7}"#).1, "an array");
    assert_eq!(record_error(r#"{"severityText":7}"#).1, "a string of valid UTF-8");
    assert_eq!(record_error(r#"{"body":{"boolValue":7}}"#).1, "true or false");
}

#[test]
fn a_body_that_is_no_object_is_refused() {
    for body in ["null", "[]", "5", "\"text\""] {
        let JsonError::Unexpected { path, expected, .. } = logs_error(body.as_bytes()) else {
            panic!("{body}");
        };
        assert_eq!((path.as_str(), expected), ("the body", "an object"), "{body}");
    }
}

#[test]
fn broken_json_is_refused_with_its_place() {
    let cases: [&[u8]; 12] = [
        b"",
        b"  ",
        b"{",
        b"{} {}",
        b"{}x",
        b"{\"resourceLogs\":[{}",
        b"{\"resourceLogs\":[{}],}",
        b"{resourceLogs:[]}",
        b"{5:5}",
        b"{\"a\":1e999999}\0",
        b"{\"resourceLogs\":[{\"schemaUrl\":\"\\x\"}]}",
        b"\x0a\x00",
    ];
    for body in cases {
        let error = logs_error(body);
        assert!(matches!(error, JsonError::Malformed { .. }), "{body:?}: {error:?}");
    }
    let text = logs_error(b"{\n\"resourceLogs\":x}").to_string();
    let expected = "the body is not valid JSON at line 2, column 16: expected value; check that the \
                    sender's content type matches what it sends";
    assert_eq!(text, expected);
}

#[test]
fn a_string_that_is_no_utf8_is_refused() {
    for bad in [&b"\xff"[..], b"\xc3", b"\xe2\x82", b"\xf5\x80\x80\x80"] {
        let body = [b"{\"resourceLogs\":[{\"schemaUrl\":\"", bad, b"\"}]}"].concat();
        let error = logs_error(&body);
        assert!(matches!(error, JsonError::Unexpected { .. }), "{error:?}");
    }
}

#[test]
fn a_refusal_never_repeats_what_was_sent() {
    let secrets = [
        r#"{"resourceLogs":"hunter2"}"#,
        r#"{"resourceLogs":["hunter2"]}"#,
        r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"hunter2"}]}]}]}"#,
        r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"hunter2"}]}]}]}"#,
        r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":"hunter2"}]}]}]}"#,
        r#"{"resourceLogs":[{"schemaUrl":{"hunter2":1}}]}"#,
        r#"{"hunter2":{"resourceLogs":hunter2}}"#,
        r#"{"resourceLogs":[{"resource":{"hunter2":"hunter2" "hunter2"}}]}"#,
        r#""hunter2""#,
        "hunter2",
    ];
    for body in secrets {
        let error = logs_error(body.as_bytes());
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}

#[test]
fn a_body_cut_anywhere_is_refused() {
    let body = r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"é\ud83d","value":{"doubleValue":1.5e3}}]},
        "scopeLogs":[{"logRecords":[{"traceId":"ab","unknown":[{"a":null}],"flags":12}]}]}]}"#.as_bytes();
    assert!(json::logs(body, &ElementLimits::default()).is_ok());
    for length in 0..body.len() {
        assert!(json::logs(&body[..length], &ElementLimits::default()).is_err(), "{length}");
    }
}

/// A logs body whose record's body is an array in an array, `arrays` of them.
fn nested_arrays(arrays: usize) -> Vec<u8> {
    let open = r#"{"arrayValue":{"values":["#.repeat(arrays);
    let close = "]}}".repeat(arrays);
    let head = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":"#;
    let value = if arrays == 0 { "{}" } else { "" };
    format!("{head}{open}{value}{close}}}]}}]}}]}}").into_bytes()
}

#[test]
fn values_nest_as_deep_as_in_protobuf_and_no_deeper() {
    let limits = ElementLimits::default();
    // The innermost array is empty here, and holds an empty value in the protobuf twin.
    assert!(json::logs(&nested_arrays(30), &limits).is_ok());
    let refused = JsonError::Limit(MeasureError::TooDeep { limit: 64 });
    assert_eq!(logs_error(&nested_arrays(31)), refused);
}

#[test]
fn a_body_nested_a_hundred_thousand_deep_is_refused() {
    let refused = JsonError::Limit(MeasureError::TooDeep { limit: 64 });
    assert_eq!(logs_error(&nested_arrays(100_000)), refused);
    let brackets = "[".repeat(100_000);
    for field in ["resourceLogs", "unknown"] {
        let body = format!(r#"{{"{field}":{brackets}"#);
        json::logs(body.as_bytes(), &ElementLimits::default()).unwrap_err();
    }
    let objects = r#"{"resourceLogs":"#.repeat(100_000);
    json::logs(objects.as_bytes(), &ElementLimits::default()).unwrap_err();
}

#[test]
fn an_unknown_field_may_nest_as_deep_as_it_likes() {
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    let body = format!(r#"{{"unknown":{open}{close}}}"#);
    assert!(json::logs(body.as_bytes(), &ElementLimits::default()).is_ok());
}

#[test]
fn twenty_mebibytes_of_empty_records_stop_at_the_limit() {
    let records = "{},".repeat(7_000_000);
    let body =
        format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{records}{{}}]}}]}}]}}"#);
    let refused = JsonError::Limit(MeasureError::TooManyPoints { limit: 100_000 });
    assert_eq!(logs_error(body.as_bytes()), refused);
}

#[test]
fn twenty_mebibytes_of_empty_attributes_stop_at_the_limit() {
    let attributes = "{},".repeat(7_000_000);
    let body =
        format!(r#"{{"resourceLogs":[{{"resource":{{"attributes":[{attributes}{{}}]}}}}]}}"#);
    let limit = ElementLimits::default().max_decoded_bytes;
    let refused = JsonError::Limit(MeasureError::TooLarge { limit });
    assert_eq!(logs_error(body.as_bytes()), refused);
}
