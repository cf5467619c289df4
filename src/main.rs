//! Starts what was asked for.

use std::process::ExitCode;

use clap::Parser;
use daybook::commands::{create, demo, rebuild, redact, serve};
use daybook::config::{Cli, Command};

/// Telemetry is many small strings: an allocator made for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    start_log();
    match run(&Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("daybook: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command.
fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(arguments) => serve::run(arguments),
        Command::Connection { command } => create::connection(command),
        Command::ApiToken { command } => create::api_token(command),
        Command::Rebuild(arguments) => rebuild::run(arguments),
        Command::Replay(arguments) => rebuild::replay(arguments),
        Command::Redact(arguments) => redact::run(arguments),
        Command::Demo(arguments) => demo::run(arguments),
    }
}

/// Logs to standard error. What a panic says could hold telemetry, so only its place is said.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,daybook=info,actix_http=off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a thread panicked");
    }));
}
