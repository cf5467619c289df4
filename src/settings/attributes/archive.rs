//! Everybody's attributes as a zip: a file of settings a person, one script for all, and what
//! was refused. The same people give the same bytes.

use std::collections::HashSet;
use std::io::{Cursor, Write};

use daybook_schema::agents::claude_code::variable;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{People, listing, script};
use crate::settings::{Variable, json};

/// Longest name of a file, before its ending.
const MAX_NAME_BYTES: usize = 100;

/// The archive.
pub fn archive(people: &People) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        // Files keep no time: the one of the archive says enough.
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, text: &str| -> zip::result::ZipResult<()> {
        writer.start_file(name, options)?;
        writer.write_all(text.as_bytes())?;
        Ok(())
    };
    let mut names = HashSet::new();
    for person in &people.people {
        let settings = json::settings(&[Variable {
            name: variable::RESOURCE_ATTRIBUTES,
            value: person.attributes.clone(),
            explains: "",
        }]);
        add(&format!("people/{}.json", file_name(&person.known_by, &mut names)), &settings)?;
    }
    add("daybook-attributes.sh", &script::posix(people))?;
    add("daybook-attributes.ps1", &script::power_shell(people))?;
    add("daybook-attributes.csv", &listing::csv(people))?;
    if !people.refused.is_empty() {
        add("refused.csv", &refused(people))?;
    }
    Ok(writer.finish()?.into_inner())
}

/// A name that every system takes for a file, and nobody else has.
///
/// Systems differ in case, dots at the end and names of devices (`con.json` is one on Windows):
/// so letters are small and plain, and a name never begins with what could be a device.
fn file_name(email: &str, taken: &mut HashSet<String>) -> String {
    let plain = |letter: char| match letter {
        'a'..='z' | '0'..='9' | '@' | '.' | '-' | '_' | '+' => letter,
        _ => '_',
    };
    let mut name: String = email.chars().map(plain).take(MAX_NAME_BYTES).collect();
    let stem = name.split(['.', '@']).next().unwrap_or_default();
    let is_device = matches!(stem, "con" | "prn" | "aux" | "nul")
        || stem.strip_prefix("com").or(stem.strip_prefix("lpt")).is_some_and(|rest| rest.len() < 2);
    if is_device || name.starts_with(['.', '-', '+', '@']) {
        name.insert(0, '_');
    }
    let mut unique = name.clone();
    for number in 2_u32.. {
        if taken.insert(unique.clone()) {
            break;
        }
        unique = format!("{name}-{number}");
    }
    unique
}

/// What was refused, as CSV.
fn refused(people: &People) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut written = writer.write_record(["line", "column", "reason"]);
    for it in &people.refused {
        let line = it.line.to_string();
        let record = [line.as_str(), it.column.unwrap_or_default(), &it.reason];
        written = written.and_then(|()| writer.write_record(record));
    }
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
