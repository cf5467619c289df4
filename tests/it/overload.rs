//! More is asked than the database takes: whoever reports is told to come again soon, whatever way
//! it reports by, and what is sent again then is counted once.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use daybook::conformance::grpc::{self, export_path, frame};
use daybook_test_database::{Backend, Database, Durability, PostgresServer, Session, backend};
use diesel::connection::SimpleConnection;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use prost::Message;

use crate::crash::{counted, signal};
use crate::faults::open;
use crate::hostile::memory::{ALLOWANCE_KB, peak_kb};
use crate::outages::{DAYS, MOST_CONNECTIONS, WAITING};
use crate::support::otlp_to_json::metrics_to_json;
use crate::support::raised::Raised;
use crate::support::rpc::{JSON, PROTOBUF, status};
use crate::support::server::until;
use crate::support::{Captured, Connection, Reporter, Server, Wire};

/// A client gives up after ten seconds, for all its attempts together.
const TOO_LATE: Duration = Duration::from_secs(6);

/// How long it may take until what was refused is taken again.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ends all connections of Daybook.
const END_ALL: &str =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'daybook'";

/// How many connections a small database server takes.
const FEW: usize = 24;

/// More requests than one transaction holds and as many as may wait for it.
const REQUESTS: usize = 1_600;

/// What gRPC calls its codes.
const OK: i32 = 0;
const UNAVAILABLE: i32 = 14;

/// How a request is sent.
#[derive(Clone, Copy, Debug)]
enum Way {
    Protobuf,
    Json,
    Grpc,
}

/// All of them.
const WAYS: [Way; 3] = [Way::Protobuf, Way::Json, Way::Grpc];

/// A request of one token, to be sent until it is taken.
struct Request<'a> {
    way: Way,
    connection: &'a Connection,
    body: Vec<u8>,
}

impl Request<'_> {
    /// Somebody's next request.
    fn new<'a>(way: Way, connection: &'a Connection, reporter: &Reporter) -> Request<'a> {
        let request = reporter.tokens(&[1.0]);
        let body = match way {
            Way::Json => metrics_to_json(&request).into_bytes(),
            Way::Protobuf | Way::Grpc => request.encode_to_vec(),
        };
        Request { way, connection, body }
    }

    /// Sends it: whether it was taken. Fails unless it is to be sent again soon if it was not, and
    /// when that is said too late.
    fn is_taken(&self, server: &Server) -> bool {
        let begun = Instant::now();
        let taken = match self.way {
            Way::Protobuf => self.is_taken_over_http(server, PROTOBUF),
            Way::Json => self.is_taken_over_http(server, JSON),
            Way::Grpc => self.is_taken_over_grpc(server),
        };
        assert!(begun.elapsed() < TOO_LATE, "{:?} after {:?}", self.way, begun.elapsed());
        taken
    }

    /// The same over HTTP.
    fn is_taken_over_http(&self, server: &Server, media: &str) -> bool {
        let authorization = format!("Bearer {}", self.connection.token);
        let headers = [("Content-Type", media), ("Authorization", authorization.as_str())];
        let answer = server.post("/v1/metrics", &headers, &self.body);
        if answer.status == 200 {
            return true;
        }
        answer.assert_refused(503, media);
        assert!(["1", "2"].contains(&answer.header("retry-after")), "{media}");
        false
    }

    /// The same over gRPC.
    fn is_taken_over_grpc(&self, server: &Server) -> bool {
        let (path, token) = (export_path("metrics"), Some(self.connection.token.as_str()));
        let framed = frame(false, &self.body);
        let outcome = grpc::call(&mut server.grpc_client(), &path, token, None, framed);
        let outcome = outcome.expect("an outcome");
        if outcome.code == OK {
            return true;
        }
        assert_eq!(outcome.code, UNAVAILABLE, "{outcome:?}");
        assert!(matches!(outcome.retry_in_secs, Some(1..=2)), "{outcome:?}");
        false
    }
}

