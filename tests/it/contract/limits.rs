//! P12: limits hold, as sent and unpacked; the limit itself passes.

use std::sync::LazyLock;

use prost::Message;

use crate::support::packing::pack;
use crate::support::rpc::{JSON, PROTOBUF};
use crate::support::telemetry::text;
use crate::support::wire::head;
use crate::support::{Reporter, Shared, Wire};

/// Most bytes as sent, most bytes unpacked, and most points.
const SENT: usize = 4096;
const UNPACKED: usize = 9000;
const POINTS: usize = 10;

static SERVER: LazyLock<Shared> = LazyLock::new(|| {
    let (sent, unpacked, points) = (SENT.to_string(), UNPACKED.to_string(), POINTS.to_string());
    Shared::start(&[
        "--max-body-bytes",
        &sent,
        "--max-unpacked-bytes",
        &unpacked,
        "--max-points",
        &points,
    ])
});

/// A server as it is without settings.
static DEFAULTS: LazyLock<Shared> = LazyLock::new(|| Shared::start(&[]));

/// A request of exactly so many bytes that counts one token.
fn metrics_of(reporter: &Reporter, length: usize) -> Vec<u8> {
    let point = reporter.tokens_point(1.0);
    let padded = |padding: usize| {
        let mut request = reporter.points(vec![point.clone()]);
        let resource = request.resource_metrics[0].resource.as_mut().expect("a resource");
        resource.attributes.push(text("padding", &"x".repeat(padding)));
        request.encode_to_vec()
    };
    let body = (0..length).rev().map(padded).find(|body| body.len() <= length).expect("it fits");
    assert_eq!(body.len(), length, "the length can be met");
    body
}

/// An empty JSON request of exactly so many bytes.
fn json_of(length: usize) -> Vec<u8> {
    let mut body = b"{}".to_vec();
    body.resize(length, b' ');
    body
}

#[test]
fn a_body_at_the_limit_passes() {
    let reporter = Reporter::new("atlimit");
    SERVER.accept("metrics", &metrics_of(&reporter, SENT));
    assert_eq!(SERVER.deliver("metrics", JSON, "identity", &json_of(SENT)).status, 200);
    assert_eq!(reporter.counted(&SERVER), 1);
}

#[test]
fn a_body_of_one_byte_more_is_413() {
    let reporter = Reporter::new("overlimit");
    let answer = SERVER.offer_protobuf("metrics", &metrics_of(&reporter, SENT + 1));
    answer.assert_refused(413, "protobuf");
    let answer = SERVER.deliver("metrics", JSON, "identity", &json_of(SENT + 1));
    answer.assert_refused(413, "JSON");
    assert_eq!(reporter.counted(&SERVER), 0);
}

#[test]
fn a_chunked_body_at_the_limit_passes_and_one_byte_more_is_413() {
    let reporter = Reporter::new("chunkedlimit");
    for (length, status) in [(SENT, 200), (SENT + 1, 413)] {
        let body = metrics_of(&reporter, length);
        let mut wire = Wire::open(&SERVER);
        let chunked = "Transfer-Encoding: chunked\r\n";
        let mut request = head("/v1/metrics", &SERVER.connection.token, chunked).into_bytes();
        for chunk in body.chunks(1000) {
            request.extend(format!("{:x}\r\n", chunk.len()).bytes());
            request.extend(chunk);
            request.extend(b"\r\n");
        }
        request.extend(b"0\r\n\r\n");
        wire.send(request);
        assert_eq!(wire.answer().status, status, "{length}");
    }
    assert_eq!(reporter.counted(&SERVER), 1);
}

#[test]
fn an_unpacked_body_at_the_limit_passes() {
    let reporter = Reporter::new("unpackedlimit");
    for encoding in ["gzip", "deflate", "zstd"] {
        let packed = pack(encoding, &metrics_of(&reporter, UNPACKED));
        let answer = SERVER.deliver("metrics", PROTOBUF, encoding, &packed);
        assert_eq!(answer.status, 200, "{encoding}");
        let packed = pack(encoding, &json_of(UNPACKED));
        assert_eq!(SERVER.deliver("logs", JSON, encoding, &packed).status, 200, "{encoding}");
    }
    assert_eq!(reporter.counted(&SERVER), 3);
}

#[test]
fn an_unpacked_body_of_one_byte_more_is_413() {
    let reporter = Reporter::new("unpackedover");
    for encoding in ["gzip", "deflate", "zstd"] {
        let packed = pack(encoding, &metrics_of(&reporter, UNPACKED + 1));
        let answer = SERVER.deliver("metrics", PROTOBUF, encoding, &packed);
        answer.assert_refused(413, encoding);
        let packed = pack(encoding, &json_of(UNPACKED + 1));
        SERVER.deliver("logs", JSON, encoding, &packed).assert_refused(413, encoding);
    }
    assert_eq!(reporter.counted(&SERVER), 0);
}

