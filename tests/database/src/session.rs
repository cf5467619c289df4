//! A session with a PostgreSQL server that stays open: what it locks is locked until it goes.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

/// What is said after everything else, to hear that it was done.
const DONE: &str = "done";

/// An open session. Dropping it ends it, and its transaction.
#[derive(Debug)]
pub struct Session {
    psql: Child,
    output: BufReader<ChildStdout>,
}

impl Session {
    /// Opens a session by a `psql` and its first arguments; `None` when the server refuses it.
    pub(crate) fn open(mut psql: Command) -> Option<Session> {
        psql.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"]);
        psql.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut psql = psql.spawn().expect("psql runs");
        let output = BufReader::new(psql.stdout.take().expect("piped"));
        let mut session = Session { psql, output };
        session.say("SELECT 1").then_some(session)
    }

    /// Says something in SQL and waits until it is done: whether it was.
    pub fn say(&mut self, sql: &str) -> bool {
        let input = self.psql.stdin.as_mut().expect("piped");
        if writeln!(input, "{sql};\n\\echo {DONE}").and_then(|()| input.flush()).is_err() {
            return false;
        }
        let mut lines = self.output.by_ref().lines().map_while(Result::ok);
        lines.any(|line| line == DONE)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.psql.kill();
        let _ = self.psql.wait();
    }
}
