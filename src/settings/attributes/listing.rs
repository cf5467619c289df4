//! People and their attributes as text, JSON and CSV.

use std::fmt::Write;

use daybook_schema::agents::claude_code::variable;
use serde_json::{Value, json};

use super::{COLUMNS, NotExpressed, People, Person};
use crate::api::export::cell;

/// A line a person: the email, and the variable.
pub fn text(people: &People) -> String {
    let mut text = String::new();
    for person in &people.people {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}\t{}={}",
            person.email,
            variable::RESOURCE_ATTRIBUTES,
            person.attributes
        );
    }
    text
}

/// As JSON: who can be expressed, what not, and why.
pub fn json(people: &People) -> Value {
    let person = |person: &Person| {
        let mut fields: serde_json::Map<String, Value> =
            COLUMNS.iter().map(|it| (it.name.to_owned(), Value::Null)).collect();
        for (column, value) in &person.values {
            fields.insert(column.name.to_owned(), value.as_str().into());
        }
        fields.insert("line".to_owned(), person.line.into());
        fields.insert("resource_attributes".to_owned(), person.attributes.as_str().into());
        Value::Object(fields)
    };
    let refused =
        |it: &NotExpressed| json!({"line": it.line, "column": it.column, "reason": it.reason});
    json!({
        "data": people.people.iter().map(person).collect::<Vec<Value>>(),
        "refused": people.refused.iter().map(refused).collect::<Vec<Value>>(),
        "left_out_columns": people.left_out,
    })
}

/// As CSV: the columns of the file, and the variable.
pub fn csv(people: &People) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let headings = COLUMNS.iter().map(|column| column.name);
    let mut written = writer.write_record(headings.chain([variable::RESOURCE_ATTRIBUTES]));
    for person in &people.people {
        let values = COLUMNS.iter().map(|column| cell(person.value(column.name)));
        let record = values.chain([person.attributes.clone()]);
        written = written.and_then(|()| writer.write_record(record));
    }
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
