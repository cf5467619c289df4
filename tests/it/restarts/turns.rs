//! Processes take turns under load, on one port and on a socket that is handed over. The full
//! measure, with real exporters, is `tests/exporters/restarts.js`.

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::thread;

use prost::Message;

use crate::support::{Connection, Reporter, Server, Wire};

/// How many clients of each kind report at once.
const CLIENTS: usize = 4;

/// How often the process is replaced.
const TURNS: usize = 3;

/// How many requests are answered between two turns.
const BETWEEN_TURNS: i64 = 40;

/// Clients report while `take_turns` replaces the process; every request must be
/// answered, and be counted once.
fn nobody_is_lost(mut server: Server, name: &str, take_turn: impl Fn(&mut Server)) {
    let connection = server.connection(name);
    let address = server.address().to_owned();
    let (stop, sent) = (AtomicBool::new(false), AtomicI64::new(0));
    let reporter = Reporter::new(name);
    thread::scope(|scope| {
        for client in 0..2 * CLIENTS {
            let (address, connection, reporter) = (&address, &connection, &reporter);
            let (stop, sent) = (&stop, &sent);
            scope.spawn(move || {
                let is_kept = client < CLIENTS;
                report(address, connection, reporter, is_kept, stop, sent);
            });
        }
        let _stopped_at_the_end = Stop(&stop);
        for _ in 0..TURNS {
            let before = sent.load(Ordering::SeqCst);
            while sent.load(Ordering::SeqCst) < before + BETWEEN_TURNS {
                thread::yield_now();
            }
            take_turn(&mut server);
        }
    });
    let sent = sent.load(Ordering::SeqCst);
    assert_eq!(reporter.counted(&server), sent);
}

/// Stops the clients, also when the test fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Reports a token at a time, on one connection as long as it is kept, or on a new one each.
fn report(
    address: &str,
    connection: &Connection,
    reporter: &Reporter,
    is_kept: bool,
    stop: &AtomicBool,
    sent: &AtomicI64,
) {
    let mut wire = Wire::open_at(address);
    let mut body = reporter.tokens(&[1.0]).encode_to_vec();
    while !stop.load(Ordering::SeqCst) {
        wire.post("/v1/metrics", &connection.token, &body);
        let answer = wire.try_answer().expect("an answer, whichever process has the connection");
        if answer.status == 200 {
            sent.fetch_add(1, Ordering::SeqCst);
            body = reporter.tokens(&[1.0]).encode_to_vec();
        } else {
            // The client sends the same bytes again.
            assert_eq!((answer.status, answer.headers["retry-after"].as_str()), (503, "1"));
        }
        if !is_kept || answer.headers.get("connection").is_some_and(|value| value == "close") {
            wire = Wire::open_at(address);
        }
    }
    while !body.is_empty() {
        let mut wire = Wire::open_at(address);
        wire.post("/v1/metrics", &connection.token, &body);
        if wire.answer().status == 200 {
            sent.fetch_add(1, Ordering::SeqCst);
            body.clear();
        }
    }
}

#[test]
fn nothing_is_lost_when_a_process_joins_the_port_before_the_other_leaves() {
    nobody_is_lost(Server::start(), "oneport", |server| {
        let mut old = server.start_successor();
        old.ask("TERM");
        assert!(old.wait(), "it stops in order");
    });
}

#[test]
fn nothing_is_lost_when_restarts_overlap() {
    nobody_is_lost(Server::start(), "overlapping", |server| {
        let mut first = server.start_successor();
        let mut second = server.start_successor();
        // The one in the middle is the second of three on the port.
        second.ask("TERM");
        assert!(second.wait(), "it stops in order");
        first.ask("TERM");
        assert!(first.wait(), "it stops in order");
    });
}

#[test]
fn nothing_is_lost_when_a_socket_is_handed_from_process_to_process() {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    let mut server = Server::start();
    server.stop();
    server.run_on(&socket);
    assert_eq!(server.address(), socket.local_addr().expect("it").to_string());
    nobody_is_lost(server, "handed", |server| {
        assert!(server.begin_stop().wait(), "it stops in order");
        server.run_on(&socket);
    });
}
