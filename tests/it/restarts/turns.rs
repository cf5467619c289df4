//! Processes take turns under load, on one port and on a socket that is handed over. The full
//! measure, with real exporters, is `tests/exporters/restarts.js`.

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::thread;

use prost::Message;

use super::door::Door;
use crate::support::raised::Raised;
use crate::support::{Connection, Reporter, Server};

/// How many clients of each kind report at once at a door.
const CLIENTS: usize = 4;

/// How often the process is replaced.
const TURNS: usize = 3;

/// How many requests are answered between two turns.
const BETWEEN_TURNS: i64 = 40;

/// Clients report at doors while `take_turn` replaces the process; every request must be
/// answered, and be counted once.
fn nobody_is_lost(mut server: Server, name: &str, doors: &[Door], take_turn: impl Fn(&mut Server)) {
    let connection = server.connection(name);
    let (stop, sent) = (AtomicBool::new(false), AtomicI64::new(0));
    let reporter = Reporter::new(name);
    thread::scope(|scope| {
        for client in 0..2 * CLIENTS * doors.len() {
            let (connection, reporter) = (&connection, &reporter);
            let (stop, sent) = (&stop, &sent);
            scope.spawn(move || {
                let (door, is_kept) =
                    (&doors[client % doors.len()], client < CLIENTS * doors.len());
                report(door, connection, reporter, is_kept, stop, sent);
            });
        }
        let _stopped_at_the_end = Raised(&stop);
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

/// Reports a token at a time, on one connection as long as it is kept, or on a new one each.
fn report(
    door: &Door,
    connection: &Connection,
    reporter: &Reporter,
    is_kept: bool,
    stop: &AtomicBool,
    sent: &AtomicI64,
) {
    let mut line = door.open();
    while !stop.load(Ordering::SeqCst) {
        let body = reporter.tokens(&[1.0]).encode_to_vec();
        loop {
            let outcome = line.send(&connection.token, &body);
            if outcome.is_over || !is_kept {
                line = door.open();
            }
            if outcome.is_acknowledged {
                break;
            }
        }
        sent.fetch_add(1, Ordering::SeqCst);
    }
}

/// A server with every door open.
fn with_every_door() -> Server {
    let (http, grpc) = ("--otlp-http-listen", "--otlp-grpc-listen");
    Server::start_with(&[http, "127.0.0.1:0", grpc, "127.0.0.1:0"])
}

/// OTLP's own doors.
fn otlp_doors(server: &Server) -> [Door; 2] {
    [Door::otlp_http(server), Door::grpc(server)]
}

/// The next process joins the ports, then the last one is asked to stop.
fn joins(server: &mut Server) {
    let mut old = server.start_successor();
    old.ask("TERM");
    assert!(old.wait(), "it stops in order");
}

/// A process joins the ports while another one does; then they leave.
fn overlap(server: &mut Server) {
    let mut first = server.start_successor();
    let mut second = server.start_successor();
    // The one in the middle is the second of three on the port.
    second.ask("TERM");
    assert!(second.wait(), "it stops in order");
    first.ask("TERM");
    assert!(first.wait(), "it stops in order");
}

#[test]
fn nothing_is_lost_when_a_process_joins_the_port_before_the_other_leaves() {
    let server = Server::start();
    let doors = [Door::main(&server)];
    nobody_is_lost(server, "oneport", &doors, joins);
}

#[test]
fn nothing_is_lost_at_the_doors_of_otlp_when_a_process_joins_their_ports() {
    let server = with_every_door();
    let doors = otlp_doors(&server);
    nobody_is_lost(server, "everyport", &doors, joins);
}

#[test]
fn nothing_is_lost_when_restarts_overlap() {
    let server = Server::start();
    let doors = [Door::main(&server)];
    nobody_is_lost(server, "overlapping", &doors, overlap);
}

#[test]
fn nothing_is_lost_at_the_doors_of_otlp_when_restarts_overlap() {
    let server = with_every_door();
    let doors = otlp_doors(&server);
    nobody_is_lost(server, "overlappingdoors", &doors, overlap);
}

#[test]
fn nothing_is_lost_when_a_socket_is_handed_from_process_to_process() {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    let mut server = Server::start();
    server.stop();
    server.run_on(&[("http", &socket)]);
    assert_eq!(server.address(), socket.local_addr().expect("it").to_string());
    let doors = [Door::main(&server)];
    nobody_is_lost(server, "handed", &doors, |server| {
        assert!(server.begin_stop().wait(), "it stops in order");
        server.run_on(&[("http", &socket)]);
    });
}

#[test]
fn nothing_is_lost_at_the_doors_of_otlp_when_their_sockets_are_handed_on() {
    let [grpc, main, http] = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
    let sockets = [("otlp-grpc", &grpc), ("http", &main), ("otlp-http", &http)];
    let mut server = Server::start();
    server.stop();
    server.run_on(&sockets);
    let doors = otlp_doors(&server);
    nobody_is_lost(server, "handeddoors", &doors, |server| {
        assert!(server.begin_stop().wait(), "it stops in order");
        server.run_on(&sockets);
    });
}
