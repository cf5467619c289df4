//! Reads a file of memberships. All or nothing: each line that cannot be taken is told with its
//! cause and cure.

use chrono::{Datelike, NaiveDate};
use csv::ByteRecord;
use daybook_jobs::resolve;
use daybook_jobs::teams::{Line, Person, WrongLine};
use daybook_schema::team_memberships::{since_ever, until_further_notice};
use daybook_schema::teams::{self, MAX_NAME_CHARS, NO_TEAM, TeamNames};
use daybook_schema::users::parse_public_id;

use super::{COLUMNS, Column};
use crate::spreadsheet::{self, NotRead};

/// Most bytes of a file.
pub const MAX_BYTES: usize = 4 << 20;

/// Most lines of a file.
pub const MAX_LINES: usize = 50_000;

/// Most lines that are told to be wrong.
const MAX_WRONG: usize = 100;

/// Most headings of a file.
const MAX_HEADINGS: usize = 20;

/// Reads a CSV file.
pub fn read(file: &[u8]) -> Result<Vec<Line>, Vec<WrongLine>> {
    let mut records = spreadsheet::open(file, MAX_BYTES).map_err(|why| vec![not_read(1, why)])?;
    let headings = match records.next() {
        Some(Ok((line, record))) => columns(line, &record)?,
        Some(Err(why)) => return Err(vec![not_read(1, why)]),
        None => {
            let cure = format!("give a line of headings, {}, then a line a person", named());
            return Err(vec![wrong(1, None, "the file is empty", &cure)]);
        }
    };
    let (mut lines, mut refused) = (Vec::new(), Vec::new());
    for record in records {
        let last = lines.last().map_or(1, |line: &Line| line.number);
        let (number, record) = record.map_err(|why| vec![not_read(last, why)])?;
        if lines.len() >= MAX_LINES {
            let cause = format!("a file has at most {MAX_LINES} lines");
            refused.push(wrong(number, None, &cause, "split it here, and amend by each part"));
            break;
        }
        match line_of(number, &record, &headings) {
            Ok(line) => lines.push(line),
            Err(why) => refused.extend(why),
        }
        if refused.len() >= MAX_WRONG {
            break;
        }
    }
    if refused.is_empty() { Ok(lines) } else { Err(refused) }
}

/// The columns of a file, in their order.
fn named() -> String {
    COLUMNS.map(Column::name).join(",")
}

/// A wrong line.
fn wrong(number: u64, column: Option<Column>, cause: &str, cure: &str) -> WrongLine {
    let column = column.map(Column::name);
    WrongLine { number, column, cause: cause.to_owned(), cure: cure.to_owned() }
}

/// What cannot be read at all.
fn not_read(number: u64, NotRead { cause, cure }: NotRead) -> WrongLine {
    WrongLine { number, column: None, cause, cure: cure.to_owned() }
}

/// What each field of a line is.
fn columns(number: u64, headings: &ByteRecord) -> Result<Vec<Column>, Vec<WrongLine>> {
    let mut found: Vec<Column> = Vec::new();
    let mut refused = Vec::new();
    for heading in headings.iter().take(MAX_HEADINGS) {
        let heading = String::from_utf8_lossy(heading);
        match Column::of(&heading) {
            Some(column) if found.contains(&column) => {
                let cause = format!("two headings mean the column {}", column.name());
                refused.push(wrong(number, None, &cause, "keep one of them"));
            }
            Some(column) => found.push(column),
            None => {
                let shown: String = heading.chars().take(40).collect();
                let cause = format!("nobody knows the column `{}`", shown.escape_debug());
                let cure = format!("take it away; the columns are {}", named());
                refused.push(wrong(number, None, &cause, &cure));
            }
        }
    }
    if !found.contains(&Column::Email) {
        let cure = format!("the columns are {}, in any order; email has to be there", named());
        refused.push(wrong(number, None, "no heading means the email", &cure));
    }
    if refused.is_empty() { Ok(found) } else { Err(refused) }
}

