//! How fast telemetry is received, kept and counted; how much memory that takes; how soon a
//! server is ready. Run it with `cargo bench --bench ingest`, see `docs/benchmarks.md`.
//!
//! Measures the real binary from outside, over loopback. It asserts nothing of the figures:
//! what is right is for the tests, what is fast enough for whoever reads the table.

mod arguments;

mod corpus;
mod rewrite;
mod load;

mod connection;
mod client;
mod decode_only;
mod process;
mod share;
mod server;
mod figures;

mod throughput;
mod paced;
mod memory;
mod hostile;
mod start;

use std::process::ExitCode;

use arguments::{Arguments, Mode};

/// The allocator of the real server, so that the decode-only server has the same.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ingest: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the arguments ask for.
fn run() -> anyhow::Result<()> {
    let Some(arguments) = Arguments::read(std::env::args().skip(1))? else {
        println!("measures only under `cargo bench --bench ingest`");
        return Ok(());
    };
    match arguments.mode {
        Mode::DecodeOnlyServer => decode_only::serve(),
        Mode::Throughput => throughput::measure(&arguments),
        Mode::Paced { per_second } => paced::measure(&arguments, per_second),
        Mode::Memory => memory::measure(&arguments),
        Mode::Start => start::measure(),
    }
}
