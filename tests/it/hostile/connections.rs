//! Connections that lie, stall and dawdle; headers that are missing or no text.

use std::sync::LazyLock;

use prost::Message;

use super::neighbour::beside_a_neighbour;
use crate::support::rpc::{self, JSON};
use crate::support::wire::head;
use crate::support::{Reporter, Shared, Wire};

/// Bodies may take a second to arrive.
static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&["--body-timeout-secs", "1"]));

#[test]
fn a_content_length_that_is_too_small_counts_nothing() {
    let reporter = Reporter::new("tooshort");
    let body = reporter.tokens(&[73.0]).encode_to_vec();
    beside_a_neighbour(&SERVER, "tooshort", || {
        let mut wire = Wire::open(&SERVER);
        let length = format!("Content-Length: {}\r\n", body.len() - 10);
        wire.send(
            [head("/v1/metrics", &SERVER.connection.token, &length).as_bytes(), &body].concat(),
        );
        let answer = wire.answer();
        assert_eq!(answer.status, 400);
        assert!(!rpc::status(rpc::PROTOBUF, &answer.body).message.is_empty());
        // What is left over is no request: the connection ends, or is told so.
        let rest = wire.try_answer().map(|answer| answer.status);
        assert!(matches!(rest, None | Some(400)), "{rest:?}");
    });
    assert_eq!(reporter.counted(&SERVER), 0);
}

#[test]
fn a_content_length_that_is_too_large_is_a_passing_fault() {
    let reporter = Reporter::new("toolong");
    let body = reporter.tokens(&[79.0]).encode_to_vec();
    beside_a_neighbour(&SERVER, "toolong", || {
        let mut wire = Wire::open(&SERVER);
        let length = format!("Content-Length: {}\r\n", body.len() + 10);
        wire.send(
            [head("/v1/metrics", &SERVER.connection.token, &length).as_bytes(), &body].concat(),
        );
        assert_eq!(wire.answer().status, 503);
    });
    assert_eq!(reporter.counted(&SERVER), 0);
}

#[test]
fn a_content_length_that_is_no_number_counts_nothing() {
    let reporter = Reporter::new("nolength");
    let body = reporter.tokens(&[83.0]).encode_to_vec();
    for length in ["-1", "abc", "99999999999999999999999", "1, 2", "+5"] {
        let mut wire = Wire::open(&SERVER);
        let header = format!("Content-Length: {length}\r\n");
        let head = head("/v1/metrics", &SERVER.connection.token, &header);
        wire.send([head.as_bytes(), &body].concat());
        let status = wire.try_answer().map(|answer| answer.status);
        assert!(matches!(status, None | Some(400 | 413)), "{length}: {status:?}");
    }
    assert_eq!(reporter.counted(&SERVER), 0);
}

#[test]
fn a_length_beside_chunks_smuggles_nothing() {
    let reporter = Reporter::new("smuggled");
    let body = reporter.tokens(&[89.0]).encode_to_vec();
    let inner = format!("Content-Length: {}\r\n", body.len());
    let inner = [head("/v1/metrics", &SERVER.connection.token, &inner).as_bytes(), &body].concat();
    let more = format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", 5 + inner.len());
    let mut wire = Wire::open(&SERVER);
    let head = head("/v1/metrics", "nobody", &more);
    wire.send([head.as_bytes(), b"0\r\n\r\n", &inner].concat());
    while wire.try_answer().is_some() {}
    assert_eq!(reporter.counted(&SERVER), 0);
}

#[test]
fn a_broken_chunk_is_refused() {
    for chunk in ["zz\r\nbody\r\n", "-1\r\n", "ffffffffffffffffff\r\n", "5\r\nbodies\r\n"] {
        beside_a_neighbour(&SERVER, &format!("chunk{}", chunk.len()), || {
            let mut wire = Wire::open(&SERVER);
            let token = &SERVER.connection.token;
            wire.send(head("/v1/metrics", token, "Transfer-Encoding: chunked\r\n"));
            wire.send(chunk);
            assert_eq!(wire.answer().status, 400, "{chunk:?}");
        });
    }
}

#[test]
fn a_body_that_stalls_holds_up_nobody() {
    beside_a_neighbour(&SERVER, "stalled", || {
        let mut wires: Vec<Wire> = (0..50).map(|_| Wire::open(&SERVER)).collect();
        let head = head("/v1/metrics", &SERVER.connection.token, "Content-Length: 1000\r\n");
        wires.iter_mut().for_each(|wire| wire.send(format!("{head}begun")));
        for wire in &mut wires {
            let answer = wire.answer();
            assert_eq!((answer.status, answer.headers["retry-after"].as_str()), (503, "1"));
        }
    });
}

