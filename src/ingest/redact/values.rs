//! Walks attributes: keys and values, lists and maps at any depth, bytes. Does not know what
//! carries them.

use super::own;
use super::pieces::{self, Scan, beginning};
use super::text::{Judges, Scanner};
use super::{MARKER_START, Redactions, UNSCANNABLE};
use crate::ingest::patterns::Patterns;
use daybook_schema::agents::claude_code::is_name;
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
    /// The organization's own patterns.
    pub patterns: &'a Patterns,
    /// Which rules may judge what is visited.
    pub judges: Judges,
    /// The part of the request that is visited.
    pub place: &'static str,
    /// The name of the attribute that is visited, and of the maps in it; the beginning of each.
    pub names: Vec<String>,
    /// Keys the hashes of what is found.
    pub hash_key: &'a [u8; 32],
    /// What was found so far.
    pub redactions: Redactions,
}

impl Walk<'_> {
    /// A string that stands for itself, at a place of the request.
    pub fn text(&mut self, place: &'static str, text: &mut String) {
        self.place = place;
        self.strings("", false, &mut [text]);
    }

    /// An id of a trace or span: its bytes are no text, unless there are not as many as an id has,
    /// or all of them could be typed.
    pub fn id(&mut self, place: &'static str, id: &mut Vec<u8>) {
        self.place = place;
        let typed = id.iter().all(|byte| matches!(byte, b' '..=b'~'));
        if typed || !ID_BYTES.contains(&id.len()) {
            self.bytes(id, "");
        }
    }

    /// Attributes: each key with its own value, and nothing across two of them.
    pub fn attributes(&mut self, place: &'static str, attributes: &mut [KeyValue]) {
        self.place = place;
        for attribute in attributes.iter_mut() {
            self.attribute(attribute);
        }
        keep_keys_distinct(attributes);
    }

    /// A value without a key: the body of a log record.
    pub fn body(&mut self, place: &'static str, value: &mut AnyValue) {
        self.place = place;
        self.value(value, "", 0);
    }

    /// One attribute.
    fn attribute(&mut self, attribute: &mut KeyValue) {
        let KeyValue { key, value, key_strindex: _ } = attribute;
        let known = is_name(key);
        let judges =
            std::mem::replace(&mut self.judges, if known { Judges::Certain } else { Judges::All });
        match value {
            Some(AnyValue { value: Some(Value::StringValue(text)) }) => {
                self.strings("", true, &mut [key, text]);
            }
            Some(value) => {
                let context = key.clone();
                self.strings("", false, &mut [key]);
                self.inside(key, |walk| walk.value(value, &context, 0));
            }
            None => self.strings("", false, &mut [key]),
        }
        self.judges = judges;
    }

    /// Visits what stands under a key, which has been redacted.
    fn inside(&mut self, key: &str, visit: impl FnOnce(&mut Self)) {
        self.names.push(beginning(key));
        visit(self);
        self.names.pop();
    }

    /// A value under the name `context`.
    fn value(&mut self, value: &mut AnyValue, context: &str, depth: usize) {
        let AnyValue { value: Some(inner) } = value else {
            return;
        };
        match inner {
            Value::StringValue(text) => self.strings(context, false, &mut [text]),
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
        self.strings(context, false, &mut strings);
    }

    /// The entries of a map: read in a row too, for `{name: .., value: ..}` is a pair in disguise.
    fn map(&mut self, entries: &mut [KeyValue], context: &str, depth: usize) {
        let names: Vec<String> = entries.iter().map(|entry| entry.key.clone()).collect();
        let mut texts: Vec<&mut String> = Vec::new();
        let mut others = Vec::new();
        let mut nothing: Vec<String> = vec![String::new(); entries.len()];
        for ((KeyValue { key, value, key_strindex: _ }, name), nothing) in
            entries.iter_mut().zip(&names).zip(&mut nothing)
        {
            texts.push(key);
            match value {
                Some(AnyValue { value: Some(Value::StringValue(text)) }) => texts.push(text),
                Some(value) => {
                    others.push((value, name));
                    texts.push(nothing);
                }
                None => texts.push(nothing),
            }
        }
        self.strings(context, true, &mut texts);
        for (value, name) in others {
            let telling = self.scanner.may_match(name.as_bytes());
            let context = if telling { name.as_str() } else { context };
            self.inside(if telling { "" } else { name }, |walk| {
                walk.value(value, context, depth + 1)
            });
        }
        keep_keys_distinct(entries);
    }

    /// Bytes: text if they are, else each byte a character, so that ASCII in them is seen.
    fn bytes(&mut self, bytes: &mut Vec<u8>, context: &str) {
        let suspect = |bytes: &[u8]| self.scanner.may_match(bytes);
        if !suspect(bytes) && !suspect(context.as_bytes()) && !self.patterns.may_match(bytes) {
            return;
        }
        let before = self.redactions.count;
        if let Ok(text) = std::str::from_utf8(bytes) {
            let mut text = text.to_owned();
            self.strings(context, false, &mut [&mut text]);
            *bytes = text.into_bytes();
            return;
        }
        let mut text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        self.strings(context, false, &mut [&mut text]);
        if self.redactions.count > before {
            *bytes = text.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
        }
    }

    /// Strings that belong together; in `pairs`, each second one is the value of the first.
    fn strings(&mut self, context: &str, pairs: bool, strings: &mut [&mut String]) {
        let scan = Scan {
            scanner: self.scanner,
            judges: self.judges,
            hash_key: self.hash_key,
            context,
            place: self.place,
            names: &self.names,
            pairs,
        };
        pieces::redact(&scan, strings, &mut self.redactions);
        if !self.patterns.is_empty() && self.judges == Judges::All {
            own::redact(self.patterns, &scan, strings, &mut self.redactions);
        }
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
