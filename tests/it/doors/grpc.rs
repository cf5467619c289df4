//! OTLP over gRPC: P13 and P14, and all that holds over HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use daybook::conformance::client::{Client, Message as Sent, Sending};
use daybook::conformance::grpc::{self, Outcome, export_path, frame};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use prost::Message;

use crate::support::packing::{ENCODINGS, pack};
use crate::support::telemetry::text;
use crate::support::{Kind, Reporter, Server, Shared, corpus};

/// The limits of the server: bytes as sent, and unpacked.
const SENT: usize = 4096;
const UNPACKED: usize = 9000;

/// What gRPC calls its codes.
const OK: i32 = 0;
const INVALID_ARGUMENT: i32 = 3;
const RESOURCE_EXHAUSTED: i32 = 8;
const UNIMPLEMENTED: i32 = 12;
const UNAVAILABLE: i32 = 14;
const UNAUTHENTICATED: i32 = 16;

static SERVER: LazyLock<Shared> = LazyLock::new(|| {
    Shared::start(&[
        "--otlp-grpc-listen",
        "127.0.0.1:0",
        "--max-body-bytes",
        &SENT.to_string(),
        "--max-unpacked-bytes",
        &UNPACKED.to_string(),
        "--body-timeout-secs",
        "1",
    ])
});

/// A connection to the port.
fn client(server: &Server) -> Client {
    server.grpc_client()
}

/// A call with the right token and some bytes, framed already.
fn call(kind: &str, encoding: Option<&str>, framed: Vec<u8>) -> Outcome {
    let token = Some(SERVER.connection.token.as_str());
    grpc::call(&mut client(&SERVER), &export_path(kind), token, encoding, framed)
        .expect("an outcome")
}

/// Calls with a message that must be accepted whole.
fn accept(kind: &str, encoding: &str, message: &[u8]) {
    let outcome =
        call(kind, Some(encoding), frame(encoding != "identity", &pack(encoding, message)));
    assert_eq!((outcome.code, outcome.body.as_slice()), (OK, &b""[..]), "{outcome:?}");
}

/// A refusal for good: with cause and cure, and nothing that asks for another try.
fn assert_refused(outcome: &Outcome, code: i32, what: &str) {
    assert_eq!((outcome.code, outcome.retry_in_secs), (code, None), "{what}: {outcome:?}");
    assert!(outcome.message.len() > 20, "{what}: {outcome:?}");
}

#[test]
fn every_signal_is_taken_in_every_encoding() {
    let reporter = Reporter::new("grpcsignals");
    for encoding in ENCODINGS {
        accept("metrics", encoding, &reporter.tokens(&[1.0]).encode_to_vec());
        accept("logs", encoding, &reporter.calls(&[100]).encode_to_vec());
    }
    assert_eq!(reporter.counted(&SERVER), 400);
    let before = SERVER.settle()["traces"]["kept"].as_i64().expect("a number");
    let run = corpus::run("r06-traces");
    let traces = run.requests.iter().filter(|request| request.kind == Kind::Traces);
    let traces = traces.min_by_key(|request| request.raw().len());
    accept("traces", "gzip", &traces.expect("traces").protobuf());
    assert_eq!(SERVER.settle()["traces"]["kept"], before + 1);
}

#[test]
fn an_empty_message_succeeds_and_keeps_nothing() {
    for kind in ["metrics", "logs", "traces"] {
        accept(kind, "identity", b"");
    }
    assert_eq!(SERVER.settle()["signals"]["quarantined"], 0);
}

#[test]
fn a_bad_point_is_named_and_its_neighbours_are_counted() {
    let reporter = Reporter::new("grpcpartial");
    let body = reporter.tokens(&[6.0, f64::NAN, 7.0]).encode_to_vec();
    let outcome = call("metrics", None, frame(false, &body));
    assert_eq!(outcome.code, OK);
    let response = ExportMetricsServiceResponse::decode(&outcome.body[..]).expect("a response");
    let partial = response.partial_success.expect("a partial success");
    assert_eq!(partial.rejected_data_points, 1);
    assert!(partial.error_message.contains("NaN"), "{}", partial.error_message);
    assert_eq!(reporter.counted(&SERVER), 13);
}

#[test]
fn the_same_request_over_http_and_over_grpc_is_counted_once() {
    let reporter = Reporter::new("bothprotocols");
    let body = reporter.tokens(&[17.0]).encode_to_vec();
    accept("metrics", "gzip", &body);
    SERVER.accept("metrics", &body);
    accept("metrics", "identity", &body);
    assert_eq!(reporter.counted(&SERVER), 17);
}

