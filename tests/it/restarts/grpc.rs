//! What clients of gRPC see of a server that was asked to stop.

use std::thread;
use std::time::{Duration, Instant};

use daybook::conformance::client::{Client, Sending};
use daybook::conformance::grpc::{self, Outcome, export_path, frame};
use prost::Message;

use super::door::is_told_to_go;
use super::until_not_ready;
use crate::support::{Connection, Reporter, Server, Wire};

/// The door, at a free port.
const GRPC: [&str; 2] = ["--otlp-grpc-listen", "127.0.0.1:0"];

/// What gRPC calls its codes.
const OK: i32 = 0;
const UNAVAILABLE: i32 = 14;

/// How long clients may take for what takes them milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reports a token.
fn report(
    client: &mut Client,
    connection: &Connection,
    reporter: &Reporter,
) -> anyhow::Result<Outcome> {
    let body = frame(false, &reporter.tokens(&[1.0]).encode_to_vec());
    grpc::call(client, &export_path("metrics"), Some(&connection.token), None, body)
}

/// Reports until the client is told to go; how many calls were answered before, all well.
fn report_until_told_to_go(
    client: &mut Client,
    connection: &Connection,
    reporter: &Reporter,
) -> i64 {
    let begun = Instant::now();
    let mut calls = 0;
    loop {
        match report(client, connection, reporter) {
            Ok(outcome) => assert_eq!(outcome.code, OK, "{outcome:?}"),
            Err(error) => {
                assert!(is_told_to_go(&error), "{error:?}");
                return calls;
            }
        }
        calls += 1;
        assert!(begun.elapsed() < PATIENCE, "it is told to go");
    }
}

#[test]
fn a_connected_client_is_told_to_go_and_whoever_comes_is_served_and_told_too() {
    let mut server = Server::start_with(&[&GRPC[..], &["--drain-secs", "600"]].concat());
    let connection = server.connection("grpc told to go");
    let reporter = Reporter::new("grpctoldtogo");
    let mut client = server.grpc_client();
    assert_eq!(report(&mut client, &connection, &reporter).expect("an outcome").code, OK);
    let door = server.door("OTLP over gRPC");
    // The server waits for it, and goes on taking what comes.
    let kept = Wire::open(&server);
    let old = server.begin_stop();
    until_not_ready(server.address());
    let mut calls = 1 + report_until_told_to_go(&mut client, &connection, &reporter);
    for _ in 0..5 {
        assert_eq!(server.door("OTLP over gRPC"), door);
        let served = report_until_told_to_go(&mut server.grpc_client(), &connection, &reporter);
        assert!(served > 0, "nobody goes without having been served");
        calls += served;
    }
    drop(kept);
    assert!(old.wait(), "it stops in order");
    server.run(&[]);
    assert_eq!(reporter.counted(&server), calls);
}

#[test]
fn a_call_under_way_is_answered_though_nobody_else_is_connected() {
    // Longer than a server that has stopped waits for anybody.
    let late = ["--body-timeout-secs", "4"];
    let mut server = Server::start_with(&[&GRPC[..], &late].concat());
    let connection = server.connection("grpc under way");
    let path = export_path("metrics");
    let cut = frame(false, &[0; 9])[..9].to_vec();
    let mut stalled = grpc::message(&path, Some(&connection.token), None, cut);
    stalled.sending = Sending::Stalls;
    let mut client = server.grpc_client();
    let (answer, old) = thread::scope(|scope| {
        let calling = scope.spawn(|| client.send(&stalled));
        let old = server.begin_stop();
        (calling.join().expect("no panic").expect("an answer"), old)
    });
    let outcome = grpc::outcome(&answer).expect("an outcome");
    assert_eq!((outcome.code, outcome.retry_in_secs), (UNAVAILABLE, Some(1)), "{outcome:?}");
    assert!(outcome.message.contains("did not arrive"), "{outcome:?}");
    assert!(old.wait(), "it stops in order");
}

#[test]
fn what_comes_too_late_to_be_served_is_unavailable_and_may_be_sent_again() {
    let mut server = Server::start_with(&[&GRPC[..], &["--drain-secs", "0"]].concat());
    let connection = server.connection("grpc late");
    let reporter = Reporter::new("grpctoolate");
    let (mut served, mut refused) = (0, 0);
    let begun = Instant::now();
    // The moment is short: a client may be told to go before it, or after.
    while refused == 0 {
        assert!(begun.elapsed() < PATIENCE, "nobody came too late: {served}");
        let mut clients: Vec<Client> = (0..4).map(|_| server.grpc_client()).collect();
        let old = server.begin_stop();
        until_not_ready(server.address());
        for client in &mut clients {
            match report(client, &connection, &reporter) {
                Ok(outcome) if outcome.code == OK => served += 1,
                Ok(outcome) => {
                    let again = (outcome.code, outcome.retry_in_secs);
                    assert_eq!(again, (UNAVAILABLE, Some(1)), "{outcome:?}");
                    refused += 1;
                }
                Err(error) => assert!(is_told_to_go(&error), "{error:?}"),
            }
        }
        assert!(old.wait(), "it stops in order");
        server.run(&[]);
    }
    assert_eq!(reporter.counted(&server), served);
}

#[test]
fn clients_that_say_nothing_do_not_hold_a_process() {
    let mut server = Server::start_with(&[&GRPC[..], &["--drain-secs", "40"]].concat());
    let clients: Vec<Client> = (0..4).map(|_| server.grpc_client()).collect();
    let begun = Instant::now();
    assert!(server.begin_stop().wait(), "it stops in order");
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    drop(clients);
}