/// A line of a file.
fn line_of(number: u64, record: &ByteRecord, headings: &[Column]) -> Result<Line, Vec<WrongLine>> {
    if record.len() > headings.len() {
        let cause = format!("it has {} fields, the headings are {}", record.len(), headings.len());
        let cure = "put quotes round a field that has a separator in it";
        return Err(vec![wrong(number, None, &cause, cure)]);
    }
    let mut fields: Vec<(Column, &str)> = Vec::new();
    for (column, field) in headings.iter().zip(record) {
        let text = std::str::from_utf8(field).map_err(|_| {
            vec![wrong(number, Some(*column), "it is not UTF-8", "save the file as CSV UTF-8")]
        })?;
        fields.push((*column, text));
    }
    given(number, |wanted| {
        let found = fields.iter().find(|(column, _)| *column == wanted);
        found.map_or("", |(_, text)| *text)
    })
}

/// A line of some fields; everything that is wrong with it is told.
pub fn given<'a>(number: u64, field: impl Fn(Column) -> &'a str) -> Result<Line, Vec<WrongLine>> {
    let mut refused = Vec::new();
    let mut keep = |found: Result<(), WrongLine>| refused.extend(found.err());
    let who = person(number, field(Column::Email));
    keep(who.as_ref().map(drop).map_err(Clone::clone));
    let mut name = |column: Column| match name_of(number, column, field(column)) {
        Ok(name) => name,
        Err(why) => {
            keep(Err(why));
            String::new()
        }
    };
    let names = TeamNames {
        team: name(Column::Team),
        department: name(Column::Department),
        cost_center: name(Column::CostCenter),
    };
    let first = day(number, Column::From, field(Column::From));
    let last = day(number, Column::To, field(Column::To));
    keep(first.as_ref().map(drop).map_err(Clone::clone));
    keep(last.as_ref().map(drop).map_err(Clone::clone));
    let (Ok(person), Ok(first), Ok(last), true) = (who, first, last, refused.is_empty()) else {
        return Err(refused);
    };
    let first_day = first.unwrap_or_else(since_ever);
    let last_day = last.unwrap_or_else(until_further_notice);
    if first_day > last_day {
        let cause = format!("it ends on {last_day}, before it begins on {first_day}");
        let cure = "give a `to` that is not before `from`; both days belong to the line";
        return Err(vec![wrong(number, Some(Column::To), &cause, cure)]);
    }
    Ok(Line { number, person, names, first_day, last_day })
}

/// Whom a line is about.
fn person(number: u64, text: &str) -> Result<Person, WrongLine> {
    let text = unquoted(text).trim();
    let cure = "give an email like ada@example.com, or an id like usr_00000000000000ff of \
                GET /api/v1/users";
    let refused = |cause: &str| Err(wrong(number, Some(Column::Email), cause, cure));
    if text.is_empty() {
        return refused("there is nobody");
    }
    if let Some(id) = parse_public_id(text) {
        return Ok(Person::Id(id));
    }
    let Some(email) = resolve::email(text.into()) else {
        return refused("it is no email");
    };
    match email.split_once('@') {
        Some((name, host)) if !name.is_empty() && !host.is_empty() && !host.contains('@') => {
            Ok(Person::Email(email))
        }
        _ => refused("it is no email"),
    }
}

/// The name of a team, department or cost center.
fn name_of(number: u64, column: Column, text: &str) -> Result<String, WrongLine> {
    let refused = |cause: String, cure: &str| Err(wrong(number, Some(column), &cause, cure));
    let text = unquoted(text).trim();
    if text.chars().any(char::is_control) {
        let cause = "it has a line break or another control character".to_owned();
        return refused(cause, "write it in one line");
    }
    if text.chars().count() > MAX_NAME_CHARS {
        let cause = format!("it is longer than {MAX_NAME_CHARS} characters");
        return refused(cause, "give a shorter name");
    }
    if text == NO_TEAM {
        let cause = format!("`{NO_TEAM}` asks for days without a team where figures are filtered");
        return refused(cause, "leave the field empty for no team");
    }
    Ok(teams::name(text))
}

