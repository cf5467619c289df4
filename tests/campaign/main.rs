//! Kills Daybook's processes and its database again and again while clients report to it, and
//! judges by the clients' own log whether every acknowledged token was counted exactly once.
//! `cargo test --test campaign -- --help` says what can be chosen; see `docs/reliability.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::panic,
    reason = "a test that fails should say where"
)]

#[path = "../it/support"]
#[expect(dead_code, reason = "shared with the tests of tests/it, which use all of it")]
mod support {
    pub mod server;
    pub mod corpus;
    pub mod reshape;
    pub mod otlp_to_json;
    pub mod telemetry;
    pub mod reporter;

    pub use corpus::{Captured, Kind};
    pub use reporter::Reporter;
    pub use server::{Connection, Server};
}

mod arguments;
mod traffic;
mod intent_log;
mod client;
mod place;
mod program;
mod fleet;
mod fault;
mod strike;
mod recovery;
mod conduct;
mod judge;
mod report;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if !arguments.is_asked_for() {
        return ExitCode::SUCCESS;
    }
    match conduct::campaign(&arguments.plan()) {
        Ok(outcome) if outcome.is_clean() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("campaign: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Lets some time pass. Faults come at random moments: what happens meanwhile is not waited for.
fn pause(length: Duration) {
    let begun = Instant::now();
    while let Some(left) = length.checked_sub(begun.elapsed()).filter(|left| !left.is_zero()) {
        std::thread::park_timeout(left);
    }
}
