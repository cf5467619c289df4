//! What an operator can set, by flag or environment. The only file that reads either.

mod connection;
mod conformance;
mod doctor;
mod doors;
mod attributes;
mod rates;
mod pattern;
mod settings;
mod sign_in;
mod user;
mod team;
mod account;
mod provider;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use daybook_schema::store::{Location, LocationError};

pub use account::{AccountCommand, AccountEmail, AuditCommand, RoleName};
pub use attributes::AttributesArgs;
pub use conformance::Conformance;
pub use connection::{ConnectionCommand, Settings, TokenCommand};
pub use doctor::Doctor;
pub use doors::{DoorArgs, TlsArgs};
pub use pattern::{PatternCommand, PatternName};
pub use provider::ProviderArgs;
pub use rates::RateLimits;
pub use settings::{SettingsArgs, SettingsChoices};
pub use sign_in::SignInArgs;
pub use team::TeamCommand;
pub use user::{Sure, UserCommand};

use crate::doctor::local::Machine;
use crate::seal::KeySource;

/// Days for which it is kept what redaction found, unless an operator says otherwise.
pub const DETECTION_DAYS: u32 = 90;

/// Self-hosted daily usage of Claude Code: what was acknowledged is counted, exactly once.
#[derive(Debug, Parser)]
#[command(name = "daybook", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// What Daybook can be asked to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Receive telemetry, count it, and serve the API and the pages.
    Serve(Box<Serve>),
    /// Only count what other processes receive into the same PostgreSQL database.
    Work(Work),
    /// Groups of developers who report with the same ingest tokens.
    Connection {
        #[command(subcommand)]
        command: ConnectionCommand,
    },
    /// Print what makes Claude Code report here, in the form that reaches your machines.
    Settings(Box<SettingsArgs>),
    /// Make resource attributes of a CSV file: who people are where no sign-in says it (Bedrock,
    /// Vertex, gateways, API keys).
    Attributes(AttributesArgs),
    /// Patterns of your own that are hidden beside what the built-in rules find.
    Pattern {
        #[command(subcommand)]
        command: PatternCommand,
    },
    /// Tokens for the REST API.
    ApiToken {
        #[command(subcommand)]
        command: ApiTokenCommand,
    },
    /// Teams: who is in which since when.
    Team {
        #[command(subcommand)]
        command: TeamCommand,
    },
    /// Who is counted: merge, split, erase and export users.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// People who sign in.
    Account {
        #[command(subcommand)]
        command: AccountCommand,
    },
    /// Who did what.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Make every figure again from the telemetry that is kept.
    Rebuild(Rebuild),
    /// Send what is in quarantine back to the queue.
    Replay(Replay),
    /// Serve a made-up year of a 60-person organization from a throw-away database.
    Demo(Demo),
    /// Fold one signal and save nothing: whether this process survives it.
    #[command(hide = true)]
    TrySignal(TrySignal),
    /// Hide credentials in text.
    Redact(Redact),
    /// Say what keeps telemetry from arriving, seen from this machine.
    Doctor(Doctor),
    /// Ask an OTLP server, at any URL, for what it owes its clients.
    Conformance(Box<Conformance>),
}