/// Somebody who reports while the database takes nothing.
struct Reporting<'a> {
    server: &'a Server,
    /// One whose token is known from a moment ago, and one whose token nobody has seen yet.
    connections: [Connection; 2],
    reporter: Reporter,
    /// The most memory the server had until then, in kB.
    peak: Option<u64>,
}

impl Reporting<'_> {
    /// Somebody who was heard once.
    fn to<'a>(server: &'a Server, name: &str) -> Reporting<'a> {
        let connections = [server.connection("known"), server.connection("unseen")];
        let reporter = Reporter::new(name);
        for way in WAYS {
            assert!(Request::new(way, &connections[0], &reporter).is_taken(server));
        }
        server.settle();
        Reporting { server, connections, reporter, peak: peak_kb(server) }
    }

    /// Sends requests by every way at once, one after the other by each: none can be taken. What
    /// was refused.
    fn refused(&self, rounds: usize) -> Vec<Request<'_>> {
        thread::scope(|scope| {
            let ways = self.connections.iter().flat_map(|to| WAYS.map(|way| (way, to)));
            let sending: Vec<_> = ways
                .map(|(way, to)| {
                    scope.spawn(move || -> Vec<Request<'_>> {
                        let requests = (0..rounds).map(|_| {
                            let request = Request::new(way, to, &self.reporter);
                            assert!(!request.is_taken(self.server), "nothing can be on disk");
                            request
                        });
                        requests.collect()
                    })
                })
                .collect();
            sending.into_iter().flat_map(|sent| sent.join().expect("all were refused")).collect()
        })
    }

    /// Sends again what was refused until it is taken: then all of it is counted, once, with the
    /// memory of a request or so.
    fn assert_whole(&self, refused: &[Request<'_>]) {
        let begun = Instant::now();
        for request in refused {
            while !request.is_taken(self.server) {
                assert!(begun.elapsed() < PATIENCE, "it does not become whole again");
            }
        }
        let expected = i64::try_from(WAYS.len() + refused.len()).expect("few");
        assert_eq!(self.reporter.counted(self.server), expected);
        assert_eq!(self.server.settle()["signals"]["quarantined"], 0);
        assert_grown_little(self.server, self.peak);
    }
}

/// Fails unless a server took little memory since it had a peak.
fn assert_grown_little(server: &Server, peak: Option<u64>) {
    if let (Some(before), Some(after)) = (peak, peak_kb(server)) {
        assert!(after - before < ALLOWANCE_KB, "{before} kB, then {after} kB");
    }
}

#[test]
fn connections_to_the_database_that_are_all_busy_are_a_passing_fault() {
    let server = Server::on(Backend::Postgres, &["--otlp-grpc-listen", "127.0.0.1:0"]);
    let reporting = Reporting::to(&server, "busy");
    let mut other = server.data().session();
    let locked = "BEGIN; LOCK TABLE signals, daily_usage IN ACCESS EXCLUSIVE MODE";
    assert!(other.say(locked));
    let enough = AtomicBool::new(false);
    let refused = thread::scope(|scope| {
        let _end = Raised(&enough);
        for _ in 0..24 {
            scope.spawn(|| {
                while !enough.load(Ordering::SeqCst) {
                    let days = server.get(DAYS);
                    assert!([200, 503].contains(&days.status), "{}", days.status);
                }
            });
        }
        let busy = || server.data().ask(WAITING) == MOST_CONNECTIONS.to_string();
        until(busy);
        let refused = reporting.refused(3);
        assert!(busy(), "all are busy still");
        drop(other);
        refused
    });
    reporting.assert_whole(&refused);
}

#[test]
fn a_database_whose_connections_are_all_of_others_is_a_passing_fault() {
    let postgres = PostgresServer::start(Durability::Processes);
    postgres.say(&format!("ALTER SYSTEM SET max_connections = {FEW}"));
    postgres.kill();
    postgres.run();
    let data = Arc::new(Database::at(&postgres.create("daybook")));
    let server = Server::over(data, &["--otlp-grpc-listen", "127.0.0.1:0"]);
    let reporting = Reporting::to(&server, "crowded");
    let others = take_all(&postgres);
    let refused = reporting.refused(2);
    drop(others);
    reporting.assert_whole(&refused);
}

