//! Builds attribute values by hand.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};

/// A value of a kind.
pub(super) fn some(value: Value) -> AnyValue {
    AnyValue { value: Some(value) }
}

/// A string value.
pub(super) fn text(text: &str) -> AnyValue {
    some(Value::StringValue(text.to_owned()))
}

/// An integer value.
pub(super) fn integer(integer: i64) -> AnyValue {
    some(Value::IntValue(integer))
}

/// A double value.
pub(super) fn double(double: f64) -> AnyValue {
    some(Value::DoubleValue(double))
}

/// A value of bytes.
pub(super) fn bytes(bytes: &[u8]) -> AnyValue {
    some(Value::BytesValue(bytes.to_vec()))
}

/// An array value.
pub(super) fn array(values: Vec<AnyValue>) -> AnyValue {
    some(Value::ArrayValue(ArrayValue { values }))
}

/// A list of pairs.
pub(super) fn pairs(pairs: Vec<(&str, AnyValue)>) -> AnyValue {
    let pairs = pairs.into_iter().map(|(key, value)| KeyValue {
        key: key.to_owned(),
        value: Some(value),
        key_strindex: 0,
    });
    some(Value::KvlistValue(KeyValueList { values: pairs.collect() }))
}

/// One string attribute.
pub(super) fn attribute(key: &str, text: &str) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(self::text(text)), key_strindex: 0 }
}