/// Where everything is kept.
#[derive(Clone, Debug, Default, Args)]
pub struct DataArgs {
    /// Folder for the database and the lock file; made when it is missing.
    #[arg(long, env = "DAYBOOK_DATA_DIR", default_value = "./daybook-data", global = true)]
    pub data_dir: PathBuf,
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`; by default `daybook.db` in the
    /// data folder.
    #[arg(long, env = "DAYBOOK_DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// Name of a database setting that may be weaker than the promise that what was
    /// acknowledged is on disk, e.g. `synchronous_commit`. Acknowledged telemetry can be lost.
    #[arg(
        long,
        env = "DAYBOOK_ALLOW_NOT_DURABLE",
        global = true,
        value_delimiter = ',',
        value_name = "SETTING"
    )]
    pub allow_not_durable: Vec<String>,
    /// Days for which it is kept what redaction found, and where (never the secret).
    #[arg(long, env = "DAYBOOK_DETECTION_DAYS", global = true, default_value_t = DETECTION_DAYS)]
    pub detection_days: u32,
    /// File with the key (64 hex digits) that ingest tokens are sealed with; by default
    /// `seal.key` in the data folder, made at the first start. Every process of a database needs
    /// the same.
    #[arg(long, env = "DAYBOOK_SEAL_KEY_FILE", global = true)]
    pub seal_key_file: Option<PathBuf>,
    /// The key itself, before any file.
    #[arg(long, env = "DAYBOOK_SEAL_KEY", global = true, hide = true, hide_env_values = true)]
    pub seal_key: Option<String>,
}

/// `daybook serve`
#[derive(Clone, Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub data: DataArgs,
    /// Address and port to listen on; port 0 picks a free one.
    #[arg(long, env = "DAYBOOK_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// IANA name of the time zone the organization's days are of.
    #[arg(long, env = "DAYBOOK_TIME_ZONE", default_value = "UTC")]
    pub time_zone: chrono_tz::Tz,
    /// Whether this process folds (1) or only receives (0): then telemetry is kept, and waits
    /// for a process that folds.
    #[arg(
        long,
        env = "DAYBOOK_WORKERS",
        default_value_t = 1,
        value_parser = clap::value_parser!(u8).range(0..=1)
    )]
    pub workers: u8,
    #[command(flatten)]
    pub doors: DoorArgs,
    #[command(flatten)]
    pub sign_in: SignInArgs,
    #[command(flatten)]
    pub provider: ProviderArgs,
    #[command(flatten)]
    pub limits: Limits,
    /// Seconds that clients have to finish when the process is asked to stop (SIGTERM).
    #[arg(long, env = "DAYBOOK_DRAIN_SECS", default_value_t = 10)]
    pub drain_secs: u64,
    /// What systemd calls the sockets it hands over.
    #[arg(long, env = "LISTEN_FDNAMES", hide = true)]
    pub socket_names: Option<String>,
    /// For tests of debug builds: where to die.
    #[arg(long, env = "DAYBOOK_CRASH_AT", hide = true)]
    pub crash_at: Option<String>,
}

/// `daybook work`
#[derive(Clone, Debug, Args)]
pub struct Work {
    #[command(flatten)]
    pub data: DataArgs,
    /// For tests of debug builds: where to die.
    #[arg(long, env = "DAYBOOK_CRASH_AT", hide = true)]
    pub crash_at: Option<String>,
}

/// `daybook try-signal`
#[derive(Clone, Debug, Args)]
pub struct TrySignal {
    /// The signal's id.
    pub id: i64,
    #[command(flatten)]
    pub data: DataArgs,
    /// For tests of debug builds: where to die.
    #[arg(long, env = "DAYBOOK_CRASH_AT", hide = true)]
    pub crash_at: Option<String>,
}

/// What one request may cost.
#[derive(Clone, Debug, Args)]
pub struct Limits {
    /// Most bytes of a request as it is sent.
    #[arg(long, env = "DAYBOOK_MAX_BODY_BYTES", default_value_t = Limits::default().max_body_bytes)]
    pub max_body_bytes: usize,
    /// Most bytes of a request once it is unpacked.
    #[arg(long, env = "DAYBOOK_MAX_UNPACKED_BYTES", default_value_t = Limits::default().max_unpacked_bytes)]
    pub max_unpacked_bytes: usize,
    /// Most data points, log records or spans of a request.
    #[arg(long, env = "DAYBOOK_MAX_POINTS", default_value_t = Limits::default().max_points)]
    pub max_points: usize,
    /// Seconds a body may take to arrive.
    #[arg(long, env = "DAYBOOK_BODY_TIMEOUT_SECS", default_value_t = 10)]
    pub body_timeout_secs: u64,
    /// What one token may send in a second.
    #[command(flatten)]
    pub rates: RateLimits,
}

impl Default for Limits {
    /// What OTLP clients may expect: far above what any of them sends.
    fn default() -> Limits {
        Limits {
            max_body_bytes: 8 << 20,
            max_unpacked_bytes: 20 << 20,
            max_points: 100_000,
            body_timeout_secs: 10,
            rates: RateLimits::default(),
        }
    }
}

/// `daybook api-token ...`
#[derive(Debug, Subcommand)]
pub enum ApiTokenCommand {
    /// Make a token; it is shown once.
    Create {
        /// What it is for, e.g. `Grafana`.
        name: String,
        /// What it may do.
        #[arg(long, value_enum, default_value_t = Scope::Read)]
        scope: Scope,
        /// For how many days it is good; until it is revoked, where nothing is said.
        #[arg(long)]
        days: Option<u32>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Revoke a token: its next request is refused.
    Revoke {
        /// The token's id, as `create --json` and the settings page say it.
        id: String,
        #[command(flatten)]
        data: DataArgs,
    },
}

/// What an API token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Scope {
    Read,
    Admin,
}

impl Scope {
    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Admin => "admin",
        }
    }
}

/// `daybook rebuild`
#[derive(Clone, Debug, Args)]
pub struct Rebuild {
    #[command(flatten)]
    pub data: DataArgs,
    /// Make the organization's days of this time zone (IANA name) instead.
    #[arg(long)]
    pub time_zone: Option<chrono_tz::Tz>,
}

/// `daybook replay`
#[derive(Clone, Debug, Args)]
pub struct Replay {
    #[command(flatten)]
    pub data: DataArgs,
}

/// `daybook demo`
#[derive(Clone, Debug, Args)]
pub struct Demo {
    /// Address and port to listen on; port 0 picks a free one.
    #[arg(long, env = "DAYBOOK_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// How many people.
    #[arg(long, default_value_t = 60)]
    pub people: u32,
    /// How many days, up to today.
    #[arg(long, default_value_t = 365)]
    pub days: u32,
    /// Make the database here and keep it; without it, it is thrown away at the end.
    #[arg(long)]
    pub data_dir: Option<PathBuf>,
    /// Make the database and stop, without serving it.
    #[arg(long)]
    pub no_serve: bool,
}

/// `daybook redact`
#[derive(Clone, Debug, Args)]
pub struct Redact {
    /// Text or JSON to show without its secrets; standard input where no file is named.
    pub file: Option<PathBuf>,
    /// Lines of `{"id","text"}` on standard input, the same redacted on standard output.
    #[arg(long)]
    pub jsonl: bool,
}

/// What Claude Code would read on this machine.
pub fn this_machine() -> Machine {
    let text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    Machine {
        environment: std::env::vars_os().filter_map(text).collect(),
        home: home.map(PathBuf::from),
        folder: std::env::current_dir().unwrap_or_default(),
    }
}

/// This program, to be started once more.
pub fn this_program() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

impl DataArgs {
    /// Where the database is.
    pub fn location(&self) -> Result<Location, LocationError> {
        match &self.database_url {
            Some(url) => Location::parse(url),
            None => Ok(Location::Sqlite(self.data_dir.join("daybook.db"))),
        }
    }

    /// Where the key is that ingest tokens are sealed with.
    pub fn seal_key(&self) -> KeySource<'_> {
        KeySource {
            text: self.seal_key.as_deref(),
            file: self.seal_key_file.as_deref(),
            folder: &self.data_dir,
        }
    }
}
