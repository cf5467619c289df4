//! A signal that kills whoever folds it delays its neighbours by a few seconds, and no more.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use daybook_jobs::crash::CONNECTION;
use daybook_schema::connections::parse_public_id;
use daybook_test_database::{Backend, Database};

use crate::crash::{counted, signal};
use crate::support::raised::Raised;
use crate::support::server::{DAYBOOK, data_arguments, until};
use crate::support::{Connection, Server};

/// The longest that neighbours may wait to be counted, beside what it takes to start processes that
/// nobody optimized.
const LAG: Duration = Duration::from_secs(5);

/// How many neighbours there are on both sides: they share its batch.
const NEIGHBOURS: usize = 60;

/// Sends a poisonous signal among others; the tokens of the others.
fn send(server: &Server, poison: &Connection, others: &Connection) -> i64 {
    let mut tokens = 0;
    for n in 0..=2 * NEIGHBOURS {
        let (request, more) = signal(n);
        let connection = if n == NEIGHBOURS { poison } else { others };
        assert_eq!(server.offer(connection, &request).status, 200);
        tokens += if n == NEIGHBOURS { 0 } else { more };
    }
    tokens
}

/// What folds, and what it is armed with.
struct Folders<'a> {
    arguments: &'a [&'a str],
    data: &'a Database,
    armed: String,
    enough: AtomicBool,
    /// Milliseconds that it took to start them, all together.
    starting: AtomicU64,
}

impl Folders<'_> {
    /// Starts one; returns when it says that it does its work, or has died over it.
    fn start(&self) -> Child {
        let begun = Instant::now();
        let mut command = Command::new(DAYBOOK);
        command.args(self.arguments).args(data_arguments(self.data));
        command.env("DAYBOOK_CRASH_AT", &self.armed).stdout(Stdio::piped());
        let mut child = command.spawn().expect("daybook starts");
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        output.read_line(&mut line).expect("text");
        let taken = u64::try_from(begun.elapsed().as_millis()).expect("not long");
        self.starting.fetch_add(taken, Ordering::SeqCst);
        child
    }

    /// Starts one, and starts it again whenever it ends, as a supervisor does.
    fn supervise(&self) {
        let mut child = self.start();
        while !self.enough.load(Ordering::SeqCst) {
            if child.try_wait().expect("a process").is_some() {
                child = self.start();
            }
            thread::park_timeout(Duration::from_millis(5));
        }
        child.kill().expect("killed");
        child.wait().expect("ended");
    }
}

/// Has some processes fold a poisonous signal and its neighbours; `server` only receives.
fn neighbours_are_counted_soon(server: &Server, count: usize, arguments: &[&str]) {
    let (poison, others) = (server.connection("poison"), server.connection("others"));
    let tokens = send(server, &poison, &others);
    let armed = format!("{CONNECTION}{}", parse_public_id(&poison.id).expect("an id"));
    let (enough, starting) = (AtomicBool::new(false), AtomicU64::new(0));
    let folders = Folders { arguments, data: server.data(), armed, enough, starting };
    thread::scope(|scope| {
        let _end = Raised(&folders.enough);
        let begun = Instant::now();
        for _ in 0..count {
            scope.spawn(|| folders.supervise());
        }
        until(|| counted(server, &others) == tokens);
        let starting = Duration::from_millis(folders.starting.load(Ordering::SeqCst));
        let lag = begun.elapsed().saturating_sub(starting);
        assert!(lag <= LAG, "the others waited for {lag:?}, and {starting:?} for starts");
        until(|| server.get("/api/v1/status").json()["signals"]["quarantined"] == 1);
    });
    assert_eq!((counted(server, &others), counted(server, &poison)), (tokens, 0));
}

#[test]
fn on_one_file_the_neighbours_of_poison_are_counted_soon() {
    let server = Server::on(Backend::Sqlite, &["--workers", "0"]);
    neighbours_are_counted_soon(&server, 1, &["serve", "--listen", "127.0.0.1:0"]);
}

#[test]
fn among_workers_the_neighbours_of_poison_are_counted_soon() {
    let server = Server::on(Backend::Postgres, &["--workers", "0"]);
    neighbours_are_counted_soon(&server, 2, &["work"]);
}
