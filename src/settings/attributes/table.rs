//! Reads people from CSV as spreadsheets write it: any of the usual separators, with a mark or
//! without, lines ended either way.

use std::collections::HashMap;

use csv::{ByteRecord, ReaderBuilder};

use super::{Column, NotExpressed, People, Person, Refused, column};

/// Most bytes of a file.
pub const MAX_BYTES: usize = 4 << 20;

/// Most people of a file.
pub const MAX_PEOPLE: usize = 10_000;

/// Most headings of a file.
const MAX_HEADINGS: usize = 100;

/// What may stand between fields.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// Reads a file. Lines that cannot be expressed are told beside those that can; a file that
/// makes no sense at all is refused.
pub fn read(file: &[u8]) -> Result<People, Refused> {
    if file.len() > MAX_BYTES {
        let cause = format!("it is larger than {MAX_BYTES} bytes");
        return Err(refused(cause, "split it, and leave out columns nobody needs"));
    }
    if file.starts_with(&[0xff, 0xfe]) || file.starts_with(&[0xfe, 0xff]) {
        return Err(refused("it is UTF-16", "save it as CSV UTF-8"));
    }
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let (separator, has_mark) = separator(file);
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(file);
    let mut records = reader.byte_records().skip(usize::from(has_mark));
    let headings = match records.next() {
        Some(Ok(record)) => record,
        _ => return Err(refused("it is empty", "give a line of headings, then a line a person")),
    };
    let mut people = People::default();
    let headings = columns(&headings, &mut people.left_out)?;
    let mut seen = HashMap::new();
    let mut lines = Lines { file, at: 0, line: 1 };
    for record in records {
        let record = record.map_err(|error| refused(error.to_string(), "save it as CSV again"))?;
        if record.iter().all(|field| field.trim_ascii().is_empty()) {
            continue;
        }
        let line = lines.line_of(record.position().map_or(0, csv::Position::byte));
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

/// Counts lines. The reader of CSV counts those that end in two letters one too few.
struct Lines<'a> {
    file: &'a [u8],
    /// How far is counted, in bytes, and which line that is.
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the record that begins at a byte, or behind the ends of lines there. Records
    /// come in the order of the file.
    fn line_of(&mut self, byte: u64) -> u64 {
        let begin = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some([letter, rest @ ..]) = self.file.get(self.at..) {
            let is_end = matches!(letter, b'\r' | b'\n');
            if self.at >= begin && !is_end {
                break;
            }
            // Of two letters, the second ends the line.
            if *letter == b'\n' || (*letter == b'\r' && rest.first() != Some(&b'\n')) {
                self.line += 1;
            }
            self.at += 1;
        }
        self.line
    }
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

/// What stands between fields, and whether the first line only says so.
fn separator(file: &[u8]) -> (u8, bool) {
    let first = file.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    if let Some([separator]) = first.strip_prefix(b"sep=")
        && SEPARATORS.contains(separator)
    {
        return (*separator, true);
    }
    let count = |separator: &u8| first.iter().filter(|byte| *byte == separator).count();
    // Of several that stand equally often, the first.
    let most = SEPARATORS.iter().rev().max_by_key(|separator| count(separator));
    (most.copied().unwrap_or(b','), false)
}

/// Refuses a whole file.
fn refused(cause: impl Into<String>, cure: &str) -> Refused {
    Refused::new("the file", cause, cure)
}
