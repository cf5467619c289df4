//! P11: a token over its rate is told to wait two seconds, and nobody else is.

use daybook::conformance::grpc::{self, export_path, frame};
use prost::Message;

use crate::support::otlp_to_json::logs_to_json;
use crate::support::rpc::{JSON, PROTOBUF};
use crate::support::{Answer, Reporter, Shared};

/// What gRPC calls what passes when waited for.
const RESOURCE_EXHAUSTED: i32 = 8;

/// A server that lets a token send some of one thing in an hour.
fn server(limit: &str, each_second: &str) -> Shared {
    let burst = ["--token-burst-secs", "3600", "--otlp-grpc-listen", "127.0.0.1:0"];
    Shared::start(&[&[limit, each_second], &burst[..]].concat())
}

/// Fails unless an answer tells to wait, why, and what helps.
fn assert_limited(answer: &Answer, media: &str, cause: &str) {
    answer.assert_refused(429, cause);
    assert_eq!(answer.header("content-type"), media);
    assert_eq!(answer.header("retry-after"), "2");
    let refusal = answer.refusal();
    assert_eq!(refusal.code, RESOURCE_EXHAUSTED);
    assert!(refusal.message.contains(cause), "{refusal:?}");
    assert!(refusal.message.contains("raise --token-"), "{refusal:?} names the cure");
}

/// Fails unless a call is told to wait.
fn assert_grpc_limited(server: &Shared, token: &str, cause: &str) {
    let mut client = server.grpc_client();
    let body = frame(false, &Reporter::new("ratesgrpc").calls(&[1]).encode_to_vec());
    let outcome = grpc::call(&mut client, &export_path("logs"), Some(token), None, body);
    let outcome = outcome.expect("an outcome");
    assert_eq!((outcome.code, outcome.retry_in_secs), (RESOURCE_EXHAUSTED, Some(2)));
    assert!(outcome.message.contains(cause), "{outcome:?}");
}

#[test]
fn a_token_that_sends_too_many_bytes_is_told_to_wait_at_every_door() {
    let server = server("--token-bytes-per-sec", "1");
    let reporter = Reporter::new("ratebytes");
    // Far more than an hour's worth, while there is anything left.
    server.accept("logs", &reporter.calls(&[1; 100]).encode_to_vec());
    let answer = server.offer_protobuf("logs", &reporter.calls(&[1]).encode_to_vec());
    assert_limited(&answer, PROTOBUF, "bytes a second");
    let body = logs_to_json(&reporter.calls(&[1]));
    let answer = server.deliver("logs", JSON, "identity", body.as_bytes());
    assert_limited(&answer, JSON, "bytes a second");
    assert_grpc_limited(&server, &server.connection.token, "bytes a second");
    assert_eq!(reporter.counted(&server), 100);
    assert_eq!(server.settle()["limited"]["bytes"], 3);
}

#[test]
fn a_token_that_sends_too_many_points_is_told_to_wait() {
    let server = server("--token-points-per-sec", "1");
    let reporter = Reporter::new("ratepoints");
    for _ in 0..4 {
        server.accept("metrics", &reporter.tokens(&[1.0; 1000]).encode_to_vec());
    }
    let answer = server.offer_protobuf("metrics", &reporter.tokens(&[1.0]).encode_to_vec());
    assert_limited(&answer, PROTOBUF, "points, records and spans a second");
    assert_grpc_limited(&server, &server.connection.token, "points, records and spans a second");
    // What holds no point costs none.
    server.accept("metrics", b"");
    assert_eq!(reporter.counted(&server), 4000);
}

#[test]
fn a_token_that_sends_too_many_requests_is_told_to_wait_and_another_is_not() {
    let burst = ["--token-requests-per-sec", "1", "--token-burst-secs", "60"];
    let server = Shared::start(&[&burst[..], &["--otlp-grpc-listen", "127.0.0.1:0"]].concat());
    let reporter = Reporter::new("raterequests");
    let statuses: Vec<u16> = (0..200)
        .map(|_| server.offer_protobuf("logs", &reporter.calls(&[1]).encode_to_vec()).status)
        .collect();
    let accepted = statuses.iter().filter(|status| **status == 200).count();
    assert!(statuses.iter().all(|status| [200, 429].contains(status)));
    assert!((60..180).contains(&accepted), "{accepted} of 200 in little more than a burst");
    let other = server.connection("another");
    server.send(&other, "logs", &reporter.calls(&[1]).encode_to_vec());
    let total = i64::try_from(accepted).expect("small") + 1;
    assert_eq!(reporter.counted(&server), total, "what was told to wait is not counted");
}