#[test]
fn a_missing_or_wrong_token_is_unauthenticated() {
    let body = frame(false, &Reporter::new("grpctoken").tokens(&[1.0]).encode_to_vec());
    for token in [None, Some("nobody"), Some("dbk_ingest_0_0")] {
        let outcome =
            grpc::call(&mut client(&SERVER), &export_path("logs"), token, None, body.clone());
        assert_refused(&outcome.expect("an outcome"), UNAUTHENTICATED, "token");
    }
}

#[test]
fn bad_data_is_an_invalid_argument() {
    let whole = Reporter::new("grpcbad").tokens(&[1.0, 2.0]).encode_to_vec();
    for length in (1..whole.len()).step_by(5) {
        let outcome = call("metrics", None, frame(false, &whole[..length]));
        assert_refused(&outcome, INVALID_ARGUMENT, &format!("cut to {length}"));
        let framed = frame(false, &whole);
        let outcome = call("metrics", None, framed[..length].to_vec());
        assert_refused(&outcome, INVALID_ARGUMENT, &format!("framed, then cut to {length}"));
    }
    for (encoding, is_packed, message) in [
        (Some("gzip"), true, whole.clone()),
        (Some("zstd"), true, pack("gzip", &whole)),
        (None, true, pack("gzip", &whole)),
        (Some("gzip"), false, pack("gzip", &whole)),
    ] {
        let outcome = call("metrics", encoding, frame(is_packed, &message));
        assert_refused(&outcome, INVALID_ARGUMENT, &format!("{encoding:?} {is_packed}"));
    }
    let outcome = call("logs", None, Vec::new());
    assert_refused(&outcome, INVALID_ARGUMENT, "no message");
    let outcome = call("logs", None, [7, 0, 0, 0, 0].to_vec());
    assert_refused(&outcome, INVALID_ARGUMENT, "a strange prefix");
    let outcome = call("metrics", None, [frame(false, &whole), frame(false, b"")].concat());
    assert_refused(&outcome, INVALID_ARGUMENT, "two messages");
}

#[test]
fn a_message_that_says_it_is_not_packed_is_taken_as_it_is() {
    let reporter = Reporter::new("notpackedgrpc");
    let outcome =
        call("metrics", Some("gzip"), frame(false, &reporter.tokens(&[3.0]).encode_to_vec()));
    assert_eq!(outcome.code, OK);
    assert_eq!(reporter.counted(&SERVER), 3);
}

#[test]
fn what_is_no_method_of_otlp_is_unimplemented() {
    let token = Some(SERVER.connection.token.as_str());
    for path in ["/", "/v1/metrics", "/opentelemetry.proto.collector.logs.v1.LogsService/Import"] {
        let outcome = grpc::call(&mut client(&SERVER), path, token, None, frame(false, b""));
        assert_refused(&outcome.expect("an outcome"), UNIMPLEMENTED, path);
    }
    let outcome = call("metrics", Some("br"), frame(true, b""));
    assert_refused(&outcome, UNIMPLEMENTED, "an unknown encoding");
}

#[test]
fn what_is_not_grpc_is_told_so() {
    for media in ["application/json", "application/x-protobuf", "application/grpc-web", ""] {
        let headers = vec![("content-type", media.to_owned())];
        let path = &export_path("metrics");
        let sent =
            Sent { method: "POST", path, headers, body: b"{}".to_vec(), sending: Sending::Whole };
        let answer = client(&SERVER).send(&sent).expect("an answer");
        assert_eq!(answer.status, 415, "{media}");
    }
}

/// A request of exactly so many bytes that counts one token.
fn metrics_of(reporter: &Reporter, length: usize) -> Vec<u8> {
    let point = reporter.tokens_point(1.0);
    let padded = |padding: usize| {
        let mut request = reporter.points(vec![point.clone()]);
        let resource = request.resource_metrics[0].resource.as_mut().expect("a resource");
        resource.attributes.push(text("padding", &"x".repeat(padding)));
        request.encode_to_vec()
    };
    (0..length).rev().map(padded).find(|body| body.len() == length).expect("it fits")
}

#[test]
fn the_message_limit_passes_and_one_byte_more_is_exhausted_for_good() {
    let reporter = Reporter::new("grpclimit");
    accept("metrics", "identity", &metrics_of(&reporter, SENT));
    let outcome = call("metrics", None, frame(false, &metrics_of(&reporter, SENT + 1)));
    assert_refused(&outcome, RESOURCE_EXHAUSTED, "one byte more");
    assert!(outcome.message.contains("4096"), "{outcome:?}");
    assert_eq!(reporter.counted(&SERVER), 1);
}

