//! What clients see of a server that was asked to stop.

use prost::Message;

use super::until_not_ready;
use crate::support::{Reporter, Server, Wire};

#[test]
fn a_kept_connection_is_served_and_told_to_close() {
    let mut server = Server::start();
    let connection = server.connection("close");
    let reporter = Reporter::new("toldtoclose");
    let mut kept: Vec<Wire> = (0..4).map(|_| Wire::open(&server)).collect();
    for wire in &mut kept {
        wire.post("/v1/metrics", &connection.token, &reporter.tokens(&[1.0]).encode_to_vec());
        let answer = wire.answer();
        assert_eq!((answer.status, answer.headers.get("connection")), (200, None));
    }
    let old = server.begin_stop();
    until_not_ready(server.address());
    for mut wire in kept {
        wire.post("/v1/metrics", &connection.token, &reporter.tokens(&[1.0]).encode_to_vec());
        let answer = wire.answer();
        assert_eq!((answer.status, answer.headers["connection"].as_str()), (200, "close"));
        assert!(wire.try_answer().is_none(), "it is closed");
    }
    assert!(old.wait(), "it stops in order");
    server.run(&[]);
    assert_eq!(reporter.counted(&server), 8);
}

#[test]
fn what_comes_too_late_to_be_served_is_sent_again_by_the_client() {
    let mut server = Server::start_with(&["--drain-secs", "0"]);
    let connection = server.connection("late");
    let reporter = Reporter::new("toolate");
    let mut kept: Vec<Wire> = (0..4).map(|_| Wire::open(&server)).collect();
    let old = server.begin_stop();
    until_not_ready(server.address());
    let body = reporter.tokens(&[1.0]).encode_to_vec();
    let mut refused = 0;
    for wire in &mut kept {
        wire.post("/v1/metrics", &connection.token, &body);
        let answer = wire.answer();
        assert!(matches!(answer.status, 200 | 503), "{}", answer.status);
        if answer.status == 503 {
            assert_eq!(answer.headers["retry-after"], "1");
            assert_eq!(answer.headers["content-type"], "application/x-protobuf");
            refused += 1;
        }
        assert_eq!(answer.headers["connection"], "close");
    }
    assert!(refused > 0, "time was up");
    assert!(old.wait(), "it stops in order");
    server.run(&[]);
    server.send(&connection, "metrics", &body);
    assert_eq!(reporter.counted(&server), 1);
}

#[test]
fn a_second_request_to_stop_ends_the_process_at_once_and_loses_nothing() {
    for signal in ["TERM", "INT"] {
        let mut server = Server::start_with(&["--drain-secs", "600"]);
        let connection = server.connection("twice");
        let reporter = Reporter::new(&format!("twice{}", signal.to_lowercase()));
        // It would be waited for.
        let kept = Wire::open(&server);
        server.send(&connection, "metrics", &reporter.tokens(&[11.0]).encode_to_vec());
        let mut old = server.begin_stop();
        until_not_ready(server.address());
        old.ask(signal);
        assert!(!old.wait(), "it does not stop in order");
        drop(kept);
        server.run(&[]);
        assert_eq!(reporter.counted(&server), 11);
    }
}

#[test]
fn an_idle_connection_is_waited_for_no_longer_than_told() {
    let mut server = Server::start_with(&["--drain-secs", "1"]);
    let mut idle = Wire::open(&server);
    let begun = std::time::Instant::now();
    assert!(server.begin_stop().wait(), "it stops in order");
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    assert!(idle.try_answer().is_none(), "it is closed");
}
