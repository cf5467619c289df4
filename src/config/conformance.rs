//! What `daybook conformance` asks, and of whom.

use std::path::PathBuf;

use clap::Args;

use super::Limits;

/// `daybook conformance`
#[derive(Clone, Debug, Args)]
pub struct Conformance {
    /// Where OTLP over HTTP goes, e.g. `http://127.0.0.1:8080`.
    pub url: String,
    /// An ingest token, best of a connection of its own: made-up people are reported.
    pub token: String,
    /// Where OTLP over gRPC goes, e.g. `http://127.0.0.1:4317`; left out unless given.
    #[arg(long)]
    pub grpc: Option<String>,
    /// A token of Daybook's API: what was counted is read, and not only the answers.
    #[arg(long, env = "DAYBOOK_API_TOKEN", hide_env_values = true)]
    pub api_token: Option<String>,
    /// Where the API is, if not at the URL.
    #[arg(long, requires = "api_token")]
    pub api: Option<String>,
    /// Most bytes of a request as it is sent, as the server has it.
    #[arg(long, default_value_t = Limits::default().max_body_bytes)]
    pub max_body_bytes: usize,
    /// Most bytes of a request once it is unpacked, as the server has it.
    #[arg(long, default_value_t = Limits::default().max_unpacked_bytes)]
    pub max_unpacked_bytes: usize,
    /// Seconds a connection is left idle before it is used again; real clients need 75.
    #[arg(long, default_value_t = 75)]
    pub idle_secs: u64,
    /// For `https://`: the authorities (PEM) whose servers are trusted.
    #[arg(long)]
    pub tls_ca: Option<PathBuf>,
    /// A client certificate to show (PEM).
    #[arg(long, requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// The key of the client certificate (PEM).
    #[arg(long, requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
}