#[test]
fn the_limit_holds_after_unpacking() {
    let reporter = Reporter::new("grpcunpacked");
    for encoding in ["gzip", "deflate", "zstd"] {
        accept("metrics", encoding, &metrics_of(&reporter, UNPACKED));
        let packed = pack(encoding, &metrics_of(&reporter, UNPACKED + 1));
        let outcome = call("metrics", Some(encoding), frame(true, &packed));
        assert_refused(&outcome, RESOURCE_EXHAUSTED, encoding);
        let bomb = pack(encoding, &vec![0; 2 << 20]);
        let outcome = call("metrics", Some(encoding), frame(true, &bomb));
        assert_refused(&outcome, RESOURCE_EXHAUSTED, "a bomb");
    }
    assert_eq!(reporter.counted(&SERVER), 3);
}

#[test]
fn an_announced_length_is_refused_before_it_arrives() {
    let mut prefix = frame(false, b"");
    prefix[1..].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_refused(&call("metrics", None, prefix), RESOURCE_EXHAUSTED, "4 GiB");
}

#[test]
fn a_message_that_stalls_is_a_passing_fault() {
    let token = Some(SERVER.connection.token.as_str());
    let path = export_path("metrics");
    let mut stalled = grpc::message(&path, token, None, frame(false, &[0; 100])[..50].to_vec());
    stalled.sending = Sending::Stalls;
    let outcome = grpc::outcome(&client(&SERVER).send(&stalled).expect("an answer"));
    let outcome = outcome.expect("an outcome");
    assert_eq!((outcome.code, outcome.retry_in_secs), (UNAVAILABLE, Some(1)), "{outcome:?}");
    assert!(outcome.message.contains("did not arrive"), "{outcome:?}");
}

#[test]
fn messages_that_arrive_at_once_share_a_bounded_memory() {
    let server = Shared::start(&["--otlp-grpc-listen", "127.0.0.1:0", "--body-timeout-secs", "8"]);
    let token = Some(server.connection.token.as_str());
    let path = export_path("metrics");
    // Nine times 8 MiB that never end are more than may be held.
    let body = frame(false, &vec![0; 8 << 20]);
    let outcomes: Vec<Outcome> = thread::scope(|scope| {
        let stall = || {
            let mut stalled = grpc::message(&path, token, None, body[..8 << 20].to_vec());
            stalled.sending = Sending::Stalls;
            let answer = server.grpc_client().send(&stalled).expect("an answer");
            grpc::outcome(&answer).expect("an outcome")
        };
        let running: Vec<_> = (0..9).map(|_| scope.spawn(stall)).collect();
        running.into_iter().map(|thread| thread.join().expect("an outcome")).collect()
    });
    for outcome in &outcomes {
        assert_eq!((outcome.code, outcome.retry_in_secs), (UNAVAILABLE, Some(1)), "{outcome:?}");
    }
    assert!(outcomes.iter().any(|outcome| outcome.message.contains("too much is arriving")));
    let reporter = Reporter::new("grpcafter");
    let message = frame(false, &reporter.tokens(&[3.0]).encode_to_vec());
    let after = grpc::call(&mut server.grpc_client(), &path, token, None, message);
    assert_eq!(after.expect("an outcome").code, OK, "the memory is given back");
}

#[test]
fn a_connection_that_says_nothing_is_closed() {
    let url = SERVER.door("OTLP over gRPC");
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time-out");
    stream.write_all(b"PRI * HTTP").expect("sent");
    let begun = Instant::now();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(begun.elapsed() < Duration::from_secs(40), "closed after {:?}", begun.elapsed());
}

#[test]
fn many_calls_use_one_connection() {
    let reporter = Reporter::new("grpcreuse");
    let mut client = client(&SERVER);
    let token = Some(SERVER.connection.token.as_str());
    for _ in 0..100 {
        let body = frame(false, &reporter.tokens(&[1.0]).encode_to_vec());
        let outcome = grpc::call(&mut client, &export_path("metrics"), token, None, body);
        assert_eq!(outcome.expect("an outcome").code, OK);
    }
    assert_eq!(reporter.counted(&SERVER), 100);
}

#[test]
fn a_server_with_an_idle_connection_stops_in_order_and_loses_nothing() {
    let mut server = Server::start_with(&["--otlp-grpc-listen", "127.0.0.1:0"]);
    let connection = server.connection("grpc stop");
    let reporter = Reporter::new("grpcstop");
    for _ in 0..3 {
        let mut client = client(&server);
        let body = frame(false, &reporter.tokens(&[2.0]).encode_to_vec());
        let token = Some(connection.token.as_str());
        let outcome = grpc::call(&mut client, &export_path("metrics"), token, None, body);
        assert_eq!(outcome.expect("an outcome").code, OK);
        server.stop();
        server.run(&[]);
    }
    assert_eq!(reporter.counted(&server), 6);
}