#[test]
fn a_body_that_trickles_is_not_waited_for_longer_than_one_that_stalls() {
    let mut wire = Wire::open(&SERVER);
    wire.send(head("/v1/metrics", &SERVER.connection.token, "Content-Length: 100000000\r\n"));
    // Refused for its length, whatever else it does.
    assert_eq!(wire.answer().status, 413);
    let mut wire = Wire::open(&SERVER);
    wire.send(head("/v1/metrics", &SERVER.connection.token, "Content-Length: 8000000\r\n"));
    let begun = std::time::Instant::now();
    while begun.elapsed().as_millis() < 1500 && wire.try_send([0]).is_ok() {}
    assert_eq!(wire.try_answer().map(|answer| answer.status), Some(503));
}

#[test]
fn heads_that_never_end_hold_up_nobody() {
    beside_a_neighbour(&SERVER, "slowheads", || {
        let mut wires: Vec<Wire> = (0..50).map(|_| Wire::open(&SERVER)).collect();
        wires.iter_mut().for_each(|wire| wire.send("POST /v1/metrics HTTP/1.1\r\nHost: lo"));
        wires
    });
}

#[test]
fn a_head_of_a_megabyte_is_refused() {
    beside_a_neighbour(&SERVER, "longhead", || {
        let mut wire = Wire::open(&SERVER);
        let _ = wire.try_send(format!("POST /v1/metrics HTTP/1.1\r\nX: {}", "x".repeat(1 << 20)));
        let status = wire.try_answer().map(|answer| answer.status);
        assert!(matches!(status, None | Some(400 | 431)), "{status:?}");
    });
}

#[test]
fn what_is_not_http_is_refused() {
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"\0\0\0\0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        beside_a_neighbour(&SERVER, &format!("nothttp{}", bytes.len()), || {
            let mut wire = Wire::open(&SERVER);
            wire.send(bytes);
            let status = wire.try_answer().map(|answer| answer.status);
            assert!(!matches!(status, Some(200)), "{status:?}");
        });
    }
}

#[test]
fn a_missing_content_type_gets_a_status() {
    let mut wire = Wire::open(&SERVER);
    let token = &SERVER.connection.token;
    let head = head("/v1/metrics", token, "Content-Length: 0\r\n");
    wire.send(head.replace("Content-Type: application/x-protobuf\r\n", ""));
    let answer = wire.answer();
    assert_eq!((answer.status, answer.headers["content-type"].as_str()), (415, JSON));
    assert!(rpc::status(JSON, &answer.body).message.contains("Content-Type"));
}

#[test]
fn a_content_type_that_is_not_utf_8_gets_a_status() {
    let mut wire = Wire::open(&SERVER);
    let head = head("/v1/metrics", &SERVER.connection.token, "Content-Length: 0\r\n");
    let (before, after) = head.split_once("application/x-protobuf").expect("it is there");
    wire.send([before.as_bytes(), b"application/\xff\xfe\x80", after.as_bytes()].concat());
    let answer = wire.answer();
    assert_eq!((answer.status, answer.headers["content-type"].as_str()), (415, JSON));
}

#[test]
fn a_content_encoding_or_token_that_is_not_utf_8_gets_a_status() {
    for (header, status) in
        [(&b"Content-Encoding: gz\xffip\r\n"[..], 415), (b"Authorization: Bearer \xff\r\n", 401)]
    {
        let mut wire = Wire::open(&SERVER);
        let head = head("/v1/metrics", &SERVER.connection.token, "Content-Length: 0\r\n");
        let head = if status == 401 {
            head.lines()
                .filter(|line| !line.starts_with("Auth"))
                .map(|line| format!("{line}\r\n"))
                .collect()
        } else {
            head
        };
        let head = head.trim_end_matches("\r\n").to_owned() + "\r\n";
        wire.send([head.as_bytes(), header, b"\r\n"].concat());
        let answer = wire.answer();
        assert_eq!(answer.status, status);
        assert!(rpc::status(rpc::PROTOBUF, &answer.body).message.len() > 20);
    }
}

#[test]
fn unknown_content_encodings_get_a_status() {
    for encoding in ["br", "compress", "snappy", "lz4", "gzip, gzip", "gzip;q=1", "../gzip", "*"] {
        let answer = SERVER.deliver("logs", JSON, encoding, b"{}");
        answer.assert_refused(415, encoding);
    }
}
