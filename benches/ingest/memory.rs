//! Resident memory: idle, at full load, and what one hostile request adds.

use std::time::Duration;

use crate::arguments::Arguments;
use crate::client::{self, Pace};
use crate::figures::megabytes;
use crate::hostile::{self, Hostile};
use crate::load::Load;
use crate::process;
use crate::server::{Data, Server};

/// How long a server is left alone before its memory is called idle.
const REST: Duration = Duration::from_secs(2);

/// Requests that are sent before a hostile one, so that what any request needs is there.
const WARM_UP: usize = 500;

/// Prints what is resident.
pub(crate) fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    let load = Load::make(arguments.requests)?;
    println!("{}\n", load.describe());
    println!("| | answer | resident MB | peak MB | more MB |\n|---|---:|---:|---:|---:|");
    let data = Data::new(None)?;
    let server = Server::daybook(&data, &[])?;
    std::thread::sleep(REST);
    let idle = process::memory(server.pid())?;
    println!("| idle | | {:.0} | {:.0} | |", megabytes(idle.now_kb), megabytes(idle.peak_kb));
    client::send(&[server.address], &server.heads(), &load.requests, Pace::ClosedLoop)?;
    server.wait_folded(load.requests.len())?;
    let full = process::memory(server.pid())?;
    println!(
        "| full load | 200 | {:.0} | {:.0} | |",
        megabytes(full.now_kb),
        megabytes(full.peak_kb)
    );
    drop(server);
    for hostile in hostile::all()? {
        one(&load, &hostile)?;
    }
    Ok(())
}

/// Sends one hostile request to a server of its own.
fn one(load: &Load, hostile: &Hostile) -> anyhow::Result<()> {
    let data = Data::new(None)?;
    let server = Server::daybook(&data, &[])?;
    let warm_up = load.requests.get(..WARM_UP).unwrap_or(&load.requests);
    client::send(&[server.address], &server.heads(), warm_up, Pace::ClosedLoop)?;
    server.wait_folded(warm_up.len())?;
    std::thread::sleep(REST);
    process::forget_peak(server.pid())?;
    let before = process::memory(server.pid())?;
    let authorization = server.ingest_authorization();
    let headers = [
        ("Authorization", authorization.as_str()),
        ("Content-Type", hostile.content_type),
        ("Content-Encoding", hostile.content_encoding),
    ];
    let status = server.api()?.post("/api/otel/v1/logs", &headers, &hostile.body)?;
    server.wait_folded(warm_up.len() + usize::from(status == 200))?;
    let after = process::memory(server.pid())?;
    println!(
        "| {}, {} kB | {status} | {:.0} | {:.0} | {:+.0} |",
        hostile.name,
        hostile.body.len().div_ceil(1024),
        megabytes(after.now_kb),
        megabytes(after.peak_kb),
        megabytes(after.peak_kb.saturating_sub(before.now_kb)),
    );
    Ok(())
}
