//! Attributes of the wrong type, twice, or none: read as what they mean, counted all the same.

use std::sync::LazyLock;

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};
use prost::Message;

use crate::support::reporter::{MODEL, point, record};
use crate::support::telemetry::{attribute, text};
use crate::support::{Reporter, Shared};

static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&[]));

/// A value of every type there is.
fn every_type() -> Vec<Option<Value>> {
    let nested = AnyValue { value: Some(Value::StringValue("x".to_owned())) };
    vec![
        None,
        Some(Value::StringValue(String::new())),
        Some(Value::StringValue("12".to_owned())),
        Some(Value::BoolValue(true)),
        Some(Value::IntValue(12)),
        Some(Value::DoubleValue(12.5)),
        Some(Value::DoubleValue(f64::NAN)),
        Some(Value::BytesValue(vec![0, 255])),
        Some(Value::ArrayValue(ArrayValue { values: vec![nested.clone()] })),
        Some(Value::ArrayValue(ArrayValue::default())),
        Some(Value::KvlistValue(KeyValueList {
            values: vec![KeyValue {
                key: "k".to_owned(),
                value: Some(nested),
                ..KeyValue::default()
            }],
        })),
    ]
}

/// An attribute that may have no value at all.
fn any(key: &str, value: Option<Value>) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: value.map(|value| AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

#[test]
fn numbers_as_strings_are_numbers() {
    let reporter = Reporter::new("stringnumbers");
    let attributes = vec![
        text("session.id", &reporter.session),
        text("model", MODEL),
        text("input_tokens", "17"),
        text("output_tokens", " 5 "),
        text("cost_usd", "0.25"),
        text("event.sequence", "3"),
    ];
    let request = reporter.records(vec![record("api_request", attributes)]);
    SERVER.accept("logs", &request.encode_to_vec());
    SERVER.settle();
    let rows = SERVER.daily("daily-usage", &format!("&user={}", reporter.email));
    assert_eq!(rows[0]["input_tokens"], 17);
    assert_eq!(rows[0]["output_tokens"], 5);
    assert_eq!(rows[0]["cost_micros"], 250_000);
}

#[test]
fn doubles_for_integers_are_numbers() {
    let reporter = Reporter::new("doublenumbers");
    let attributes = vec![
        text("session.id", &reporter.session),
        attribute("input_tokens", Value::DoubleValue(19.0)),
        attribute("cost_usd_micros", Value::DoubleValue(125_000.0)),
    ];
    let request = reporter.records(vec![record("api_request", attributes)]);
    SERVER.accept("logs", &request.encode_to_vec());
    SERVER.settle();
    let rows = SERVER.daily("daily-usage", &format!("&user={}", reporter.email));
    assert_eq!((&rows[0]["input_tokens"], &rows[0]["cost_micros"]), (&19.into(), &125_000.into()));
}

#[test]
fn no_attribute_of_a_point_can_keep_it_from_being_counted() {
    let keys = ["session.id", "model", "user.email", "user.id", "user.name", "start_type", "odd"];
    for (place, key) in keys.iter().enumerate() {
        for (kind, value) in every_type().into_iter().enumerate() {
            let reporter = Reporter::new(&format!("pointattribute{place}x{kind}"));
            let mut point = reporter.tokens_point(7.0);
            point.attributes.retain(|attribute| attribute.key != *key);
            point.attributes.push(any(key, value.clone()));
            SERVER.accept("metrics", &reporter.points(vec![point]).encode_to_vec());
            assert_eq!(reporter.counted(&SERVER), 7, "{key} {value:?}");
        }
    }
}

#[test]
fn no_attribute_of_a_record_can_keep_it_from_being_counted() {
    let keys = ["session.id", "model", "user.email", "event.sequence", "user.account_uuid", "odd"];
    for (place, key) in keys.iter().enumerate() {
        for (kind, value) in every_type().into_iter().enumerate() {
            let reporter = Reporter::new(&format!("recordattribute{place}x{kind}"));
            let mut record = reporter.call(7);
            record.attributes.retain(|attribute| attribute.key != *key);
            record.attributes.push(any(key, value.clone()));
            SERVER.accept("logs", &reporter.records(vec![record]).encode_to_vec());
            assert_eq!(reporter.counted(&SERVER), 7, "{key} {value:?}");
        }
    }
}

#[test]
fn no_attribute_of_a_resource_can_keep_its_points_from_being_counted() {
    for (kind, value) in every_type().into_iter().enumerate() {
        for (place, key) in
            ["service.name", "service.version", "user.name", "odd"].iter().enumerate()
        {
            let reporter = Reporter::new(&format!("resourceattribute{place}x{kind}"));
            let mut request = reporter.tokens(&[7.0]);
            let resource = request.resource_metrics[0].resource.as_mut().expect("a resource");
            resource.attributes.push(any(key, value.clone()));
            SERVER.accept("metrics", &request.encode_to_vec());
            assert_eq!(reporter.counted(&SERVER), 7, "{key} {value:?}");
        }
    }
}

#[test]
fn a_session_id_that_is_a_number_or_a_boolean_is_its_text() {
    for (number, value) in
        [Value::IntValue(42), Value::BoolValue(true), Value::StringValue("42".into())]
            .into_iter()
            .enumerate()
    {
        let reporter = Reporter::new(&format!("sessiontype{number}"));
        let mut record = reporter.call(1);
        record.attributes[0] = attribute("session.id", value);
        SERVER.accept("logs", &reporter.records(vec![record]).encode_to_vec());
        SERVER.settle();
        let rows = SERVER.daily("daily-activity", &format!("&user={}", reporter.email));
        assert_eq!(rows[0]["sessions"], 1);
    }
}

#[test]
fn a_key_that_stands_twice_counts_once() {
    let reporter = Reporter::new("twice");
    let mut record = reporter.call(10);
    record.attributes.extend(reporter.call(10).attributes);
    SERVER.accept("logs", &reporter.records(vec![record]).encode_to_vec());
    assert_eq!(reporter.counted(&SERVER), 10);
}

#[test]
fn a_point_without_any_attribute_is_counted() {
    let reporter = Reporter::new("noattributes");
    SERVER.accept("metrics", &reporter.points(vec![point(7.0, Vec::new())]).encode_to_vec());
    assert_eq!(SERVER.settle()["signals"]["quarantined"], 0);
}

#[test]
fn ten_thousand_attributes_of_one_record_stop_nothing() {
    let reporter = Reporter::new("manyattributes");
    let mut record = reporter.call(11);
    record.attributes.extend((0..10_000).map(|number| text(&format!("key-{number}"), "value")));
    SERVER.accept("logs", &reporter.records(vec![record]).encode_to_vec());
    assert_eq!(reporter.counted(&SERVER), 11);
}
