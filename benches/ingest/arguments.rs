//! What the bench can be asked to measure.

use anyhow::Context;
use daybook_test_database::{Backend, Durability, PostgresServer};

/// What to measure, and how much of it.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) mode: Mode,
    /// Requests of one run.
    pub(crate) requests: usize,
    /// How often each kind of server is run, one after the other in turn.
    pub(crate) rounds: usize,
    /// Which database the servers keep everything in.
    pub(crate) backend: Backend,
    /// Which kinds of servers; all unless one is named.
    pub(crate) only: Option<String>,
    /// Hundredths of a processor that each process of Daybook may use; all it can get unless
    /// given.
    pub(crate) share: Option<u32>,
}

/// What to measure.
#[derive(Debug)]
pub(crate) enum Mode {
    /// Not a measurement: be the server that only decodes.
    DecodeOnlyServer,
    Throughput,
    Paced {
        per_second: u32,
    },
    Memory,
    Start,
}

/// The hidden argument that makes a child process the decode-only server.
pub(crate) const DECODE_ONLY_SERVER: &str = "--decode-only-server";

impl Arguments {
    /// A PostgreSQL server, where that is measured: as durable as in production.
    pub(crate) fn postgres(&self) -> Option<PostgresServer> {
        (self.backend == Backend::Postgres).then(|| PostgresServer::start(Durability::Full))
    }

    /// Reads the arguments; `None` where cargo runs the bench as a test.
    pub(crate) fn read(
        arguments: impl Iterator<Item = String>,
    ) -> anyhow::Result<Option<Arguments>> {
        let mut read = Arguments {
            mode: Mode::Throughput,
            requests: 24_000,
            rounds: 5,
            backend: Backend::Sqlite,
            only: None,
            share: None,
        };
        let mut is_bench = false;
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("{argument} of what?"));
            match argument.as_str() {
                "--bench" => is_bench = true,
                DECODE_ONLY_SERVER => {
                    read.mode = Mode::DecodeOnlyServer;
                    is_bench = true;
                }
                "--paced" => read.mode = Mode::Paced { per_second: value()?.parse()? },
                "--memory" => read.mode = Mode::Memory,
                "--start" => read.mode = Mode::Start,
                "--postgres" => read.backend = Backend::Postgres,
                "--requests" => read.requests = value()?.parse()?,
                "--rounds" => read.rounds = value()?.parse()?,
                "--only" => read.only = Some(value()?),
                "--share" => read.share = Some(value()?.parse()?),
                unknown => anyhow::bail!(
                    "{unknown} is not known; there are --paced N, --memory, --start, \
                     --postgres, --requests N, --rounds N, --share PERCENT, \
                     --only decode|durable|end-to-end|durable-by-two|end-to-end-by-two"
                ),
            }
        }
        Ok(is_bench.then_some(read))
    }
}
