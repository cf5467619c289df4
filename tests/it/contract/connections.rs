//! P16 to P18: one connection for many requests, chunks, any order, lost answers.

use std::sync::LazyLock;

use opentelemetry_proto::tonic::metrics::v1::AggregationTemporality;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use prost::Message;

use crate::support::packing::pack;
use crate::support::reporter::{MODEL, moment, point};
use crate::support::telemetry::text;
use crate::support::wire::head;
use crate::support::{Reporter, Shared, Wire};

static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&[]));

/// A body in chunks of so many bytes.
fn chunked(body: &[u8], size: usize) -> Vec<u8> {
    let mut chunks = Vec::new();
    for chunk in body.chunks(size) {
        chunks.extend(format!("{:X}\r\n", chunk.len()).bytes());
        chunks.extend(chunk);
        chunks.extend(b"\r\n");
    }
    chunks.extend(b"0\r\n\r\n");
    chunks
}

#[test]
fn two_hundred_requests_use_one_connection() {
    let reporter = Reporter::new("reuse");
    let mut wire = Wire::open(&SERVER);
    for _ in 0..200 {
        let body = reporter.tokens(&[1.0]).encode_to_vec();
        wire.post("/api/otel/v1/metrics", &SERVER.connection.token, &body);
        let answer = wire.answer();
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b""[..]));
        assert_ne!(answer.headers.get("connection").map(String::as_str), Some("close"));
    }
    assert_eq!(reporter.counted(&SERVER), 200);
}

#[test]
fn chunked_bodies_without_a_length_are_counted() {
    let reporter = Reporter::new("chunked");
    let mut wire = Wire::open(&SERVER);
    let head =
        head("/api/otel/v1/metrics", &SERVER.connection.token, "Transfer-Encoding: chunked\r\n");
    for size in [1, 7, 100, 1 << 16] {
        wire.send(&head);
        wire.send(chunked(&reporter.tokens(&[1.0]).encode_to_vec(), size));
        assert_eq!(wire.answer().status, 200, "chunks of {size}");
    }
    assert_eq!(reporter.counted(&SERVER), 4);
}

#[test]
fn chunked_gzip_is_counted() {
    let reporter = Reporter::new("chunkedgzip");
    let mut wire = Wire::open(&SERVER);
    let more = "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n";
    wire.send(head("/v1/logs", &SERVER.connection.token, more));
    wire.send(chunked(&pack("gzip", &reporter.calls(&[19]).encode_to_vec()), 10));
    assert_eq!(wire.answer().status, 200);
    assert_eq!(reporter.counted(&SERVER), 19);
}

#[test]
fn a_refused_request_does_not_cost_the_next_one() {
    let reporter = Reporter::new("nextone");
    let token = &SERVER.connection.token;
    let refused = [
        ("/v1/metrics", token.as_str(), 400),
        ("/v1/metrics", "nobody", 401),
        ("/v1/nothing", token.as_str(), 404),
    ];
    for (path, token_sent, status) in refused {
        let mut wire = Wire::open(&SERVER);
        wire.post(path, token_sent, &[0xff; 300]);
        let answer = wire.answer();
        assert_eq!(answer.status, status);
        // A close that is announced costs the client nothing: it opens another connection.
        if answer.headers.get("connection").map(String::as_str) == Some("close") {
            wire = Wire::open(&SERVER);
        }
        wire.post("/v1/metrics", token, &reporter.tokens(&[1.0]).encode_to_vec());
        assert_eq!(wire.try_answer().map(|answer| answer.status), Some(200), "after {status}");
    }
    assert_eq!(reporter.counted(&SERVER), 3);
}

#[test]
fn a_client_that_asks_before_it_sends_is_told_to_go_on() {
    let reporter = Reporter::new("expect");
    let body = reporter.tokens(&[29.0]).encode_to_vec();
    let mut wire = Wire::open(&SERVER);
    let more = format!("Content-Length: {}\r\nExpect: 100-continue\r\n", body.len());
    wire.send(head("/v1/metrics", &SERVER.connection.token, &more));
    assert_eq!(wire.answer().status, 100);
    wire.send(&body);
    assert_eq!(wire.answer().status, 200);
    assert_eq!(reporter.counted(&SERVER), 29);
}

#[test]
fn http_1_0_is_answered() {
    let reporter = Reporter::new("http10");
    let body = reporter.tokens(&[31.0]).encode_to_vec();
    let length = format!("Content-Length: {}\r\n", body.len());
    let head = head("/v1/metrics", &SERVER.connection.token, &length);
    let mut wire = Wire::open(&SERVER);
    wire.send([head.replace("HTTP/1.1", "HTTP/1.0").as_bytes(), &body].concat());
    assert_eq!(wire.answer().status, 200);
    assert_eq!(reporter.counted(&SERVER), 31);
}

