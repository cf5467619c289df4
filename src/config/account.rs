//! `daybook account ...` and `daybook audit ...`: who signs in, and who did what.

use clap::{Args, Subcommand, ValueEnum};
use daybook_schema::accounts::Role;

use super::DataArgs;

/// `daybook account ...`
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Make an account, and a link with which its owner chooses a password.
    #[command(after_help = "Example:\n  daybook account create ada@example.com --role manager")]
    Create {
        /// The email address.
        email: String,
        /// What to call them; by default as the address does.
        #[arg(long)]
        name: Option<String>,
        /// What they may see and change.
        #[arg(long, value_enum, default_value_t = RoleName::Viewer)]
        role: RoleName,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Make another link with which an account's owner chooses a password.
    Invite(AccountEmail),
    /// Say which accounts there are.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Let nobody sign in with an account; it ends where it is signed in.
    Disable(AccountEmail),
    /// Let an account be signed in with again.
    Enable(AccountEmail),
}

/// Whose account.
#[derive(Clone, Debug, Args)]
pub struct AccountEmail {
    /// The email address.
    pub email: String,
    #[command(flatten)]
    pub data: DataArgs,
}

/// `daybook audit ...`
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Look through the audit log for rows that were changed or are missing; fails if there are.
    Verify {
        #[command(flatten)]
        data: DataArgs,
    },
}

/// What an account may see and change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Their own figures.
    Viewer,
    /// Everybody's figures.
    Manager,
    /// Everything.
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Role {
        match name {
            RoleName::Viewer => Role::Viewer,
            RoleName::Manager => Role::Manager,
            RoleName::Admin => Role::Admin,
        }
    }
}
