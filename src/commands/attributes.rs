//! `daybook attributes`: makes resource attributes of a CSV file.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use anyhow::Context;

use crate::config::AttributesArgs;
use crate::settings::attributes::{Format, MAX_BYTES, People, read};

/// Runs `daybook attributes`.
pub fn run(asked: &AttributesArgs) -> anyhow::Result<()> {
    let people = read(&input(&asked.file)?)?;
    match &asked.zip {
        Some(path) => {
            let bytes = Format::Zip.write(&people)?;
            let file = OpenOptions::new().write(true).create_new(true).open(path);
            file.and_then(|mut file| file.write_all(&bytes))
                .with_context(|| format!("write the file {}", path.display()))?;
            eprintln!("wrote {}: {} people", path.display(), people.people.len());
        }
        None => std::io::stdout()
            .write_all(&asked.format.write(&people)?)
            .context("write standard output")?,
    }
    tell(&people)
}

/// Reads the file, and no more than one may have.
fn input(path: &Path) -> anyhow::Result<Vec<u8>> {
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.with_context(|| format!("read {}", path.display()))?;
    Ok(bytes)
}

/// Says what was left out, and fails where that is people.
fn tell(people: &People) -> anyhow::Result<()> {
    for heading in &people.left_out {
        eprintln!("note: nobody knows the column `{}`; it is left out", heading.escape_debug());
    }
    for refused in &people.refused {
        match refused.column {
            Some(column) => eprintln!("line {}, {column}: {}", refused.line, refused.reason),
            None => eprintln!("line {}: {}", refused.line, refused.reason),
        }
    }
    let lines = people.lines_refused();
    let all = lines + people.people.len();
    anyhow::ensure!(lines == 0, "{lines} of {all} lines cannot be expressed");
    Ok(())
}
