//! `daybook user ...`: who is who, decided from the server itself.

use clap::{Args, Subcommand};

use super::DataArgs;

/// `daybook user ...`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Say who is counted, and what stands in for whom nobody knows.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Give the usage of one user to another; without --yes, only say what would move.
    #[command(
        after_help = "Example:\n  daybook user merge ada@old.example.com ada@example.com --yes"
    )]
    Merge {
        /// Whose usage it was: an email, or an id as `daybook user list` says it.
        user: String,
        /// Whose it is: somebody with an email.
        into: String,
        #[command(flatten)]
        sure: Sure,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Say that an identity is not a user's, which takes a merge back as well; without --yes, only
    /// say what would move.
    #[command(
        after_help = "Example:\n  daybook user split ada@example.com ada@old.example.com --yes"
    )]
    Split {
        /// Whose it is not: an email or an id.
        user: String,
        /// The email, account or install.
        identity: String,
        #[command(flatten)]
        sure: Sure,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Erase who somebody is: figures stay under a number, and there is no way back.
    #[command(
        after_help = "Example:\n  daybook user erase ada@example.com --confirm ada@example.com"
    )]
    Erase {
        /// Whom: an email or an id.
        user: String,
        /// The same once more.
        #[arg(long)]
        confirm: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Print all that is stored about one person, as JSON.
    Export {
        /// Whom: an email or an id.
        user: String,
        #[command(flatten)]
        data: DataArgs,
    },
}

/// Whether it is done, or only said.
#[derive(Clone, Copy, Debug, Args)]
pub struct Sure {
    /// Do it.
    #[arg(long)]
    pub yes: bool,
}
