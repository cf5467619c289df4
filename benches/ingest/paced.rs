//! A steady load below what the server could do: how long answers take, and how far the
//! figures lag behind what was acknowledged.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::arguments::Arguments;
use crate::client::{self, Pace};
use crate::figures::{micros_each, millis, percentile};
use crate::load::Load;
use crate::process;
use crate::server::{Api, Data, Server};

/// How long the load lasts.
const LASTS_SECS: u32 = 20;

/// How often the lag is asked for.
const SAMPLED_EVERY: Duration = Duration::from_millis(20);

/// Sends so many requests a second; prints latencies and lags, the median of the rounds each.
pub(crate) fn measure(arguments: &Arguments, per_second: u32) -> anyhow::Result<()> {
    let load = Load::make(usize::try_from(per_second * LASTS_SECS)?)?;
    println!("{}", load.describe());
    println!("{per_second} requests/s, open loop, {LASTS_SECS} s\n");
    let postgres = arguments.postgres();
    println!("| round | answer p50 ms | p99 ms | fold lag p50 ms | p99 ms | most ms | CPU µs |");
    println!("|---:|---:|---:|---:|---:|---:|---:|");
    for round in 0..arguments.rounds {
        let data = Data::new(postgres.as_ref())?;
        let server = Server::daybook(&data, &[])?;
        let before = process::cpu(server.pid())?;
        let (mut answers, mut lags) = run(&server, &load, per_second)?;
        server.wait_folded(load.requests.len())?;
        let used = process::cpu(server.pid())?.saturating_sub(before);
        println!(
            "| {round} | {:.1} | {:.1} | {:.0} | {:.0} | {:.0} | {:.0} |",
            millis(percentile(&mut answers, 50)),
            millis(percentile(&mut answers, 99)),
            millis(percentile(&mut lags, 50)),
            millis(percentile(&mut lags, 99)),
            millis(percentile(&mut lags, 100)),
            micros_each(used, load.requests.len()),
        );
    }
    Ok(())
}

/// Sends the load once, and asks for the lag beside it.
fn run(
    server: &Server,
    load: &Load,
    per_second: u32,
) -> anyhow::Result<(Vec<Duration>, Vec<Duration>)> {
    let (heads, api) = (server.heads(), server.api()?);
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let sampling = scope.spawn(|| sample(api, &ended));
        let pace = Pace::OpenLoop { per_second };
        let answered = client::send(&[server.address], &heads, &load.requests, pace);
        ended.store(true, Ordering::SeqCst);
        let lags = sampling.join().map_err(|_| anyhow::anyhow!("the sampling panicked"))??;
        Ok((answered?.latencies, lags))
    })
}

/// How long the oldest signal that is not counted yet has waited, again and again.
fn sample(api: &Api, ended: &AtomicBool) -> anyhow::Result<Vec<Duration>> {
    let mut lags = Vec::new();
    while !ended.load(Ordering::SeqCst) {
        let status = api.get("/api/v1/status")?;
        let lag = status.get("fold_lag_seconds").and_then(Value::as_f64);
        lags.push(Duration::try_from_secs_f64(lag.unwrap_or(f64::MAX))?);
        std::thread::sleep(SAMPLED_EVERY);
    }
    Ok(lags)
}
