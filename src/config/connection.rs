//! `daybook connection ...`: how connections and their tokens are administered.

use clap::{ArgAction, Args, Subcommand};

use super::DataArgs;

/// `daybook connection ...`
#[derive(Debug, Subcommand)]
pub enum ConnectionCommand {
    /// Make a connection, and the ingest token its developers report with.
    #[command(after_help = "Example:\n  daybook connection create 'Platform team' \
                            --deployment-kind bedrock")]
    Create {
        /// What to call it, e.g. `Platform team`.
        name: String,
        #[command(flatten)]
        settings: Settings,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Say which connections there are, and what is kept of their telemetry.
    #[command(after_help = "Example:\n  daybook connection list --json")]
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Give a connection another name.
    Rename {
        /// Its name or id, as `daybook connection list` says them.
        name: String,
        /// What to call it from now on.
        new_name: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Say more of a connection, and what is kept of its telemetry from now on.
    #[command(after_help = "Example:\n  daybook connection set 'Platform team' --only-needed true")]
    Set {
        /// Its name or id, as `daybook connection list` says them.
        name: String,
        #[command(flatten)]
        settings: Settings,
        #[command(flatten)]
        data: DataArgs,
    },
    /// The ingest tokens of a connection; two may be live, so that one is replaced in peace.
    Token {
        #[command(subcommand)]
        command: TokenCommand,
    },
}

/// What is said of a connection.
#[derive(Clone, Debug, Default, Args)]
pub struct Settings {
    /// How its developers reach a model: claude_ai (Team or Enterprise), api_key, bedrock, vertex
    /// or gateway; `none` takes it back.
    #[arg(long, value_name = "KIND")]
    pub deployment_kind: Option<String>,
    /// As the analytics API calls it: api or subscription; `none` takes it back.
    #[arg(long, value_name = "TYPE")]
    pub customer_type: Option<String>,
    /// As the analytics API calls it: team or enterprise; `none` takes it back.
    #[arg(long, value_name = "TYPE")]
    pub subscription_type: Option<String>,
    /// Whose email wins where they differ: resource (OTEL_RESOURCE_ATTRIBUTES) or record (the
    /// sign-in). What is counted already changes with `daybook rebuild`.
    #[arg(long, value_name = "ORDER")]
    pub identity_order: Option<String>,
    /// Whether only attributes that are counted by are kept; the others are dropped where they
    /// arrive.
    #[arg(long, action = ArgAction::Set, value_name = "true|false")]
    pub only_needed: Option<bool>,
}

/// `daybook connection token ...`
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make another token.
    #[command(after_help = "To rotate: make one, hand it out, see with `list` that the old one \
                            is used no more, revoke that.")]
    Create {
        /// The connection's name or id.
        connection: String,
        /// What the token is for, e.g. `laptops`.
        #[arg(long, default_value = "")]
        label: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Say which tokens there are, without their text.
    List {
        /// The connection's name or id.
        connection: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Show a token's text.
    Show {
        /// The connection's name or id.
        connection: String,
        /// The token's id, as `list` says it.
        token: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Refuse a token from now on; a server that runs does so within 5 seconds.
    Revoke {
        /// The connection's name or id.
        connection: String,
        /// The token's id, as `list` says it.
        token: String,
        #[command(flatten)]
        data: DataArgs,
    },
}
