//! One process takes over from another: no client meets a closed port, nothing is lost, and
//! nothing is counted twice.

mod stopping;
mod grpc;
mod door;
mod turns;

use crate::support::{Reporter, Server, Wire};
use prost::Message;

/// Waits until a server that was asked to stop says so to load balancers.
fn until_not_ready(address: &str) {
    loop {
        let mut wire = Wire::open_at(address);
        wire.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        if wire.try_answer().is_none_or(|answer| answer.status == 503) {
            return;
        }
    }
}

#[test]
fn a_process_receives_while_its_predecessor_still_works_and_counts_when_that_ends() {
    let mut server = Server::start();
    let connection = server.connection("takeover");
    let reporter = Reporter::new("takeover");
    let mut kept = Wire::open(&server);
    let mut old = server.start_successor();
    old.ask("TERM");
    // New clients are the successor's, while the connection of before keeps the old one alive.
    for _ in 0..20 {
        server.send(&connection, "metrics", &reporter.tokens(&[1.0]).encode_to_vec());
    }
    kept.post("/v1/metrics", &connection.token, &reporter.tokens(&[5.0]).encode_to_vec());
    let answer = kept.answer();
    assert_eq!((answer.status, answer.headers["connection"].as_str()), (200, "close"));
    assert!(old.wait(), "it stops in order");
    assert_eq!(reporter.counted(&server), 25);
}

#[test]
fn a_retry_that_reaches_the_successor_is_counted_once() {
    let mut server = Server::start();
    let connection = server.connection("retry");
    let reporter = Reporter::new("takeoverretry");
    let (metrics, logs) =
        (reporter.tokens(&[37.0]).encode_to_vec(), reporter.calls(&[37]).encode_to_vec());
    let mut kept = [Wire::open(&server), Wire::open(&server)];
    // It remembers the latest requests from before it started, and not these.
    let mut old = server.start_successor();
    kept[0].post("/v1/metrics", &connection.token, &metrics);
    assert_eq!(kept[0].answer().status, 200);
    kept[1].post("/v1/logs", &connection.token, &logs);
    assert_eq!(kept[1].answer().status, 200);
    old.ask("TERM");
    for _ in 0..3 {
        server.send(&connection, "metrics", &metrics);
        server.send(&connection, "logs", &logs);
    }
    drop(kept);
    assert!(old.wait(), "it stops in order");
    assert_eq!(reporter.counted(&server), 37);
    assert!(server.settle()["records"]["copies"].as_i64().expect("a number") >= 2);
}

#[test]
fn another_port_is_not_shared_with_a_server_of_other_data() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a folder");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_daybook"))
        .args(["serve", "--listen", server.address(), "--data-dir"])
        .arg(folder.path())
        .output()
        .expect("it runs");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("is the port in use?"));
}
