//! Reads OTLP attributes: values of the wrong type as what they mean.

use std::borrow::Cow;

use daybook_schema::agents::claude_code::{attribute, is_needed};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};

use crate::keys::{Domain, Hash, Keys};
use crate::pseudonym::Pseudonym;

/// The attributes that are read of a resource, a data point or a log record.
#[derive(Default)]
pub struct Known<'a> {
    pub email: Option<&'a AnyValue>,
    pub name: Option<&'a AnyValue>,
    pub install_id: Option<&'a AnyValue>,
    pub account_uuid: Option<&'a AnyValue>,
    pub team: Option<&'a AnyValue>,
    pub department: Option<&'a AnyValue>,
    pub cost_center: Option<&'a AnyValue>,
    pub session_id: Option<&'a AnyValue>,
    pub service_version: Option<&'a AnyValue>,
    pub terminal: Option<&'a AnyValue>,
    pub provider: Option<&'a AnyValue>,
    pub model: Option<&'a AnyValue>,
    pub kind: Option<&'a AnyValue>,
    pub start_type: Option<&'a AnyValue>,
    pub decision: Option<&'a AnyValue>,
    pub tool_name: Option<&'a AnyValue>,
    pub command_name: Option<&'a AnyValue>,
    pub event_name: Option<&'a AnyValue>,
    pub event_sequence: Option<&'a AnyValue>,
    pub input_tokens: Option<&'a AnyValue>,
    pub output_tokens: Option<&'a AnyValue>,
    pub cache_read_tokens: Option<&'a AnyValue>,
    pub cache_creation_tokens: Option<&'a AnyValue>,
    pub cost_usd: Option<&'a AnyValue>,
    pub cost_usd_micros: Option<&'a AnyValue>,
}

impl<'a> Known<'a> {
    /// One pass over the attributes; of a key that stands twice the last one counts.
    pub fn read(attributes: &'a [KeyValue]) -> Known<'a> {
        let mut known = Known::default();
        for pair in attributes {
            if let Some(slot) = known.slot(&pair.key) {
                *slot = pair.value.as_ref();
            }
        }
        known
    }

    /// Where the value of a key goes.
    fn slot(&mut self, key: &str) -> Option<&mut Option<&'a AnyValue>> {
        Some(match key {
            attribute::USER_EMAIL => &mut self.email,
            attribute::USER_NAME => &mut self.name,
            attribute::USER_ID => &mut self.install_id,
            attribute::ACCOUNT_UUID => &mut self.account_uuid,
            attribute::TEAM => &mut self.team,
            attribute::DEPARTMENT => &mut self.department,
            attribute::COST_CENTER => &mut self.cost_center,
            attribute::SESSION_ID => &mut self.session_id,
            attribute::SERVICE_VERSION => &mut self.service_version,
            attribute::TERMINAL_TYPE => &mut self.terminal,
            attribute::PROVIDER => &mut self.provider,
            attribute::MODEL => &mut self.model,
            attribute::TYPE => &mut self.kind,
            attribute::START_TYPE => &mut self.start_type,
            attribute::DECISION => &mut self.decision,
            attribute::TOOL_NAME => &mut self.tool_name,
            attribute::COMMAND_NAME => &mut self.command_name,
            attribute::EVENT_NAME => &mut self.event_name,
            attribute::EVENT_SEQUENCE => &mut self.event_sequence,
            attribute::INPUT_TOKENS => &mut self.input_tokens,
            attribute::OUTPUT_TOKENS => &mut self.output_tokens,
            attribute::CACHE_READ_TOKENS => &mut self.cache_read_tokens,
            attribute::CACHE_CREATION_TOKENS => &mut self.cache_creation_tokens,
            attribute::COST_USD => &mut self.cost_usd,
            attribute::COST_USD_MICROS => &mut self.cost_usd_micros,
            _ => return None,
        })
    }
}

/// A value as text: numbers and booleans as they are written; empty is `None`.
pub fn text(value: Option<&AnyValue>) -> Option<Cow<'_, str>> {
    let text = match value?.value.as_ref()? {
        Value::StringValue(text) => printable(text.trim()),
        Value::IntValue(number) => Cow::Owned(number.to_string()),
        Value::DoubleValue(number) => Cow::Owned(number.to_string()),
        Value::BoolValue(yes) => Cow::Owned(yes.to_string()),
        _ => return None,
    };
    if text.is_empty() { None } else { Some(text) }
}