#[test]
fn as_many_points_as_allowed_pass_and_one_more_is_413() {
    use crate::support::otlp_to_json::metrics_to_json;
    let reporter = Reporter::new("points");
    for (count, status) in [(POINTS, 200), (POINTS + 1, 413)] {
        let body = reporter.tokens(&vec![1.0; count]).encode_to_vec();
        assert_eq!(SERVER.offer_protobuf("metrics", &body).status, status, "{count}");
        let body = pack("gzip", metrics_to_json(&reporter.tokens(&vec![1.0; count])).as_bytes());
        assert_eq!(SERVER.deliver("metrics", JSON, "gzip", &body).status, status, "{count} JSON");
    }
    assert_eq!(reporter.counted(&SERVER), 20);
}

#[test]
fn as_many_records_as_allowed_pass_and_one_more_is_413() {
    use crate::support::otlp_to_json::logs_to_json;
    let reporter = Reporter::new("records");
    for (count, status) in [(POINTS, 200), (POINTS + 1, 413)] {
        let body = reporter.calls(&vec![1; count]).encode_to_vec();
        assert_eq!(SERVER.offer_protobuf("logs", &body).status, status, "{count}");
        let body = pack("gzip", logs_to_json(&reporter.calls(&vec![1; count])).as_bytes());
        assert_eq!(SERVER.deliver("logs", JSON, "gzip", &body).status, status, "{count} JSON");
    }
    assert_eq!(reporter.counted(&SERVER), 20);
}

#[test]
fn points_are_counted_over_all_metrics_scopes_and_resources() {
    let reporter = Reporter::new("spread");
    let mut request = reporter.tokens(&[1.0; 4]);
    let more = reporter.tokens(&[1.0; 4]);
    let metric = more.resource_metrics[0].scope_metrics[0].metrics[0].clone();
    request.resource_metrics[0].scope_metrics[0].metrics.push(metric);
    request.resource_metrics.extend(reporter.tokens(&[1.0; 3]).resource_metrics);
    let answer = SERVER.offer_protobuf("metrics", &request.encode_to_vec());
    answer.assert_refused(413, "4 + 4 + 3 points");
}

#[test]
fn a_refusal_for_size_names_the_limit() {
    let answer = SERVER.offer_protobuf("metrics", &vec![0; SENT + 1]);
    assert!(answer.refusal().message.contains("4096"), "{}", answer.refusal().message);
    let answer = SERVER.deliver("metrics", PROTOBUF, "zstd", &pack("zstd", &vec![0; UNPACKED + 1]));
    assert!(answer.refusal().message.contains("9000"), "{}", answer.refusal().message);
}

#[test]
fn by_default_8_mib_may_be_sent_and_not_a_byte_more() {
    let answer = DEFAULTS.deliver("metrics", JSON, "identity", &json_of(8 << 20));
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"{}"[..]));
    // Refused by its announced length: the body is not waited for.
    let mut wire = Wire::open(&DEFAULTS);
    let length = format!("Content-Length: {}\r\n", (8 << 20) + 1);
    wire.send(head("/v1/metrics", &DEFAULTS.connection.token, &length));
    assert_eq!(wire.answer().status, 413);
}

#[test]
fn by_default_20_mib_may_be_unpacked_and_not_a_byte_more() {
    let packed = pack("zstd", &json_of(20 << 20));
    assert_eq!(DEFAULTS.deliver("logs", JSON, "zstd", &packed).status, 200);
    let packed = pack("zstd", &json_of((20 << 20) + 1));
    DEFAULTS.deliver("logs", JSON, "zstd", &packed).assert_refused(413, "20 MiB and a byte");
}

#[test]
fn after_a_body_that_was_too_large_the_sender_is_served_again() {
    let reporter = Reporter::new("aftertoolarge");
    SERVER.offer_protobuf("metrics", &vec![0; SENT * 4]).assert_refused(413, "too large");
    SERVER.accept("metrics", &reporter.tokens(&[23.0]).encode_to_vec());
    assert_eq!(reporter.counted(&SERVER), 23);
}

#[test]
fn a_client_that_sends_all_of_a_body_that_is_too_large_still_reads_the_413() {
    let mut wire = Wire::open(&DEFAULTS);
    let length = format!("Content-Length: {}\r\n", 12 << 20);
    wire.send(head("/v1/metrics", &DEFAULTS.connection.token, &length));
    // The server may stop reading; what matters is that its answer is not lost to a reset.
    let chunk = vec![0; 1 << 16];
    while wire.try_send(&chunk).is_ok() && wire.sent() < 12 << 20 {}
    assert_eq!(wire.try_answer().map(|answer| answer.status), Some(413));
}
