//! One of Daybook's processes: started, killed, stopped, held up.

use std::fs::OpenOptions;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::pause;
use crate::support::server::DAYBOOK;

/// How often it is looked whether a process has ended.
const LOOK: Duration = Duration::from_millis(5);

/// The number of the signal that asks a process to stop.
const TERM: i32 = 15;

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Receives, answers and folds.
    Serve,
    /// Receives and answers.
    Receive,
    /// Folds.
    Work,
}

impl Role {
    /// As a report names it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Serve => "serve",
            Role::Receive => "receiver",
            Role::Work => "worker",
        }
    }
}

/// A process that is started again and again with the same arguments.
pub struct Program {
    pub role: Role,
    arguments: Vec<String>,
    /// Where what it says goes.
    log: PathBuf,
    child: Option<Child>,
    /// How the last one ended that ended by itself.
    ended: Option<ExitStatus>,
    /// Kills it when this process ends, however it ends.
    watchdog: Option<Child>,
}

impl Program {
    /// A process that does not run yet.
    pub fn new(role: Role, arguments: Vec<String>, log: PathBuf) -> Program {
        Program { role, arguments, log, child: None, ended: None, watchdog: None }
    }

    /// Starts the process with crash points armed.
    pub fn start(&mut self, points: &[&str]) {
        let log = OpenOptions::new().create(true).append(true).open(&self.log).expect("a log");
        let mut command = Command::new(DAYBOOK);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        if !points.is_empty() {
            command.env("DAYBOOK_CRASH_AT", points.join(","));
        }
        let child = command.spawn().expect("daybook starts");
        self.watchdog = Some(watchdog(child.id()));
        self.child = Some(child);
        self.ended = None;
    }

    /// Whether the process is no more.
    pub fn has_ended(&mut self) -> bool {
        let Some(child) = &mut self.child else {
            return true;
        };
        let ended = child.try_wait().expect("ours");
        if ended.is_some() {
            self.ended = ended;
            self.forget();
        }
        ended.is_some()
    }

    /// Waits until the process has ended by itself: whether it did in time.
    pub fn wait_end(&mut self, patience: Duration) -> bool {
        let begun = Instant::now();
        while !self.has_ended() {
            if begun.elapsed() > patience {
                return false;
            }
            pause(LOOK);
        }
        true
    }

    /// Kills the process as a power cut would: SIGKILL.
    pub fn kill(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
        self.forget();
    }

    /// Asks the process to stop and waits until it has: see [`Program::wait_stopped`].
    pub fn stop(&mut self, patience: Duration) -> anyhow::Result<()> {
        self.signal("TERM");
        self.wait_stopped(patience)
    }

    /// Waits until a process that was asked to stop has; fails unless it does in order and in time.
    /// One that has only just begun may not listen yet, and is ended by the signal itself.
    pub fn wait_stopped(&mut self, patience: Duration) -> anyhow::Result<()> {
        let in_time = self.wait_end(patience);
        self.kill();
        let name = self.role.name();
        ensure!(in_time, "a {name} does not stop when it is asked to");
        let status = self.ended.with_context(|| format!("a {name} was not running"))?;
        let in_order = status.success() || status.signal() == Some(TERM);
        ensure!(in_order, "a {name} that was asked to stop ended with {status}");
        Ok(())
    }

    /// Sends the process a signal.
    pub fn signal(&self, name: &str) {
        if let Some(child) = &self.child {
            signal(child.id(), name);
        }
    }

    /// Lets go of a process that has ended.
    fn forget(&mut self) {
        self.child = None;
        if let Some(mut watchdog) = self.watchdog.take() {
            let _ = watchdog.kill();
            let _ = watchdog.wait();
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Sends a process a signal. It may have ended just now.
pub fn signal(pid: u32, name: &str) {
    let kill = Command::new("kill")
        .args([&format!("-{name}"), &pid.to_string()])
        .stderr(Stdio::null())
        .status();
    kill.expect("kill runs");
}

/// Starts a process that waits for its input to end, which this process holds open, and kills
/// another one then.
fn watchdog(pid: u32) -> Child {
    let script = format!("read _; kill -9 {pid}");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null());
    command.stderr(Stdio::null()).spawn().expect("sh")
}
