//! Does the faults. When one is done, everything has been started again.

use std::time::{Duration, Instant};

use anyhow::ensure;
use fastrand::Rng;

use crate::client::Client;
use crate::fault::{DatabaseFault, Fault};
use crate::fleet::{Fleet, PATIENCE};
use crate::intent_log::Why;
use crate::pause;
use crate::program::{Program, Role, signal};

/// Which processes of the database server serve Daybook's connections.
const BACKENDS: &str = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() \
     AND pid <> pg_backend_pid() ORDER BY pid";

/// How long a rebuild may take until it is killed.
const REBUILD: Duration = Duration::from_secs(30);

/// Does faults, at random as its seed has it.
pub struct Striker<'a> {
    pub rng: Rng,
    /// Sends poison.
    pub client: Client<'a>,
    /// How many signals are poison.
    pub planted: usize,
}

impl Striker<'_> {
    /// Does a fault; what it came to in the end.
    pub fn strike(&mut self, fleet: &mut Fleet, fault: Fault) -> anyhow::Result<Fault> {
        match fault {
            Fault::Kill(role) => {
                let program = self.any(fleet, role);
                fleet.programs[program].kill();
                fleet.start_one(program, None);
            }
            Fault::KillStarting(role) => self.kill_starting(fleet, role),
            Fault::Stop(role) => {
                let program = self.any(fleet, role);
                let stopped = fleet.programs[program].stop(PATIENCE);
                fleet.start_one(program, None);
                stopped?;
            }
            Fault::At(role, point) => self.die_at(fleet, role, point)?,
            Fault::HoldUp => {
                let program = self.any(fleet, Role::Work);
                fleet.programs[program].signal("STOP");
                pause(Duration::from_millis(self.rng.u64(4_300..6_000)));
                fleet.programs[program].signal("CONT");
            }
            Fault::KillRebuild => {
                let mut rebuild = fleet.begin(&["rebuild"]);
                pause(Duration::from_millis(self.rng.u64(20..2_000)));
                let _ = rebuild.kill();
                // It may have come to its end before.
                let status = rebuild.wait()?;
                ensure!(status.code().is_none_or(|code| code == 0), "a rebuild fails: {status}");
            }
            Fault::Rebuild | Fault::LongRebuild => return rebuild(fleet),
            Fault::Poison => self.poison(fleet)?,
            Fault::KillEverything => {
                fleet.programs.iter().for_each(|program| program.signal("KILL"));
                fleet.place.server().kill();
                fleet.programs.iter_mut().for_each(Program::kill);
                self.outage();
                fleet.place.server().run();
                fleet.start_all();
            }
            Fault::Database(fault) => self.strike_database(fleet, fault),
        }
        Ok(fault)
    }

    /// Does something to the database.
    fn strike_database(&mut self, fleet: &Fleet, fault: DatabaseFault) {
        let server = fleet.place.server();
        match fault {
            DatabaseFault::Stop => {
                server.kill();
                self.outage();
                server.run();
            }
            DatabaseFault::Kill => {
                signal(server.pid(), "KILL");
                self.outage();
                server.run_after_kill();
            }
            DatabaseFault::KillBackend => signal(self.backend(fleet), "KILL"),
            DatabaseFault::HoldUp => {
                server.freeze();
                self.outage();
                server.thaw();
            }
            DatabaseFault::CutConnection => {
                let backend = self.backend(fleet);
                fleet.place.ask(&format!("SELECT pg_terminate_backend({backend})"));
            }
            DatabaseFault::WipeClaims => {
                fleet.place.ask("DELETE FROM claims");
            }
        }
    }

    /// One of the processes of a role.
    fn any(&mut self, fleet: &Fleet, role: Role) -> usize {
        let some = fleet.of(&[role]);
        some[self.rng.usize(..some.len())]
    }

    /// One of the processes that serve Daybook's connections.
    fn backend(&mut self, fleet: &Fleet) -> u32 {
        let backends = fleet.place.ask(BACKENDS);
        let backends: Vec<u32> = backends.lines().filter_map(|line| line.parse().ok()).collect();
        backends[self.rng.usize(..backends.len())]
    }

    /// Lets some time pass in which the database is not there: now and then longer than a
    /// worker may be silent.
    fn outage(&mut self) {
        let length = if self.rng.u8(..6) == 0 { 4_300..5_500 } else { 0..700 };
        pause(Duration::from_millis(self.rng.u64(length)));
    }

    /// Kills a process, and twice more while it is starting.
    fn kill_starting(&mut self, fleet: &mut Fleet, role: Role) {
        let program = self.any(fleet, role);
        for _ in 0..2 {
            fleet.programs[program].kill();
            fleet.start_one(program, None);
            pause(Duration::from_millis(self.rng.u64(0..400)));
        }
        fleet.programs[program].kill();
        fleet.start_one(program, None);
    }

    /// Has a process die at a point, at one of the first times it passes there. Not the very
    /// first: a process that only tries a signal passes once, and must not be to blame.
    fn die_at(&mut self, fleet: &mut Fleet, role: Role, point: &str) -> anyhow::Result<()> {
        let program = self.any(fleet, role);
        let armed = format!("{point}@{}", self.rng.u8(2..8));
        if self.rng.bool() {
            fleet.programs[program].kill();
        } else {
            fleet.programs[program].stop(PATIENCE)?;
        }
        fleet.start_one(program, Some(&armed));
        ensure!(fleet.programs[program].wait_end(PATIENCE), "nobody came to {armed}");
        fleet.start_one(program, None);
        Ok(())
    }

    /// Sends a signal that kills whoever folds it; starts again who dies, until it is put aside.
    fn poison(&mut self, fleet: &mut Fleet) -> anyhow::Result<()> {
        let parcel = self.client.poison();
        self.client.deliver(&parcel, Why::New);
        self.planted += 1;
        let (planted, before) = (self.planted, fleet.ended_unasked);
        fleet.wait("the quarantine of a poisonous signal", |fleet| {
            let status = fleet.status();
            Ok(status.is_some_and(|status| status["signals"]["quarantined"] == planted))
        })?;
        let deaths = fleet.ended_unasked - before;
        ensure!(deaths == 3, "{deaths} processes died of a poisonous signal, not 3");
        fleet.ended_unasked = before;
        Ok(())
    }
}

/// Makes all figures again while others fold. When there is too much to be made again in a while,
/// it is killed: whether it came to its end is what the fault is called then.
fn rebuild(fleet: &Fleet) -> anyhow::Result<Fault> {
    let mut rebuild = fleet.begin(&["rebuild"]);
    let begun = Instant::now();
    while begun.elapsed() < REBUILD {
        if let Some(status) = rebuild.try_wait()? {
            ensure!(status.success(), "a rebuild fails: {status}");
            return Ok(Fault::Rebuild);
        }
        pause(Duration::from_millis(20));
    }
    let _ = rebuild.kill();
    rebuild.wait()?;
    Ok(Fault::LongRebuild)
}
