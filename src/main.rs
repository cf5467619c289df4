//! Starts what was asked for.

use std::process::ExitCode;

use clap::Parser;
use daybook::commands::{
    account, attributes, audit, conformance, connection, create, demo, doctor, pattern, rebuild,
    redact, serve, settings, team, trial, user, work,
};
use daybook::config::{Cli, Command};

/// Telemetry is many small strings: an allocator made for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of the allocator, which its bindings do not name.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

fn main() -> ExitCode {
    return_memory_soon();
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
        Command::Work(arguments) => work::run(arguments),
        Command::Connection { command } => connection::run(command),
        Command::Settings(arguments) => settings::run(arguments),
        Command::Attributes(arguments) => attributes::run(arguments),
        Command::Pattern { command } => pattern::run(command),
        Command::ApiToken { command } => create::api_token(command),
        Command::User { command } => user::run(command),
        Command::Team { command } => team::run(command),
        Command::Account { command } => account::run(command),
        Command::Audit { command } => audit::run(command),
        Command::Rebuild(arguments) => rebuild::run(arguments),
        Command::Replay(arguments) => rebuild::replay(arguments),
        Command::TrySignal(arguments) => trial::run(arguments),
        Command::Redact(arguments) => redact::run(arguments),
        Command::Demo(arguments) => demo::run(arguments),
        Command::Doctor(arguments) => doctor::run(arguments),
        Command::Conformance(arguments) => conformance::run(arguments),
    }
}

/// Has the allocator give freed memory back at once instead of after a second: a large request
/// is received, then folded, and its memory need not stand twice. To wait 10 ms would save 5 % of
/// the processor's time, and take 30 MB more for the largest request.
#[expect(unsafe_code, reason = "the allocator's own call, which sets one number")]
fn return_memory_soon() {
    // SAFETY: any option may be set to any number, at any time, by any thread.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, 0) };
}

/// Logs to standard error. What a panic says could hold telemetry, so only its place is said.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,daybook=info,actix_http=off"));
    // A log that cannot be written, on a full disk, would be complained of in that log: whoever
    // cannot print panics, and a panic is logged.
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    log.log_internal_errors(false).init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a thread panicked");
    }));
}
