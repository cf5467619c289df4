//! An object of JSON, in its order, with every value as it was written.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::settings::{Refused, json};

/// Keys and values.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries(Vec<(String, String)>);

impl Entries {
    /// The value of a key, as JSON.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, raw)| raw.as_str())
    }

    /// Keys and values in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, raw)| (key.as_str(), raw.as_str()))
    }

    /// Sets a key where it stands, or at the end.
    pub(super) fn set(&mut self, key: &str, raw: String) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = raw,
            None => self.0.push((key.to_owned(), raw)),
        }
    }

    /// The object as JSON, a key a line, at a depth.
    pub(super) fn written(&self, indentation: &str, depth: usize) -> String {
        if self.0.is_empty() {
            return "{}".to_owned();
        }
        let inner = indentation.repeat(depth);
        let line = |(key, raw): &(String, String)| format!("{inner}{}: {raw}", json::string(key));
        let lines: Vec<String> = self.0.iter().map(line).collect();
        let outer = indentation.repeat(depth.saturating_sub(1));
        format!("{{\n{}\n{outer}}}", lines.join(",\n"))
    }
}

/// Reads an object; what is wrong is said with its place and what to do.
pub(super) fn parse(text: &str, what: &str) -> Result<Entries, Refused> {
    let entries: Entries =
        serde_json::from_str(text).map_err(|error| broken(text, what, &error))?;
    let mut seen = std::collections::HashSet::new();
    for (key, _) in &entries.0 {
        if !seen.insert(key) {
            let key: String = key.chars().take(80).collect();
            let cause = format!("`{key}` stands in it twice");
            return Err(Refused::new(what, cause, "delete the one that is not meant"));
        }
    }
    Ok(entries)
}

/// What is wrong with some JSON.
fn broken(text: &str, what: &str, error: &serde_json::Error) -> Refused {
    if error.classify() == Category::Data {
        return Refused::new(what, "it is no object", "put it between braces: { ... }");
    }
    let (line, column) = (error.line(), error.column());
    let (cause, cure) = reason(text, error);
    Refused::new(what, format!("line {line}, column {column}: {cause}"), cure)
}

/// Why it is none, and what to do.
fn reason(text: &str, error: &serde_json::Error) -> (&'static str, &'static str) {
    const COMMENT: (&str, &str) =
        ("comments are no part of JSON; Claude Code ignores such a file", "delete the comment");
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let place = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    let (before, rest) = text.split_at_checked(place).unwrap_or((text, ""));
    let message = error.to_string();
    match rest.chars().next() {
        _ if error.classify() == Category::Eof => {
            ("it ends too early", "close every bracket and quote")
        }
        Some('/' | '#') => COMMENT,
        // The second sign of a comment that stands where a value may.
        _ if before.ends_with('/') => COMMENT,
        Some('\'' | '‘' | '’' | '“' | '”') => {
            ("this is no quote of JSON", "write \" instead")
        }
        Some(']' | '}') if before.trim_end().ends_with(',') => {
            ("a comma stands before a closing bracket", "delete the comma")
        }
        _ if message.starts_with("trailing characters") => {
            ("something follows the last brace", "delete it")
        }
        _ if message.starts_with("expected `,`") => {
            ("a comma is missing before this", "put one behind the value before")
        }
        _ => ("this is no JSON", "correct it, or paste the file as it stands on the disk"),
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

/// Takes keys and values as they come.
struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Entries;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, raw)) = map.next_entry::<String, Box<RawValue>>()? {
            entries.push((key, raw.get().to_owned()));
        }
        Ok(Entries(entries))
    }
}
