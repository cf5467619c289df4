//! What can be chosen of a campaign.

use clap::{Parser, ValueEnum};
use daybook_test_database::{Backend, backend};

/// Kills of a campaign that nobody said more about.
const FEW: usize = 10;

/// Kill Daybook again and again, and judge whether every acknowledged token was counted once.
#[derive(Debug, Parser)]
pub struct Arguments {
    /// How many faults.
    #[arg(long, default_value_t = FEW)]
    kills: usize,
    /// Which database; otherwise the one DAYBOOK_TEST_DATABASE names.
    #[arg(long)]
    database: Option<Kind>,
    /// One `daybook serve`, or two that only receive with two `daybook work`.
    #[arg(long)]
    topology: Option<Topology>,
    /// Repeats the faults and the traffic of an earlier campaign.
    #[arg(long)]
    seed: Option<u64>,
    /// Keep the intent log and the data also when nothing is wrong.
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    harness: Harness,
    /// Part of a test's name, as `cargo test NAME` passes it to every test binary.
    name: Option<String>,
}

/// What `cargo test -- ...` passes to every test binary. It changes nothing here.
#[derive(Debug, clap::Args)]
struct Harness {
    #[arg(long = "nocapture", alias = "no-capture", hide = true)]
    _nocapture: bool,
    #[arg(long = "test-threads", hide = true)]
    _test_threads: Option<usize>,
    /// Only say which tests there are.
    #[arg(long, hide = true)]
    list: bool,
}

/// A database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Sqlite,
    Postgres,
}

/// Which processes there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Topology {
    /// One process receives, folds and answers.
    One,
    /// Two receive and answer, two others fold.
    Many,
}

/// A campaign, every choice made.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub kills: usize,
    pub backend: Backend,
    pub topology: Topology,
    pub seed: u64,
    pub keep: bool,
}

impl Arguments {
    /// Whether this test is among those that `cargo test` was asked for.
    pub fn is_asked_for(&self) -> bool {
        !self.harness.list
            && self.name.as_ref().is_none_or(|name| "campaign".contains(name.as_str()))
    }

    /// The campaign they describe.
    pub fn plan(&self) -> Plan {
        let backend = match self.database {
            Some(Kind::Sqlite) => Backend::Sqlite,
            Some(Kind::Postgres) => Backend::Postgres,
            None => backend(),
        };
        let topology = self.topology.unwrap_or(match backend {
            Backend::Sqlite => Topology::One,
            Backend::Postgres => Topology::Many,
        });
        assert!(
            backend == Backend::Postgres || topology == Topology::One,
            "only one process works on a SQLite file"
        );
        let seed = self.seed.unwrap_or_else(|| fastrand::u64(1..1_000_000_000));
        Plan { kills: self.kills, backend, topology, seed, keep: self.keep }
    }
}

impl Plan {
    /// The arguments that repeat it.
    pub fn command(&self) -> String {
        let database = match self.backend {
            Backend::Sqlite => "sqlite",
            Backend::Postgres => "postgres",
        };
        let topology = match self.topology {
            Topology::One => "one",
            Topology::Many => "many",
        };
        format!(
            "cargo test --test campaign -- --kills {} --database {database} --topology {topology} \
             --seed {}",
            self.kills, self.seed
        )
    }
}
