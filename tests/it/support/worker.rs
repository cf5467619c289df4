//! `daybook work`: a process that only folds.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use daybook_test_database::Database;

use super::server::{DAYBOOK, data_arguments};

/// A running worker; killed when it is dropped.
pub struct Worker {
    child: Child,
}

impl Worker {
    /// Starts a worker over a database; `environment` is added to its own.
    pub fn start(database: &Database, environment: &[(&str, &str)]) -> Worker {
        let mut child = Command::new(DAYBOOK)
            .arg("work")
            .args(data_arguments(database))
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("daybook starts");
        let output = child.stdout.take().expect("piped");
        let line = BufReader::new(output).lines().next().expect("it folds").expect("text");
        assert_eq!(line, "daybook is folding");
        Worker { child }
    }

    /// Stops it in the middle of whatever it does: SIGSTOP.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on: SIGCONT.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Waits until it has ended by itself.
    pub fn wait_end(&mut self) {
        self.child.wait().expect("ended");
    }

    /// Sends it a signal.
    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        Command::new("kill").args([signal, &pid]).status().expect("kill");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
