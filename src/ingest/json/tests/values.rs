//! Every spelling of an attribute's value, each against the struct built by hand.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::ResourceLogs;
use opentelemetry_proto::tonic::resource::v1::Resource;

use super::build::{array, bytes, double, integer, pairs, some, text};
use crate::ingest::json;
use crate::ingest::limits::ElementLimits;

/// A request with one resource attribute.
fn request(value: Option<AnyValue>) -> ExportLogsServiceRequest {
    let attribute = KeyValue { key: "k".to_owned(), value, key_strindex: 0 };
    let resource = Resource { attributes: vec![attribute], ..Resource::default() };
    let resource_logs = ResourceLogs { resource: Some(resource), ..ResourceLogs::default() };
    ExportLogsServiceRequest { resource_logs: vec![resource_logs] }
}

/// Asserts what an attribute's value decodes to.
fn assert_value(name: &str, value: &str, expected: Option<AnyValue>) {
    let attribute = format!(r#"{{"key":"k","value":{value}}}"#);
    let body = format!(r#"{{"resourceLogs":[{{"resource":{{"attributes":[{attribute}]}}}}]}}"#);
    let decoded = json::logs(body.as_bytes(), &ElementLimits::default());
    assert_eq!(decoded.as_ref(), Ok(&request(expected)), "{name}");
}

#[test]
fn strings_decode() {
    let cases = [
        ("plain", r#"{"stringValue":"abc"}"#, text("abc")),
        ("empty", r#"{"stringValue":""}"#, text("")),
        ("original name", r#"{"string_value":"abc"}"#, text("abc")),
        ("escaped name", r#"{"string\u0056alue":"abc"}"#, text("abc")),
        ("escapes", r#"{"stringValue":"a\n\u00e9\"\\\/"}"#, text("a\né\"\\/")),
        ("non-ASCII", r#"{"stringValue":"žluť 😀"}"#, text("žluť 😀")),
        ("surrogate pair", r#"{"stringValue":"\ud83d\ude00"}"#, text("😀")),
        ("half a pair", r#"{"stringValue":"ok \ud83d"}"#, text("ok \u{fffd}")),
        ("the other half", r#"{"stringValue":"\ude00é\ud83d\n"}"#, text("\u{fffd}é\u{fffd}\n")),
        ("looks like a number", r#"{"stringValue":"12"}"#, text("12")),
    ];
    for (name, value, expected) in cases {
        assert_value(name, value, Some(expected));
    }
}

#[test]
fn booleans_decode() {
    assert_value("true", r#"{"boolValue":true}"#, Some(some(Value::BoolValue(true))));
    assert_value("false", r#"{"boolValue":false}"#, Some(some(Value::BoolValue(false))));
}

#[test]
fn integers_decode() {
    let cases = [
        ("number", r#"{"intValue":7}"#, 7),
        ("string", r#"{"intValue":"7"}"#, 7),
        ("zero", r#"{"intValue":0}"#, 0),
        ("minus zero", r#"{"intValue":-0}"#, 0),
        ("negative", r#"{"intValue":-7}"#, -7),
        ("negative string", r#"{"intValue":"-7"}"#, -7),
        ("integral double", r#"{"intValue":7.0}"#, 7),
        ("integral double as string", r#"{"intValue":"7.0"}"#, 7),
        ("exponent", r#"{"intValue":1e3}"#, 1_000),
        ("exponent as string", r#"{"intValue":"1e3"}"#, 1_000),
        ("past the exact doubles", r#"{"intValue":9007199254740993}"#, 9_007_199_254_740_993),
        ("largest", r#"{"intValue":"9223372036854775807"}"#, i64::MAX),
        ("smallest", r#"{"intValue":-9223372036854775808}"#, i64::MIN),
        ("original name", r#"{"int_value":"7"}"#, 7),
    ];
    for (name, value, expected) in cases {
        assert_value(name, value, Some(integer(expected)));
    }
}

#[test]
fn doubles_decode() {
    let cases = [
        ("number", r#"{"doubleValue":0.1}"#, 0.1),
        ("integer literal", r#"{"doubleValue":1}"#, 1.0),
        ("negative integer literal", r#"{"doubleValue":-3}"#, -3.0),
        (
            "large integer literal",
            r#"{"doubleValue":18446744073709551615}"#,
            18_446_744_073_709_551_615.0,
        ),
        ("huge integer literal", r#"{"doubleValue":100000000000000000000000}"#, 1e23),
        ("exponent", r#"{"doubleValue":1.5e-7}"#, 1.5e-7),
        ("string", r#"{"doubleValue":"0.25"}"#, 0.25),
        ("infinity", r#"{"doubleValue":"Infinity"}"#, f64::INFINITY),
        ("minus infinity", r#"{"doubleValue":"-Infinity"}"#, f64::NEG_INFINITY),
        ("to the last bit", r#"{"doubleValue":51.24817837550540}"#, 51.248_178_375_505_4),
        (
            "to the last bit again",
            r#"{"doubleValue":4.2202936942055004e-5}"#,
            4.220_293_694_205_5e-5,
        ),
    ];
    for (name, value, expected) in cases {
        assert_value(name, value, Some(double(expected)));
    }
}

#[test]
fn not_a_number_decodes() {
    let body =
        br#"{"resourceLogs":[{"resource":{"attributes":[{"value":{"doubleValue":"NaN"}}]}}]}"#;
    let decoded = json::logs(body, &ElementLimits::default()).unwrap();
    let attribute = &decoded.resource_logs[0].resource.as_ref().unwrap().attributes[0];
    let value = attribute.value.as_ref().unwrap().value.as_ref();
    assert!(matches!(value, Some(Value::DoubleValue(double)) if double.is_nan()));
}

#[test]
fn bytes_decode() {
    let cases: [(&str, &str, &[u8]); 7] = [
        ("empty", r#"{"bytesValue":""}"#, b""),
        ("padded", r#"{"bytesValue":"+/8="}"#, &[0xfb, 0xff]),
        ("padded twice", r#"{"bytesValue":"+w=="}"#, &[0xfb]),
        ("whole group", r#"{"bytesValue":"TWFu"}"#, b"Man"),
        ("no padding", r#"{"bytesValue":"+/8"}"#, &[0xfb, 0xff]),
        ("URL-safe alphabet", r#"{"bytesValue":"-_8="}"#, &[0xfb, 0xff]),
        ("URL-safe, no padding", r#"{"bytesValue":"-w"}"#, &[0xfb]),
    ];
    for (name, value, expected) in cases {
        assert_value(name, value, Some(bytes(expected)));
    }
}

#[test]
fn arrays_and_lists_decode() {
    let cases = [
        ("empty array object", r#"{"arrayValue":{}}"#, array(vec![])),
        ("empty array", r#"{"arrayValue":{"values":[]}}"#, array(vec![])),
        ("null values", r#"{"arrayValue":{"values":null}}"#, array(vec![])),
        (
            "array",
            r#"{"arrayValue":{"values":[{"intValue":1},{"stringValue":"a"}]}}"#,
            array(vec![integer(1), text("a")]),
        ),
        (
            "empty element",
            r#"{"arrayValue":{"values":[{},{"intValue":1}]}}"#,
            array(vec![AnyValue::default(), integer(1)]),
        ),
        (
            "null element",
            r#"{"arrayValue":{"values":[null,{"intValue":1}]}}"#,
            array(vec![AnyValue::default(), integer(1)]),
        ),
        (
            "array in array",
            r#"{"arrayValue":{"values":[{"arrayValue":{}}]}}"#,
            array(vec![array(vec![])]),
        ),
        ("empty list object", r#"{"kvlistValue":{}}"#, pairs(vec![])),
        ("empty list", r#"{"kvlistValue":{"values":[]}}"#, pairs(vec![])),
        (
            "list",
            r#"{"kvlistValue":{"values":[{"key":"a","value":{"intValue":"1"}}]}}"#,
            pairs(vec![("a", integer(1))]),
        ),
        ("original name", r#"{"kvlist_value":{"values":[]}}"#, pairs(vec![])),
    ];
    for (name, value, expected) in cases {
        assert_value(name, value, Some(expected));
    }
}

#[test]
fn nothing_unknown_and_twice_decode() {
    let cases = [
        ("empty value", "{}", AnyValue::default()),
        ("null string", r#"{"stringValue":null}"#, AnyValue::default()),
        ("unknown kind", r#"{"complexValue":{"re":[1,{"im":2}]}}"#, AnyValue::default()),
        ("unknown before known", r#"{"new":null,"intValue":1}"#, integer(1)),
        ("key twice", r#"{"intValue":1,"intValue":2}"#, integer(2)),
        ("two kinds", r#"{"stringValue":"a","intValue":2}"#, integer(2)),
        ("null after a kind", r#"{"intValue":2,"stringValue":null}"#, integer(2)),
        ("index of a string", r#"{"stringValueStrindex":3}"#, some(Value::StringValueStrindex(3))),
    ];
    for (name, value, expected) in cases {
        assert_value(name, value, Some(expected));
    }
    assert_value("null value", "null", None);
}
