//! Resource attributes: how people say who they are where no sign-in does, which is with
//! Bedrock, Vertex, a gateway or an API key.
//!
//! A person's values become one `OTEL_RESOURCE_ATTRIBUTES`, written so that both of the
//! client's parsers read the same values from it. What that cannot express is refused with its
//! place and reason; everybody else is still served.

mod columns;
mod value;
mod table;
mod listing;
mod script;
mod archive;
mod format;

use super::Refused;

pub use archive::archive;
pub use columns::{COLUMNS, Column, column};
pub use format::Format;
pub use listing::{csv, json, text};
pub use script::{posix, power_shell};
pub use table::{MAX_BYTES, MAX_PEOPLE, read};

/// What a person is known by, of one line of a file or of a form.
#[derive(Clone, Debug)]
pub struct Person {
    /// The line of the file, from 1.
    pub line: u64,
    /// As it was written.
    pub email: String,
    /// What names the person in the figures: the email, trimmed and in small letters.
    pub known_by: String,
    /// Columns and values, of those that have one.
    pub values: Vec<(&'static Column, String)>,
    /// The value of `OTEL_RESOURCE_ATTRIBUTES`.
    pub attributes: String,
}

/// What cannot be expressed, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotExpressed {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column's heading as it is called here; none where it is about the whole line.
    pub column: Option<&'static str>,
    pub reason: String,
}

/// What came of a file.
#[derive(Clone, Debug, Default)]
pub struct People {
    pub people: Vec<Person>,
    pub refused: Vec<NotExpressed>,
    /// Headings nobody knows, whose columns are left out.
    pub left_out: Vec<String>,
}

impl People {
    /// How many lines of the file could not be expressed.
    pub fn lines_refused(&self) -> usize {
        let mut lines: Vec<u64> = self.refused.iter().map(|it| it.line).collect();
        lines.dedup();
        lines.len()
    }
}

impl Person {
    /// A person of some values; every one that cannot be expressed is told.
    pub fn new(
        line: u64,
        given: impl IntoIterator<Item = (&'static Column, String)>,
    ) -> Result<Person, Vec<NotExpressed>> {
        let (mut values, mut refused, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
        for (column, raw) in given {
            let value = raw.trim().to_owned();
            if value.is_empty() {
                continue;
            }
            match value::encoded(column, &value) {
                Ok(encoded) => {
                    pairs.push(format!("{}={encoded}", column.key));
                    values.push((column, value));
                }
                Err(reason) => {
                    refused.push(NotExpressed { line, column: Some(column.name), reason });
                }
            }
        }
        let email = values.iter().find(|(column, _)| column.is_email()).map(|it| it.1.clone());
        let known_by = email.as_deref().and_then(value::known_by);
        let (Some(email), Some(known_by), true) = (email, known_by, refused.is_empty()) else {
            if refused.is_empty() {
                let reason = "there is no email, and nobody is known without one".to_owned();
                refused.push(NotExpressed { line, column: Some(columns::EMAIL), reason });
            }
            return Err(refused);
        };
        Ok(Person { line, email, known_by, values, attributes: pairs.join(",") })
    }

    /// The value of a column.
    pub fn value(&self, name: &str) -> &str {
        let found = self.values.iter().find(|(column, _)| column.name == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
