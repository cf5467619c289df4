//! What is done to Daybook, and how often each.

use daybook_jobs::crash as point;
use daybook_test_database::Backend;
use fastrand::Rng;

use crate::arguments::{Plan, Topology};
use crate::program::Role;

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// SIGKILL.
    Kill(Role),
    /// SIGKILL, and twice more while it is starting.
    KillStarting(Role),
    /// SIGTERM.
    Stop(Role),
    /// The process dies at a named point.
    At(Role, &'static str),
    /// SIGSTOP for longer than a worker may be silent, then SIGCONT.
    HoldUp,
    /// Something with the database.
    Database(DatabaseFault),
    /// SIGKILL of everything there is.
    KillEverything,
    /// SIGKILL of `daybook rebuild` somewhere on its way, or just after it.
    KillRebuild,
    /// `daybook rebuild` beside the traffic, to its end.
    Rebuild,
    /// The same, that took so long that it was killed. It is not dealt: a rebuild comes to this.
    LongRebuild,
    /// A signal that kills whoever folds it.
    Poison,
}

/// Something that goes wrong with PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseFault {
    /// All its processes end at once: `pg_ctl stop -m immediate`.
    Stop,
    /// SIGKILL of its first process.
    Kill,
    /// SIGKILL of one of its processes that serve a connection.
    KillBackend,
    /// SIGSTOP of all its processes, so that it neither answers nor refuses, then SIGCONT.
    HoldUp,
    /// It cuts one connection.
    CutConnection,
    /// The claims are wiped while the workers fold.
    WipeClaims,
}

/// All of them.
const DATABASE: [DatabaseFault; 6] = [
    DatabaseFault::Stop,
    DatabaseFault::Kill,
    DatabaseFault::KillBackend,
    DatabaseFault::HoldUp,
    DatabaseFault::CutConnection,
    DatabaseFault::WipeClaims,
];

impl DatabaseFault {
    /// As the report names it.
    fn name(self) -> &'static str {
        match self {
            DatabaseFault::Stop => "immediate stop",
            DatabaseFault::Kill => "SIGKILL",
            DatabaseFault::KillBackend => "SIGKILL of a backend",
            DatabaseFault::HoldUp => "SIGSTOP, SIGCONT",
            DatabaseFault::CutConnection => "connection cut",
            DatabaseFault::WipeClaims => "claims wiped",
        }
    }
}

impl Fault {
    /// As the report names it.
    pub fn name(self) -> String {
        match self {
            Fault::Kill(role) => format!("{}: SIGKILL", role.name()),
            Fault::KillStarting(role) => format!("{}: SIGKILL, again while it starts", role.name()),
            Fault::Stop(role) => format!("{}: SIGTERM", role.name()),
            Fault::At(role, point) => format!("{}: dies at {point}", role.name()),
            Fault::HoldUp => "worker: SIGSTOP, SIGCONT".to_owned(),
            Fault::Database(fault) => format!("database: {}", fault.name()),
            Fault::KillEverything => "everything: SIGKILL".to_owned(),
            Fault::KillRebuild => "rebuild: SIGKILL".to_owned(),
            Fault::Rebuild => "rebuild: to its end".to_owned(),
            Fault::LongRebuild => "rebuild: SIGKILL, it took too long".to_owned(),
            Fault::Poison => "poison: three deaths".to_owned(),
        }
    }
}

/// The points at which somebody who receives can die, and somebody who folds.
const RECEIVING: [&str; 2] = [point::BEFORE_ENQUEUE_COMMIT, point::AFTER_ENQUEUE_COMMIT];
const FOLDING: [&str; 4] =
    [point::CLAIMED, point::MID_FOLD, point::BEFORE_FOLD_COMMIT, point::AFTER_FOLD_COMMIT];

/// The faults of a campaign in their order: all that are possible are dealt once, shuffled,
/// before any comes again.
pub fn deal(plan: &Plan, rng: &mut Rng) -> Vec<Fault> {
    let mut dealt = Vec::new();
    while dealt.len() < plan.kills {
        let mut deck = deck(plan);
        rng.shuffle(&mut deck);
        dealt.extend(deck);
    }
    dealt.truncate(plan.kills);
    dealt
}

/// Every fault that is possible; some stand more than once.
fn deck(plan: &Plan) -> Vec<Fault> {
    let (receiver, worker) = match plan.topology {
        Topology::One => (Role::Serve, Role::Serve),
        Topology::Many => (Role::Receive, Role::Work),
    };
    let mut deck = vec![Fault::Kill(receiver), Fault::Kill(worker), Fault::KillStarting(worker)];
    deck.extend([Fault::Stop(receiver), Fault::KillRebuild, Fault::Rebuild]);
    if plan.topology == Topology::Many {
        deck.extend([Fault::KillStarting(receiver), Fault::Stop(worker), Fault::HoldUp]);
    }
    if plan.backend == Backend::Postgres {
        deck.extend(DATABASE.map(Fault::Database));
        deck.push(Fault::KillEverything);
    }
    // A release build has no crash points, so nothing is poison to it.
    if cfg!(debug_assertions) {
        deck.extend(RECEIVING.map(|point| Fault::At(receiver, point)));
        deck.extend(FOLDING.map(|point| Fault::At(worker, point)));
        deck.push(Fault::Poison);
    }
    deck
}