/// A text without NUL, which PostgreSQL cannot keep.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A value as a number, whatever type it came in.
pub fn number(value: Option<&AnyValue>) -> Option<f64> {
    match value?.value.as_ref()? {
        #[expect(clippy::as_conversions, reason = "beyond 2^53 it is refused anyway")]
        Value::IntValue(number) => Some(*number as f64),
        Value::DoubleValue(number) => Some(*number),
        Value::StringValue(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A value as a whole number, whatever type it came in.
pub fn integer(value: Option<&AnyValue>) -> Option<i64> {
    match value?.value.as_ref()? {
        Value::IntValue(number) => Some(*number),
        Value::StringValue(text) => text.trim().parse().ok(),
        #[expect(clippy::as_conversions, reason = "the range is checked before")]
        Value::DoubleValue(number) if number.fract() == 0.0 && number.abs() < 9.0e15 => {
            Some(*number as i64)
        }
        _ => None,
    }
}

/// A hash of a set of attributes, the same in whatever order they stand.
pub fn hash(keys: &Keys, attributes: &[KeyValue]) -> u64 {
    hash_of(keys, attributes.iter())
}

/// A hash of those that are counted by: no redaction changes it.
pub fn hash_of_needed(keys: &Keys, attributes: &[KeyValue]) -> u64 {
    hash_of(keys, attributes.iter().filter(|pair| is_needed(&pair.key)))
}

/// A hash of some attributes.
fn hash_of<'a>(keys: &Keys, attributes: impl Iterator<Item = &'a KeyValue>) -> u64 {
    attributes.fold(0, |sum: u64, pair| sum.wrapping_add(hash_of_pair(keys, pair)))
}

/// A hash of an attribute. A pseudonym says that of what stood there.
pub fn hash_of_pair(keys: &Keys, pair: &KeyValue) -> u64 {
    if let Some(known) = replaced(pair.value.as_ref()) {
        return known;
    }
    let mut hash = keys.begin(Domain::Attribute).text(&pair.key);
    add_value(&mut hash, pair.value.as_ref());
    hash.finish()
}

/// A hash of a value without a key. A pseudonym says that of what stood there.
pub fn hash_of_value(keys: &Keys, value: Option<&AnyValue>) -> u64 {
    replaced(value).unwrap_or_else(|| {
        let mut hash = keys.begin(Domain::Attribute);
        add_value(&mut hash, value);
        hash.finish()
    })
}

/// The hash of what a pseudonym stands for.
fn replaced(value: Option<&AnyValue>) -> Option<u64> {
    match value?.value.as_ref()? {
        Value::StringValue(text) => Pseudonym::parse(text)?.content,
        _ => None,
    }
}

/// Adds a value to a hash. Nesting is bounded by what the protobuf decoder lets in (100).
fn add_value(hash: &mut Hash, value: Option<&AnyValue>) {
    match value.and_then(|value| value.value.as_ref()) {
        None | Some(Value::StringValueStrindex(_)) => hash.add_tag(0),
        Some(Value::StringValue(text)) => {
            hash.add_tag(1);
            hash.add_bytes(text.as_bytes());
        }
        Some(Value::BoolValue(yes)) => hash.add_tag(if *yes { 2 } else { 3 }),
        Some(Value::IntValue(number)) => {
            hash.add_tag(4);
            hash.add_bytes(&number.to_le_bytes());
        }
        Some(Value::DoubleValue(number)) => {
            hash.add_tag(5);
            hash.add_bytes(&number.to_bits().to_le_bytes());
        }
        Some(Value::BytesValue(bytes)) => {
            hash.add_tag(6);
            hash.add_bytes(bytes);
        }
        Some(Value::ArrayValue(array)) => {
            hash.add_tag(7);
            for value in &array.values {
                add_value(hash, Some(value));
            }
            hash.add_tag(9);
        }
        Some(Value::KvlistValue(list)) => {
            hash.add_tag(8);
            for pair in &list.values {
                hash.add_bytes(pair.key.as_bytes());
                add_value(hash, pair.value.as_ref());
            }
            hash.add_tag(9);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use daybook_schema::agents::claude_code::is_kept;

    #[test]
    fn every_attribute_that_is_read_is_kept() {
        for key in [
            attribute::USER_EMAIL,
            attribute::USER_NAME,
            attribute::USER_ID,
            attribute::ACCOUNT_UUID,
            attribute::TEAM,
            attribute::DEPARTMENT,
            attribute::COST_CENTER,
            attribute::SESSION_ID,
            attribute::SERVICE_VERSION,
            attribute::TERMINAL_TYPE,
            attribute::PROVIDER,
            attribute::MODEL,
            attribute::TYPE,
            attribute::START_TYPE,
            attribute::DECISION,
            attribute::TOOL_NAME,
            attribute::COMMAND_NAME,
            attribute::EVENT_NAME,
            attribute::EVENT_SEQUENCE,
            attribute::INPUT_TOKENS,
            attribute::OUTPUT_TOKENS,
            attribute::CACHE_READ_TOKENS,
            attribute::CACHE_CREATION_TOKENS,
            attribute::COST_USD,
            attribute::COST_USD_MICROS,
        ] {
            assert!(Known::default().slot(key).is_some(), "{key} is read");
            assert!(is_kept(key), "{key} would be dropped where only the needed is kept");
        }
    }
}