/// A field without the quote that an export puts before what a spreadsheet would take for a formula.
fn unquoted(text: &str) -> &str {
    let quoted = text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']));
    quoted.unwrap_or(text)
}

/// A day; `None` of no letters.
fn day(number: u64, column: Column, text: &str) -> Result<Option<NaiveDate>, WrongLine> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let day = day.filter(|day| (1970..=9999).contains(&day.year()) && day.to_string() == text);
    day.map(Some).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        let cause = format!("`{}` is no day", shown.escape_debug());
        wrong(number, Some(column), &cause, "write days like 2026-11-01")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a file, a line each.
    fn said(file: &str) -> Vec<String> {
        read(file.as_bytes()).expect_err("wrong").iter().map(WrongLine::to_string).collect()
    }

    #[test]
    fn a_file_is_read_whatever_the_order_of_its_columns() {
        let file = "\u{feff}To;Team;E-Mail;Cost Centre;from\r\n\
                    2026-11-30; R&D ;ADA@Example.com;7;2026-11-01\r\n\r\n\
                    ;'=SUM(A1);usr_00000000000000ff;;\r\n";
        let lines = read(file.as_bytes()).expect("read");
        let [ada, other] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!(ada.person, Person::Email("ada@example.com".to_owned()));
        assert_eq!((ada.names.team.as_str(), ada.names.cost_center.as_str()), ("R&D", "7"));
        let days = (ada.first_day.to_string(), ada.last_day.to_string());
        assert_eq!(days, ("2026-11-01".to_owned(), "2026-11-30".to_owned()));
        assert_eq!((other.number, &other.person), (4, &Person::Id(255)));
        assert_eq!(other.names.team, "=SUM(A1)");
        let lines = read(b"email,team\n'+ada@example.com,A\n").expect("read");
        assert_eq!(lines[0].person, Person::Email("+ada@example.com".to_owned()), "as exported");
        assert_eq!((other.first_day, other.last_day), (since_ever(), until_further_notice()));
    }

    #[test]
    fn what_cannot_be_taken_is_told_with_line_cause_and_cure() {
        for (file, expected) in [
            ("", "line 1: the file is empty; give a line of headings"),
            ("team\nA\n", "line 1: no heading means the email; the columns are email,"),
            ("email,boss\n", "line 1: nobody knows the column `boss`; take it away"),
            ("email,mail\n", "line 1: two headings mean the column email; keep one"),
            ("email\nada\n", "line 2, email: it is no email; give an email like"),
            ("email\na@b@c\n", "line 2, email: it is no email"),
            ("email,team\n,A\n", "line 2, email: there is nobody"),
            ("email,from\na@b.c,1.11.2026\n", "line 2, from: `1.11.2026` is no day; write days"),
            ("email,from\na@b.c,2026-02-30\n", "line 2, from: `2026-02-30` is no day"),
            ("email,to,from\na@b.c,2026-11-01,2026-11-02\n", "line 2, to: it ends on 2026-11-01"),
            ("email,team\na@b.c,\"A\nB\"\n", "line 2, team: it has a line break"),
            ("email,team\na@b.c,(none)\n", "line 2, team: `(none)` asks for days without"),
            ("email,team\na@b.c,A,B\n", "line 2: it has 3 fields, the headings are 2; put quotes"),
        ] {
            let said = said(file);
            assert!(said[0].starts_with(expected), "{file:?}: {said:?}");
        }
        let long = format!("email,team\na@b.c,{}\n", "é".repeat(121));
        assert!(said(&long)[0].contains("longer than 120 characters"));
        assert!(read(format!("email,team\na@b.c,{}\n", "é".repeat(120)).as_bytes()).is_ok());
    }

    #[test]
    fn every_wrong_line_is_told() {
        let said = said("email,team,from\nada,A,x\nbob@b.c,B,2026-11-01\n\ncarl,C,\n");
        let begin: Vec<&str> = said.iter().map(|line| line.split(':').next().unwrap()).collect();
        assert_eq!(begin, ["line 2, email", "line 2, from", "line 5, email"]);
    }
}
