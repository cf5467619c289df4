//! `daybook attributes ...`: resource attributes of people, on the command line.

use std::path::PathBuf;

use clap::Args;

use crate::settings::attributes::Format;

/// `daybook attributes`
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  daybook attributes people.csv\n  \
    daybook attributes people.csv --zip attributes.zip\n  \
    daybook attributes people.csv --format sh > /etc/profile.d/daybook-attributes.sh\n\n\
    The first line heads the columns: email, and any of name, team, department, cost_center. \
    Lines that cannot be expressed are named on standard error; then the command fails, and the \
    others are given all the same.")]
pub struct AttributesArgs {
    /// A CSV file; `-` is standard input.
    pub file: PathBuf,
    /// How they are given.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Write a zip with a file a person here; none that is there is written over.
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub zip: Option<PathBuf>,
}
