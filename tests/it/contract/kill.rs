//! P18 to P20: whatever moment the power goes at, what was acknowledged is counted once. Points
//! inside the process, and kills at full load, are in `crash.rs`.

use std::time::{Duration, Instant};

use prost::Message;

use crate::support::{Connection, Reporter, Server, Wire};

/// Sends a request and reads nothing.
fn post(server: &Server, connection: &Connection, body: &[u8]) -> Wire {
    let mut wire = Wire::open(server);
    wire.post("/api/otel/v1/metrics", &connection.token, body);
    wire
}

/// Kills the server as a power cut would, and starts it again over the same folder.
fn power_cut(server: &mut Server) {
    server.kill();
    server.run(&[]);
}

/// Lets a moment pass that ends exactly: the kill must come at many different ones.
fn spin(moment: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < moment {
        std::hint::spin_loop();
    }
}

#[test]
fn a_request_cut_off_at_any_moment_and_sent_again_is_counted_once() {
    let mut server = Server::start();
    let connection = server.connection("cut off");
    let reporter = Reporter::new("cutoff");
    for round in 0..14 {
        let body = reporter.tokens(&[1.0]).encode_to_vec();
        let wire = post(&server, &connection, &body);
        // From before the request is read to after its answer and its fold.
        spin(Duration::from_micros(40 * (1 << round) / 4));
        power_cut(&mut server);
        drop(wire);
        server.send(&connection, "metrics", &body);
        assert_eq!(reporter.counted(&server), round + 1);
    }
}

#[test]
fn what_was_acknowledged_is_counted_once_after_a_power_cut() {
    let mut server = Server::start();
    let connection = server.connection("acknowledged");
    let reporter = Reporter::new("acknowledged");
    for round in 1..=8 {
        let body = reporter.tokens(&[1.0]).encode_to_vec();
        assert_eq!(post(&server, &connection, &body).answer().status, 200);
        power_cut(&mut server);
        assert_eq!(reporter.counted(&server), round);
    }
}

#[test]
fn what_was_acknowledged_and_sent_again_after_a_power_cut_is_counted_once() {
    let mut server = Server::start();
    let connection = server.connection("again");
    let reporter = Reporter::new("again");
    for _ in 0..6 {
        let body = reporter.tokens(&[1.0]).encode_to_vec();
        server.send(&connection, "metrics", &body);
        power_cut(&mut server);
        server.send(&connection, "metrics", &body);
    }
    assert_eq!(reporter.counted(&server), 6);
}

#[test]
fn a_server_asked_to_stop_as_soon_as_it_listens_stops_in_order() {
    let mut server = Server::start();
    server.stop();
    for _ in 0..5 {
        server.run(&[]);
        server.stop();
    }
}
