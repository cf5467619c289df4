//! The forms in which everybody's attributes are given.

use super::{People, archive, listing, script};

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A line a person.
    Text,
    /// With what was refused.
    Json,
    /// For a spreadsheet.
    Csv,
    /// One script for sh, bash, zsh.
    Sh,
    /// One script for PowerShell.
    Powershell,
    /// A file a person, and the scripts.
    Zip,
}

impl Format {
    /// Every form.
    pub const ALL: &[Format] =
        &[Format::Text, Format::Json, Format::Csv, Format::Sh, Format::Powershell, Format::Zip];

    /// As it is asked for.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Sh => "sh",
            Format::Powershell => "powershell",
            Format::Zip => "zip",
        }
    }

    /// The form of a name.
    pub fn parse(name: &str) -> Option<Format> {
        Format::ALL.iter().copied().find(|format| format.name() == name)
    }

    /// The name of the file.
    pub fn file(self) -> &'static str {
        match self {
            Format::Text => "daybook-attributes.txt",
            Format::Json => "daybook-attributes.json",
            Format::Csv => "daybook-attributes.csv",
            Format::Sh => "daybook-attributes.sh",
            Format::Powershell => "daybook-attributes.ps1",
            Format::Zip => "daybook-attributes.zip",
        }
    }

    /// The media type of the file.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Text | Format::Sh | Format::Powershell => "text/plain; charset=utf-8",
            Format::Json => "application/json",
            Format::Csv => "text/csv; charset=utf-8",
            Format::Zip => "application/zip",
        }
    }

    /// The file. Fails where an archive has more than one can hold, which people never fill.
    pub fn write(self, people: &People) -> anyhow::Result<Vec<u8>> {
        Ok(match self {
            Format::Text => listing::text(people).into_bytes(),
            Format::Json => format!("{:#}\n", listing::json(people)).into_bytes(),
            Format::Csv => listing::csv(people).into_bytes(),
            Format::Sh => script::posix(people).into_bytes(),
            Format::Powershell => script::power_shell(people).into_bytes(),
            Format::Zip => archive(people)?,
        })
    }
}
