//! `daybook pattern ...`: how patterns of the organization's own are administered.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::DataArgs;

/// What every change says at its end.
const IN_EFFECT: &str = "A server that runs takes the change within seconds.";

/// `daybook pattern ...`
#[derive(Debug, Subcommand)]
pub enum PatternCommand {
    /// Add a pattern and switch it on; what it matches is hidden from now on.
    #[command(after_help = "Examples:\n  daybook pattern add project-code 'PRJ-[0-9]{6}'\n  \
                      daybook pattern add hex-id '[0-9a-f]{40}' --confirm\n\n\
                      A server that runs takes the change within seconds.")]
    Add {
        /// The type in the marker: 1 to 48 small letters, digits and hyphens.
        name: String,
        /// A regular expression with bounded repetitions, without look-around.
        regex: String,
        /// Add it although it matches ordinary text, such as Git commits.
        #[arg(long)]
        confirm: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Try a pattern on a sample; nothing is kept.
    #[command(after_help = "Examples:\n  daybook pattern test 'PRJ-[0-9]{6}' sample.txt\n  \
                            echo 'see PRJ-123456' | daybook pattern test 'PRJ-[0-9]{6}'")]
    Test {
        /// A regular expression with bounded repetitions, without look-around.
        regex: String,
        /// A file of at most 64 KiB; `-` is standard input.
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// Say which patterns there are, and how far what is stored was scanned for them.
    #[command(after_help = "Example:\n  daybook pattern list --json")]
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Switch a pattern on.
    #[command(after_help = IN_EFFECT)]
    Enable(PatternName),
    /// Switch a pattern off; what it hid stays hidden.
    #[command(after_help = IN_EFFECT)]
    Disable(PatternName),
    /// Delete a pattern; what it hid stays hidden.
    #[command(after_help = IN_EFFECT)]
    Delete(PatternName),
}

/// Which pattern.
#[derive(Clone, Debug, Args)]
pub struct PatternName {
    /// The pattern's name, as `daybook pattern list` says it.
    pub name: String,
    #[command(flatten)]
    pub data: DataArgs,
}
