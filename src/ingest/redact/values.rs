//! Walks attributes: keys and values, lists and maps at any depth, bytes. Does not know what
//! carries them.

use super::pieces;
use super::text::{Judges, Scanner};
use super::{MARKER_START, Redactions, UNSCANNABLE};
use daybook_schema::agents::claude_code::IDENTITY;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use std::collections::{HashMap, HashSet};

/// Lists within lists that are walked; what lies deeper is replaced.
const MAX_DEPTH: usize = 32;

/// Bytes of an id: of none, of a span, of a trace. A field with others is no id.
const ID_BYTES: [usize; 3] = [0, 8, 16];

/// A walk through one request.
pub struct Walk<'a> {
    /// Finds the secrets.
    pub scanner: &'a Scanner,
    /// Which rules may judge what is visited.
    pub judges: Judges,
    /// What was found so far.
    pub redactions: Redactions,
}

impl Walk<'_> {
    /// A string that stands for itself.
    pub fn text(&mut self, text: &mut String) {
        self.strings("", &mut [text]);
    }

    /// An id of a trace or span: its bytes are no text, unless there are not as many as an id has.
    pub fn id(&mut self, id: &mut Vec<u8>) {
        if !ID_BYTES.contains(&id.len()) {
            self.bytes(id, "");
        }
    }

    /// Attributes: each key with its own value, and nothing across two of them.
    pub fn attributes(&mut self, attributes: &mut [KeyValue]) {
        for attribute in attributes.iter_mut() {
            self.attribute(attribute);
        }
        keep_keys_distinct(attributes);
    }

    /// A value without a key: the body of a log record.
    pub fn body(&mut self, value: &mut AnyValue) {
        self.value(value, "", 0);
    }

    /// One attribute.
    fn attribute(&mut self, attribute: &mut KeyValue) {
        let KeyValue { key, value, key_strindex: _ } = attribute;
        let known = IDENTITY.contains(&key.as_str());
        let judges =
            std::mem::replace(&mut self.judges, if known { Judges::Certain } else { Judges::All });
        match value {
            Some(AnyValue { value: Some(Value::StringValue(text)) }) => {
                self.strings("", &mut [key, text]);
            }
            Some(value) => {
                self.value(value, key, 0);
                self.text(key);
            }
            None => self.text(key),
        }
        self.judges = judges;
    }

    /// A value under the name `context`.
    fn value(&mut self, value: &mut AnyValue, context: &str, depth: usize) {
        let AnyValue { value: Some(inner) } = value else {
            return;
        };
        match inner {
            Value::StringValue(text) => self.strings(context, &mut [text]),
            Value::BytesValue(bytes) => self.bytes(bytes, context),
            Value::ArrayValue(_) | Value::KvlistValue(_) if depth >= MAX_DEPTH => {
                self.redactions.add(super::UNSCANNABLE_ID);
                *inner = Value::StringValue(UNSCANNABLE.to_owned());
            }
            Value::ArrayValue(list) => self.list(&mut list.values, context, depth),
            Value::KvlistValue(map) => self.map(&mut map.values, context, depth),
            Value::BoolValue(_)
            | Value::IntValue(_)
            | Value::DoubleValue(_)
            | Value::StringValueStrindex(_) => {}
        }
    }

    /// The items of a list: strings are read in a row, as an argument list or the lines of a file.
    fn list(&mut self, items: &mut [AnyValue], context: &str, depth: usize) {
        let mut strings = Vec::new();
        for item in items {
            match item.value {
                Some(Value::StringValue(ref mut text)) => strings.push(text),
                Some(_) => self.value(item, context, depth + 1),
                None => {}
            }
        }
        self.strings(context, &mut strings);
    }

    /// The entries of a map: read in a row too, for `{name: .., value: ..}` is a pair in disguise.
    fn map(&mut self, entries: &mut [KeyValue], context: &str, depth: usize) {
        let mut strings = Vec::new();
        for KeyValue { key, value, key_strindex: _ } in entries.iter_mut() {
            let telling = self.scanner.may_match(key.as_bytes());
            let name = if telling { key.as_str() } else { context };
            match value {
                Some(AnyValue { value: Some(Value::StringValue(text)) }) => {
                    strings.push(key);
                    strings.push(text);
                }
                Some(value) => {
                    self.value(value, name, depth + 1);
                    strings.push(key);
                }
                None => strings.push(key),
            }
        }
        self.strings(context, &mut strings);
        keep_keys_distinct(entries);
    }

    /// Bytes: text if they are, else each byte a character, so that ASCII in them is seen.
    fn bytes(&mut self, bytes: &mut Vec<u8>, context: &str) {
        if !self.scanner.may_match(bytes) && !self.scanner.may_match(context.as_bytes()) {
            return;
        }
        let before = self.redactions.count;
        if let Ok(text) = std::str::from_utf8(bytes) {
            let mut text = text.to_owned();
            self.strings(context, &mut [&mut text]);
            *bytes = text.into_bytes();
            return;
        }
        let mut text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        self.strings(context, &mut [&mut text]);
        if self.redactions.count > before {
            *bytes = text.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
        }
    }

    /// Strings that belong together.
    fn strings(&mut self, context: &str, strings: &mut [&mut String]) {
        pieces::redact(self.scanner, self.judges, context, strings, &mut self.redactions);
    }
}

/// Numbers keys that became the same by redaction: the keys of a list must be unique.
fn keep_keys_distinct(list: &mut [KeyValue]) {
    let mut taken: HashSet<String> = HashSet::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for KeyValue { key, .. } in list.iter_mut().filter(|entry| entry.key.contains(MARKER_START)) {
        let count = counts.entry(key.clone()).or_insert(0);
        loop {
            *count += 1;
            let distinct = if *count == 1 { key.clone() } else { format!("{key}#{count}") };
            if taken.insert(distinct.clone()) {
                *key = distinct;
                break;
            }
        }
    }
}
