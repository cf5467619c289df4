//! Reads people from CSV.

use std::collections::HashMap;

use csv::ByteRecord;

use super::{Column, NotExpressed, People, Person, Refused, column};
use crate::spreadsheet::{self, NotRead};

/// Most bytes of a file.
pub const MAX_BYTES: usize = 4 << 20;

/// Most people of a file.
pub const MAX_PEOPLE: usize = 10_000;

/// Most headings of a file.
const MAX_HEADINGS: usize = 100;

/// Reads a file. Lines that cannot be expressed are told beside those that can; a file that
/// makes no sense at all is refused.
pub fn read(file: &[u8]) -> Result<People, Refused> {
    let mut records = spreadsheet::open(file, MAX_BYTES)?;
    let headings = match records.next() {
        Some(Ok((_, record))) => record,
        _ => return Err(refused("it is empty", "give a line of headings, then a line a person")),
    };
    let mut people = People::default();
    let headings = columns(&headings, &mut people.left_out)?;
    let mut seen = HashMap::new();
    for record in records {
        let (line, record) = record?;
        if people.people.len() + people.refused.len() >= MAX_PEOPLE {
            let reason = format!("a file has at most {MAX_PEOPLE} people; split it here");
            people.refused.push(NotExpressed { line, column: None, reason });
            break;
        }
        match person(line, &record, &headings, &mut seen) {
            Ok(person) => people.people.push(person),
            Err(refused) => people.refused.extend(refused),
        }
    }
    Ok(people)
}

/// A person of a line.
fn person(
    line: u64,
    record: &ByteRecord,
    headings: &[Option<&'static Column>],
    seen: &mut HashMap<String, u64>,
) -> Result<Person, Vec<NotExpressed>> {
    let whole = |reason: String| vec![NotExpressed { line, column: None, reason }];
    if record.len() > headings.len() {
        return Err(whole(format!(
            "it has {} fields and the headings are {}; put quotes round a field with a separator \
             in it",
            record.len(),
            headings.len()
        )));
    }
    let mut given = Vec::new();
    for (column, field) in headings.iter().zip(record) {
        let Some(column) = column else { continue };
        let text = std::str::from_utf8(field).map_err(|_| {
            let reason = "it is not UTF-8; save the file as CSV UTF-8".to_owned();
            vec![NotExpressed { line, column: Some(column.name), reason }]
        })?;
        given.push((*column, text.to_owned()));
    }
    // The attributes stand in one order, whatever the file's is.
    given.sort_by_key(|(column, _)| super::COLUMNS.iter().position(|it| it == *column));
    let person = Person::new(line, given)?;
    if let Some(first) = seen.get(&person.known_by) {
        return Err(whole(format!("line {first} is about the same email; keep one of them")));
    }
    seen.insert(person.known_by.clone(), line);
    Ok(person)
}

/// What each field of a line is.
fn columns(
    headings: &ByteRecord,
    left_out: &mut Vec<String>,
) -> Result<Vec<Option<&'static Column>>, Refused> {
    if headings.len() > MAX_HEADINGS {
        let cause = format!("it has more than {MAX_HEADINGS} headings");
        return Err(refused(cause, "leave out columns nobody needs"));
    }
    let mut found: Vec<Option<&'static Column>> = Vec::new();
    for heading in headings {
        let heading = String::from_utf8_lossy(heading).trim().to_owned();
        let column = column(&heading);
        if let Some(column) = column
            && found.contains(&Some(column))
        {
            let cause = format!("two headings mean the {}", column.label.to_lowercase());
            return Err(refused(cause, "keep one of the columns"));
        }
        if column.is_none() && !heading.is_empty() {
            left_out.push(heading.chars().take(60).collect());
        }
        found.push(column);
    }
    if !found.iter().flatten().any(|column| column.is_email()) {
        let cure = "head the column of emails `email`; others are name, team, department, \
                    cost_center";
        return Err(refused("no heading in its first line means the email", cure));
    }
    Ok(found)
}

impl From<NotRead> for Refused {
    fn from(NotRead { cause, cure }: NotRead) -> Refused {
        refused(cause, cure)
    }
}

/// Refuses a whole file.
fn refused(cause: impl Into<String>, cure: &str) -> Refused {
    Refused::new("the file", cause, cure)
}
