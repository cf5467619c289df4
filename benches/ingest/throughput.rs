//! The table: how many requests a second, at what latency, for how much CPU.
//!
//! Three servers take turns with the same load, each time on an empty database, so that what
//! else the machine does touches all of them; medians over the rounds are printed.

use std::net::SocketAddr;
use std::process::Child;
use std::time::Duration;

use anyhow::Context;
use daybook_test_database::{Backend, PostgresServer};

use crate::arguments::Arguments;
use crate::client::{self, CONNECTIONS, Pace};
use crate::figures::{median, micros_each, millis, per_second, percentile};
use crate::load::Load;
use crate::process;
use crate::server::{Data, Server};
use crate::share::Share;

/// What a server does before a request is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// Reads and decodes the body.
    Decode,
    /// Keeps it: the answer comes after the commit. Nothing folds beside it.
    Durable,
    /// Keeps and counts it: the clock runs until everything is in the daily tables.
    EndToEnd,
    /// Two processes keep it in one PostgreSQL database.
    DurableByTwo,
    /// Two processes keep it, two others count it. [`Work::EndToEndByOneEach`] is its measure.
    EndToEndByTwo,
    /// One process keeps it, another counts it.
    EndToEndByOneEach,
}

impl Work {
    /// Every kind, the measure first.
    const ALL: [Work; 6] = [
        Work::Decode,
        Work::Durable,
        Work::EndToEnd,
        Work::EndToEndByOneEach,
        Work::DurableByTwo,
        Work::EndToEndByTwo,
    ];

    /// Those that are measured on a database: several processes need PostgreSQL.
    fn on(backend: Backend) -> &'static [Work] {
        match backend {
            Backend::Sqlite => Work::ALL.split_at(3).0,
            Backend::Postgres => &Work::ALL,
        }
    }

    /// How many processes receive, and how many only fold.
    fn processes(self) -> (usize, usize) {
        match self {
            Work::Decode | Work::Durable | Work::EndToEnd => (1, 0),
            Work::EndToEndByOneEach => (1, 1),
            Work::DurableByTwo => (2, 0),
            Work::EndToEndByTwo => (2, 2),
        }
    }

    /// As it is named on the command line and in the table.
    fn name(self) -> &'static str {
        match self {
            Work::Decode => "decode",
            Work::Durable => "durable",
            Work::EndToEnd => "end-to-end",
            Work::EndToEndByOneEach => "end-to-end-by-one-each",
            Work::DurableByTwo => "durable-by-two",
            Work::EndToEndByTwo => "end-to-end-by-two",
        }
    }
}

/// One run of one server.
#[derive(Debug)]
struct Run {
    work: Work,
    round: usize,
    per_second: f64,
    p50: Duration,
    p99: Duration,
    server_micros: f64,
    client_micros: f64,
    /// CPUs that something else kept busy meanwhile: a noisy machine.
    others: f64,
}

/// Measures, and prints the table.
pub(crate) fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    let load = Load::make(arguments.requests)?;
    println!("{}", load.describe());
    println!("{CONNECTIONS} connections, closed loop, {} rounds", arguments.rounds);
    if let Some(percent) = arguments.share {
        println!("each process of Daybook has {percent} % of one processor");
    }
    println!();
    let postgres = arguments.postgres();
    let mut runs = Vec::new();
    for round in 0..arguments.rounds {
        for work in Work::on(arguments.backend).iter().copied() {
            if arguments.only.as_deref().is_none_or(|only| only == work.name()) {
                let run = run(work, round, &load, postgres.as_ref(), arguments.share)?;
                eprintln!("round {round}: {:10} {:8.0} requests/s", work.name(), run.per_second);
                runs.push(run);
            }
        }
    }
    print(&runs);
    Ok(())
}

/// The processes of one run.
struct Running<'a> {
    servers: Vec<Server>,
    workers: Vec<Child>,
    postgres: Option<&'a PostgresServer>,
    shares: Vec<Share>,
}

