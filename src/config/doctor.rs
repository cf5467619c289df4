//! `daybook doctor`: what keeps telemetry from arriving, seen from a developer's machine.

use std::path::PathBuf;

use clap::Args;

/// `daybook doctor`
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Example:\n  daybook doctor https://daybook.example.com/api/otel dbk_ingest_...\n\n\
                        Fails when something keeps telemetry from arriving. Nothing that is sent \
                        is counted."
)]
pub struct Doctor {
    /// The endpoint, as in the settings, e.g. `https://daybook.example.com/api/otel`.
    pub url: String,
    /// The ingest token; in the environment it is not seen by others on this machine.
    #[arg(env = "DAYBOOK_INGEST_TOKEN", hide_env_values = true)]
    pub token: String,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Ask the server alone; leave out the settings files and environment of this machine.
    #[arg(long)]
    pub server_only: bool,
    /// Authorities (PEM) to trust beside the machine's own.
    #[arg(long)]
    pub tls_ca: Option<PathBuf>,
}