/// Takes every connection that a small server has, also those of Daybook.
fn take_all(postgres: &PostgresServer) -> Vec<Session> {
    let mut others = vec![postgres.session("postgres").expect("a session")];
    until(|| {
        assert!(others[0].say(END_ALL));
        while let Some(another) = postgres.session("postgres") {
            others.push(another);
        }
        others.len() == FEW
    });
    others
}

/// Keeps everybody else from writing signals, until it is dropped.
fn lock(server: &Server) -> Box<dyn Any> {
    match backend() {
        Backend::Sqlite => {
            let mut other = open(server);
            other.batch_execute("BEGIN IMMEDIATE").expect("locked");
            Box::new(other)
        }
        Backend::Postgres => {
            let mut other = server.data().session();
            assert!(other.say("BEGIN; LOCK TABLE signals IN ACCESS EXCLUSIVE MODE"));
            Box::new(other)
        }
    }
}

/// Lets this process have as many files open as it may.
fn raise_open_files() {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    setrlimit(Resource::RLIMIT_NOFILE, most, most).expect("raised");
}

/// Sends a request on each connection, then reads the answers: which were not taken, and how many
/// because too many waited.
fn send_at_once(wires: &mut [Wire], token: &str, requests: &[&Captured]) -> (Vec<usize>, usize) {
    for (wire, request) in wires.iter_mut().zip(requests) {
        wire.post("/v1/logs", token, &request.body);
    }
    let (mut refused, mut too_many) = (Vec::new(), 0);
    for (number, wire) in wires.iter_mut().take(requests.len()).enumerate() {
        let answer = wire.answer();
        if answer.status == 200 {
            continue;
        }
        assert_eq!(answer.status, 503, "{}", String::from_utf8_lossy(&answer.body));
        assert_eq!(answer.headers.get("retry-after").map(String::as_str), Some("1"));
        let why = status(PROTOBUF, &answer.body).message;
        too_many += usize::from(why.starts_with("too much is waiting"));
        refused.push(number);
    }
    (refused, too_many)
}

/// Sends requests, and again those that were refused, until all are taken.
fn send_until_taken(wires: &mut [Wire], token: &str, requests: &[Captured]) {
    let begun = Instant::now();
    let mut left: Vec<&Captured> = requests.iter().collect();
    while !left.is_empty() {
        assert!(begun.elapsed() < PATIENCE, "{} are still refused", left.len());
        let (refused, _) = send_at_once(wires, token, &left);
        left = refused.into_iter().map(|number| left[number]).collect();
    }
}

#[test]
fn more_requests_than_may_wait_for_a_locked_database_are_a_passing_fault() {
    raise_open_files();
    let server = Server::start();
    let connection = server.connection("crowd");
    let (requests, tokens): (Vec<Captured>, Vec<i64>) = (0..2 * REQUESTS).map(signal).unzip();
    let (before, meanwhile) = requests.split_at(REQUESTS);
    let mut wires: Vec<Wire> = (0..REQUESTS).map(|_| Wire::open(&server)).collect();
    // What so many connections take, and the fold of what they send, is not the waiting's.
    send_until_taken(&mut wires, &connection.token, before);
    server.settle();
    let peak = peak_kb(&server);

    let locked = lock(&server);
    let requests: Vec<&Captured> = meanwhile.iter().collect();
    let (refused, too_many) = send_at_once(&mut wires, &connection.token, &requests);
    assert_eq!(refused.len(), REQUESTS, "nothing can be on disk");
    assert!(too_many > 0, "as many as came may wait");
    drop(locked);

    send_until_taken(&mut wires, &connection.token, meanwhile);
    let status = server.settle();
    assert_eq!(status["signals"]["quarantined"], 0);
    assert_eq!(counted(&server, &connection), tokens.iter().sum::<i64>());
    assert_grown_little(&server, peak);
}
