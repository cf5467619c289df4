//! `daybook settings ...`: the settings that make Claude Code report, on the command line.

use std::path::PathBuf;

use clap::Args;

use super::DataArgs;

/// `daybook settings`
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  daybook settings --list\n  \
    daybook settings --form user-settings --merge ~/.claude/settings.json --endpoint https://daybook.example.com\n  \
    daybook settings --form collector --out ./collector --collector http://otel.example.com:4318\n\n\
    The settings go to standard output, what to do with them to standard error.")]
pub struct SettingsArgs {
    /// Which form; `--list` names them.
    #[arg(long, default_value = "user-settings", value_name = "ID")]
    pub form: String,
    /// Say which forms there are.
    #[arg(long)]
    pub list: bool,
    /// Where developers reach this server.
    #[arg(long, default_value = "http://127.0.0.1:8080", value_name = "URL")]
    pub endpoint: String,
    /// The ingest token; without it, the latest live one of the connection.
    #[arg(long, env = "DAYBOOK_INGEST_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// The connection's name or id, as `daybook connection list` says them.
    #[arg(long, default_value = "Default", value_name = "NAME")]
    pub connection: String,
    #[command(flatten)]
    pub data: DataArgs,
    #[command(flatten)]
    pub choices: SettingsChoices,
    /// A settings file to merge into; it is read, not written.
    #[arg(long, value_name = "FILE")]
    pub merge: Option<PathBuf>,
    /// Write the files into this folder instead; none that is there is written over.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["merge", "json"])]
    pub out: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// What can be chosen.
#[derive(Clone, Debug, Args)]
pub struct SettingsChoices {
    /// Whether commands, file names and tool input are sent.
    #[arg(long, value_name = "off|on")]
    pub tool_details: Option<String>,
    /// Which exporters are on.
    #[arg(long, value_name = "both|metrics|logs")]
    pub signals: Option<String>,
    /// How metrics are summed.
    #[arg(long, value_name = "delta|cumulative")]
    pub temporality: Option<String>,
    /// Whether the address of each signal is named.
    #[arg(long, value_name = "off|on")]
    pub endpoint_each: Option<String>,
    /// Milliseconds between exports of metrics.
    #[arg(long, value_name = "MS")]
    pub metric_interval_ms: Option<String>,
    /// Milliseconds between exports of events.
    #[arg(long, value_name = "MS")]
    pub log_interval_ms: Option<String>,
    /// Where developers reach the collector.
    #[arg(long, value_name = "URL")]
    pub collector: Option<String>,
    /// Where the collector reads its token.
    #[arg(long, value_name = "environment|file")]
    pub token_from: Option<String>,
}

impl SettingsChoices {
    /// Names and values, of those that were given.
    pub fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("tool_details", &self.tool_details),
            ("signals", &self.signals),
            ("temporality", &self.temporality),
            ("endpoint_each", &self.endpoint_each),
            ("metric_interval_ms", &self.metric_interval_ms),
            ("log_interval_ms", &self.log_interval_ms),
            ("collector", &self.collector),
            ("token_from", &self.token_from),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }
}