impl<'a> Running<'a> {
    /// Starts what does some work on an empty database.
    fn start(
        work: Work,
        data: &Data,
        postgres: Option<&'a PostgresServer>,
    ) -> anyhow::Result<Self> {
        let (receivers, workers) = work.processes();
        let arguments: &[&str] = match work {
            Work::EndToEnd => &[],
            _ => &["--workers", "0"],
        };
        let server = |_| match work {
            Work::Decode => Server::decode_only(),
            _ => Server::daybook(data, arguments),
        };
        Ok(Running {
            servers: (0..receivers).map(server).collect::<anyhow::Result<_>>()?,
            workers: (0..workers).map(|_| Server::worker(data)).collect::<anyhow::Result<_>>()?,
            postgres,
            shares: Vec::new(),
        })
    }

    /// Their ids.
    fn pids(&self) -> impl Iterator<Item = u32> {
        self.servers.iter().map(Server::pid).chain(self.workers.iter().map(Child::id))
    }

    /// Gives each of them so many hundredths of a processor.
    fn share(&mut self, percent: u32) -> anyhow::Result<()> {
        let given: anyhow::Result<Vec<Share>> =
            self.pids().map(|pid| Share::give(pid, percent)).collect();
        self.shares = given?;
        Ok(())
    }

    /// CPU time they have all used.
    fn cpu(&self) -> anyhow::Result<Duration> {
        let mut used = self.pids().map(process::cpu).sum::<anyhow::Result<Duration>>()?;
        if let Some(postgres) = self.postgres {
            used += process::cpu_of_family(postgres.pid())?;
        }
        Ok(used)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        for worker in &mut self.workers {
            let _ = worker.kill();
            let _ = worker.wait();
        }
    }
}

/// Runs the load once.
fn run(
    work: Work,
    round: usize,
    load: &Load,
    postgres: Option<&PostgresServer>,
    share: Option<u32>,
) -> anyhow::Result<Run> {
    let data = Data::new(postgres)?;
    let mut running = Running::start(work, &data, postgres)?;
    if let Some(percent) = share.filter(|_| work != Work::Decode) {
        running.share(percent)?;
    }
    let first = running.servers.first().context("a server")?;
    let addresses: Vec<SocketAddr> = running.servers.iter().map(|server| server.address).collect();
    let me = std::process::id();
    let (server_before, client_before) = (running.cpu()?, process::cpu(me)?);
    let machine_before = process::machine_cpu()?;
    let mut answered = client::send(&addresses, &first.heads(), &load.requests, Pace::ClosedLoop)?;
    let client_used = process::cpu(me)?.saturating_sub(client_before);
    if matches!(work, Work::EndToEnd | Work::EndToEndByOneEach | Work::EndToEndByTwo) {
        first.wait_folded(load.requests.len())?;
        answered.took = answered.begun.elapsed();
    }
    let server_used = running.cpu()?.saturating_sub(server_before);
    let machine_used = process::machine_cpu()?.saturating_sub(machine_before);
    let ours = server_used + process::cpu(me)?.saturating_sub(client_before);
    let others = machine_used.saturating_sub(ours);
    let count = load.requests.len();
    Ok(Run {
        work,
        round,
        per_second: per_second(count, answered.took),
        p50: percentile(&mut answered.latencies, 50),
        p99: percentile(&mut answered.latencies, 99),
        server_micros: micros_each(server_used, count),
        client_micros: micros_each(client_used, count),
        others: others.as_secs_f64() / answered.took.as_secs_f64(),
    })
}

/// Prints the medians.
fn print(runs: &[Run]) {
    println!(
        "| | requests/s | of decode | p50 ms | p99 ms | server CPU µs | client CPU µs | other CPUs |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    for work in Work::ALL {
        let of = || runs.iter().filter(move |run| run.work == work);
        if of().next().is_none() {
            continue;
        }
        // Each run is held against the decode-only run of its own round.
        let ratio = median(of().filter_map(|run| {
            let measure = |other: &&Run| other.work == Work::Decode && other.round == run.round;
            Some(run.per_second / runs.iter().find(measure)?.per_second)
        }));
        println!(
            "| {} | {:.0} | {ratio:.2} | {:.1} | {:.1} | {:.0} | {:.0} | {:.1} |",
            work.name(),
            median(of().map(|run| run.per_second)),
            median(of().map(|run| millis(run.p50))),
            median(of().map(|run| millis(run.p99))),
            median(of().map(|run| run.server_micros)),
            median(of().map(|run| run.client_micros)),
            median(of().map(|run| run.others)),
        );
    }
}