#[test]
fn requests_in_any_order_side_by_side_are_counted_exactly() {
    let reporter = Reporter::new("sidebyside");
    let bodies: Vec<Vec<u8>> =
        (0..64).map(|round| reporter.tokens(&vec![1.0; 1 + round % 5]).encode_to_vec()).collect();
    let expected: usize = (0..64).map(|round| 1 + round % 5).sum();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let bodies = &bodies;
            // Each thread sends half of everything, in an order of its own.
            scope.spawn(move || {
                for place in 0..32 {
                    SERVER.accept("metrics", &bodies[(place * 5 + thread * 8) % 64]);
                }
            });
        }
    });
    let sent: std::collections::BTreeSet<usize> =
        (0..8).flat_map(|thread| (0..32).map(move |place| (place * 5 + thread * 8) % 64)).collect();
    assert_eq!(sent.len(), 64, "every body was sent");
    assert_eq!(reporter.counted(&SERVER), i64::try_from(expected).expect("small"));
}

#[test]
fn a_cumulative_counter_in_any_order_side_by_side_gives_its_last_value() {
    let reporter = Reporter::new("cumulative");
    let start = moment();
    let bodies: Vec<Vec<u8>> = (1..=40)
        .map(|value| {
            let attributes = vec![
                text("session.id", &reporter.session),
                text("model", MODEL),
                text("type", "input"),
            ];
            let mut point = point(f64::from(value), attributes);
            point.start_time_unix_nano = start;
            let mut request = reporter.points(vec![point]);
            let metric = &mut request.resource_metrics[0].scope_metrics[0].metrics[0];
            let Some(Data::Sum(sum)) = &mut metric.data else { panic!("a sum") };
            sum.aggregation_temporality = AggregationTemporality::Cumulative.into();
            request.encode_to_vec()
        })
        .collect();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let bodies = &bodies;
            scope.spawn(move || {
                for place in 0..10 {
                    SERVER.accept("metrics", &bodies[(place * 4 + thread * 7) % 40]);
                    SERVER.accept("metrics", &bodies[39 - (place * 4 + thread) % 40]);
                }
            });
        }
    });
    assert_eq!(reporter.counted(&SERVER), 40);
}

#[test]
fn a_retried_signal_is_counted_once() {
    let reporter = Reporter::new("retried");
    let (metrics, logs) =
        (reporter.tokens(&[37.0]).encode_to_vec(), reporter.calls(&[37]).encode_to_vec());
    for _ in 0..5 {
        SERVER.accept("metrics", &metrics);
        SERVER.accept("logs", &logs);
    }
    assert_eq!(reporter.counted(&SERVER), 37);
}

#[test]
fn the_same_bytes_of_two_connections_are_counted_for_each() {
    let reporter = Reporter::new("twoconnections");
    let body = reporter.tokens(&[41.0]).encode_to_vec();
    SERVER.accept("metrics", &body);
    SERVER.send(&SERVER.connection("second"), "metrics", &body);
    assert_eq!(reporter.counted(&SERVER), 82);
}

#[test]
fn a_request_resent_after_its_answer_was_dropped_is_counted_once() {
    let reporter = Reporter::new("dropped");
    for round in 0..40 {
        let body = reporter.tokens(&[1.0]).encode_to_vec();
        let mut wire = Wire::open(&SERVER);
        wire.post("/v1/metrics", &SERVER.connection.token, &body);
        if round % 2 == 0 {
            // Closes before the answer can be there; otherwise when it is there, unread.
            drop(wire);
        } else {
            SERVER.settle();
            drop(wire);
        }
        SERVER.accept("metrics", &body);
    }
    assert_eq!(reporter.counted(&SERVER), 40);
}

#[test]
fn a_body_that_ends_early_is_not_counted_and_its_whole_is() {
    let reporter = Reporter::new("endsearly");
    let body = reporter.tokens(&[43.0]).encode_to_vec();
    for length in [0, 1, body.len() / 2, body.len() - 1] {
        let mut wire = Wire::open(&SERVER);
        let announced = format!("Content-Length: {}\r\n", body.len());
        wire.send(head("/v1/metrics", &SERVER.connection.token, &announced));
        wire.send(&body[..length]);
    }
    assert_eq!(reporter.counted(&SERVER), 0);
    SERVER.accept("metrics", &body);
    assert_eq!(reporter.counted(&SERVER), 43);
}
