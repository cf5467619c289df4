//! `daybook team ...`: who is in which team since when, from the server itself.

use std::path::PathBuf;

use clap::Subcommand;

use super::{DataArgs, Sure};

/// `daybook team ...`
#[derive(Debug, Subcommand)]
pub enum TeamCommand {
    /// Take in a CSV file of memberships; without --yes, only say what would change.
    #[command(after_help = "The first line heads the columns, in any order: \
        email,team,department,cost_center,from,to\n\
        Both days belong to a line; without `from` it holds since ever, without `to` until further \
        notice. On the days a file covers things are as it says; everything else stays, unless \
        --replace is given. All lines are taken in, or none.\n\n\
        Examples:\n  daybook team import teams.csv\n  daybook team import teams.csv --yes\n  \
        daybook team export > before.csv")]
    Import {
        /// The file; `-` is standard input.
        file: PathBuf,
        /// Let go of everything that is not in the file.
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        sure: Sure,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Print all memberships as CSV, which `import --replace` takes back.
    Export {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Say which teams there are, and who is in them by file.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
}
