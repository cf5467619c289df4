//! Little that unpacks to much, and depth without end: refused quickly and in little memory.
//!
//! Each test has a server of its own, because memory is measured.

use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};

use super::memory::{ALLOWANCE_KB, peak_kb, within, within_allowance};
use super::neighbour::beside_a_neighbour;
use crate::support::packing::{gzip, pack};
use crate::support::reporter::logs;
use crate::support::rpc::{JSON, PROTOBUF};
use crate::support::telemetry::{attribute, text};
use crate::support::wire::head;
use crate::support::{Answer, Reporter, Shared, Wire};

/// What "quickly" is for an unoptimized build on a busy machine.
const QUICKLY: Duration = Duration::from_secs(5);

/// Sends something hostile to a server of its own, beside a neighbour; its answer.
fn sent_to(
    server: &Shared,
    name: &str,
    (kind, media, encoding): (&str, &str, &str),
    body: &[u8],
) -> Answer {
    within_allowance(server, name, || {
        beside_a_neighbour(server, name, || {
            let begun = Instant::now();
            let answer = server.deliver(kind, media, encoding, body);
            assert!(begun.elapsed() < QUICKLY, "{name} took {:?}", begun.elapsed());
            answer
        })
    })
}

/// Fails unless something hostile is refused, in little memory and time.
fn assert_refused(status: u16, name: &str, how: (&str, &str, &str), body: &[u8]) {
    sent_to(&Shared::start(&[]), name, how, body).assert_refused(status, name);
}

/// A field that holds bytes.
fn field(number: u32, body: &[u8]) -> Vec<u8> {
    let mut field = Vec::new();
    encode_key(number, WireType::LengthDelimited, &mut field);
    encode_varint(body.len() as u64, &mut field);
    field.extend(body);
    field
}

/// A value nested so many times in an array, as the attribute of a record.
fn nested_value(depth: usize) -> Vec<u8> {
    // Built from the inside: each level is `AnyValue { array_value: { values: [...] } }`.
    let (mut lengths, mut length) = (Vec::new(), 0);
    for _ in 0..depth * 2 {
        lengths.push(length);
        length += 1 + varint_length(length);
    }
    let mut body = Vec::with_capacity(length);
    for (level, length) in lengths.into_iter().rev().enumerate() {
        encode_key(if level % 2 == 0 { 5 } else { 1 }, WireType::LengthDelimited, &mut body);
        encode_varint(length as u64, &mut body);
    }
    let attribute = [field(1, b"k"), field(2, &body)].concat();
    let record = field(6, &attribute);
    field(1, &field(2, &field(2, &record)))
}

/// How many bytes a varint takes.
fn varint_length(value: usize) -> usize {
    let mut bytes = Vec::new();
    encode_varint(value as u64, &mut bytes);
    bytes.len()
}

#[test]
fn ten_gigabytes_of_zeros_in_gzip_are_refused() {
    // Members of 16 MB each; the whole is about 10 MB.
    let bomb = gzip(&vec![0; 16_000_000]).repeat(625);
    assert!(bomb.len() < 12 << 20, "{}", bomb.len());
    let server = Shared::start(&["--max-body-bytes", "12582912"]);
    let answer = sent_to(&server, "gzipbomb", ("metrics", PROTOBUF, "gzip"), &bomb);
    answer.assert_refused(413, "10 GB of zeros");
}

#[test]
fn the_largest_gzip_bomb_a_default_server_reads_is_refused() {
    let member = gzip(&vec![0; 16_000_000]);
    let bomb = member.repeat((8 << 20) / member.len());
    assert_refused(413, "gzipbombdefault", ("logs", PROTOBUF, "gzip"), &bomb);
}

#[test]
fn a_zstd_bomb_of_32_kb_is_refused() {
    // Frames of 32 MB each; the whole is a gigabyte.
    let frame = zstd::encode_all(&vec![0; 32 << 20][..], 1).expect("in memory");
    let bomb = frame.repeat(32);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    assert_refused(413, "zstdbomb", ("metrics", PROTOBUF, "zstd"), &bomb);
}

#[test]
fn a_deflate_bomb_is_refused() {
    assert_refused(
        413,
        "deflatebomb",
        ("metrics", JSON, "deflate"),
        &pack("deflate", &vec![b' '; 40_000_000]),
    );
}

#[test]
fn a_zstd_window_of_two_gigabytes_is_not_allocated() {
    // Magic, no content size, a window of 2 GiB, then an empty last block.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00];
    assert_refused(400, "zstdwindow", ("metrics", PROTOBUF, "zstd"), &frame);
}

#[test]
fn gzip_in_gzip_is_unpacked_once() {
    let body = gzip(&gzip(&Reporter::new("gzipgzip").tokens(&[1.0]).encode_to_vec()));
    assert_refused(400, "gzipgzip", ("metrics", PROTOBUF, "gzip"), &body);
}

#[test]
fn four_million_empty_records_are_refused() {
    let records = [0x12, 0x00].repeat(4_000_000);
    let bomb = gzip(&field(1, &field(2, &records)));
    assert!(bomb.len() < 10_000, "{}", bomb.len());
    assert_refused(413, "emptyrecords", ("logs", PROTOBUF, "gzip"), &bomb);
}

#[test]
fn four_million_empty_records_in_json_are_refused() {
    let records = "{},".repeat(4_000_000);
    let body =
        format!("{{\"resourceLogs\":[{{\"scopeLogs\":[{{\"logRecords\":[{records}{{}}]}}]}}]}}");
    // JSON is counted while it is built: up to the limit the records are there, beside the text.
    let server = Shared::start(&[]);
    within(2 * ALLOWANCE_KB, &server, "4 million records in JSON", || {
        beside_a_neighbour(&server, "emptyrecordsjson", || {
            let answer = server.deliver("logs", JSON, "gzip", &gzip(body.as_bytes()));
            answer.assert_refused(413, "4 million records in JSON");
        });
    });
}

#[test]
fn millions_of_empty_attributes_are_refused() {
    let attributes = [0x32, 0x00].repeat(4_000_000);
    let body = field(1, &field(2, &field(2, &attributes)));
    assert_refused(413, "emptyattributes", ("logs", PROTOBUF, "zstd"), &pack("zstd", &body));
}

#[test]
fn protobuf_nested_a_hundred_thousand_deep_is_refused() {
    assert_refused(400, "deepprotobuf", ("logs", PROTOBUF, "identity"), &nested_value(100_000));
}

#[test]
fn json_nested_a_hundred_thousand_deep_is_refused() {
    for (name, open, close) in [
        ("deepjson", "{\"arrayValue\":{\"values\":[", "]}}"),
        ("deepunknown", "{\"unknown\":", "}"),
        ("deepbrackets", "[", "]"),
    ] {
        let body = format!(
            "{{\"resourceLogs\":[{{\"scopeLogs\":[{{\"logRecords\":[{{\"body\":{}{}}}]}}]}}]}}",
            open.repeat(100_000),
            close.repeat(100_000)
        );
        assert_refused(400, name, ("logs", JSON, "identity"), body.as_bytes());
    }
}

#[test]
fn the_largest_request_that_is_allowed_takes_bounded_memory() {
    // Records of many short attributes: the most structs a byte can stand for.
    let reporter = Reporter::new("largest");
    let attributes = || (0..5).map(|_| text("k", "")).collect();
    let record = || LogRecord { attributes: attributes(), ..reporter.call(1) };
    let body = reporter.records(std::iter::repeat_with(record).take(20_000).collect());
    let server = Shared::start(&[]);
    let packed = pack("zstd", &body.encode_to_vec());
    let answer = within_allowance(&server, "the largest request", || {
        server.deliver("logs", PROTOBUF, "zstd", &packed)
    });
    assert!(matches!(answer.status, 200 | 413), "{}", answer.status);
}

#[test]
fn an_attribute_of_a_megabyte_is_accepted_and_its_record_counted() {
    let reporter = Reporter::new("megabyte");
    let server = Shared::start(&[]);
    let mut record = reporter.call(47);
    record.attributes.push(text("prompt", &"long ".repeat(200_000)));
    let body = reporter.records(vec![record]).encode_to_vec();
    within_allowance(&server, "a megabyte", || {
        beside_a_neighbour(&server, "megabyte", || server.accept("logs", &body));
    });
    assert_eq!(reporter.counted(&server), 47);
}

/// Logs in zstd that are small, and 19 MiB unpacked.
fn much_in_little() -> Vec<u8> {
    use opentelemetry_proto::tonic::common::v1::any_value::Value;
    let attribute = attribute("blob", Value::BytesValue(vec![0; 19 << 20]));
    let request: ExportLogsServiceRequest = logs(vec![attribute], vec![LogRecord::default()]);
    let packed = pack("zstd", &request.encode_to_vec());
    assert!(packed.len() < 16 << 10, "{}", packed.len());
    packed
}

#[test]
fn clients_that_leave_make_no_room_for_others_work() {
    let server = Shared::start(&[]);
    let packed = much_in_little();
    within(4 * ALLOWANCE_KB, &server, "bodies whose clients left", || {
        beside_a_neighbour(&server, "left", || {
            for _ in 0..24 {
                let mut wire = Wire::open(&server);
                let more =
                    format!("Content-Encoding: zstd\r\nContent-Length: {}\r\n", packed.len());
                let head = head("/v1/logs", &server.connection.token, &more);
                wire.send([head.as_bytes(), &packed].concat());
                // Its work has begun once the server has answered somebody who came later.
                assert_eq!(server.get("/api/v1/status").status, 200);
                wire.reset();
            }
        });
    });
}

#[test]
fn bodies_that_stall_before_their_end_share_a_bounded_memory() {
    let server = Shared::start(&[]);
    let length = format!("Content-Length: {}\r\n", 8 << 20);
    let head = head("/v1/logs", &server.connection.token, &length);
    let most = [head.as_bytes(), &vec![0; (8 << 20) - 1]].concat();
    within(4 * ALLOWANCE_KB, &server, "bodies that stall", || {
        beside_a_neighbour(&server, "stalledbodies", || {
            let stalled = (0..60).map(|_| {
                let mut wire = Wire::open(&server);
                // Who is one too many is told so before all is sent.
                let _ = wire.try_send(&most);
                wire
            });
            drop(stalled.collect::<Vec<Wire>>());
        });
    });
}

#[test]
fn long_names_over_many_secrets_take_little_memory() {
    use opentelemetry_proto::tonic::common::v1::any_value::Value;
    let secret = || AnyValue { value: Some(Value::StringValue("536-22-8719".to_owned())) };
    let list = ArrayValue { values: (0..1000).map(|_| secret()).collect() };
    let name = " ".repeat(200 << 10);
    let record = LogRecord {
        attributes: vec![attribute(&name, Value::ArrayValue(list))],
        ..LogRecord::default()
    };
    let body = pack("zstd", &logs(Vec::new(), vec![record]).encode_to_vec());
    let answer = sent_to(&Shared::start(&[]), "longnames", ("logs", PROTOBUF, "zstd"), &body);
    assert_eq!(answer.status, 200);
}

#[test]
fn a_text_full_of_secrets_is_read_once() {
    let text = format!("{{{}", "536-22-8719 ".repeat(21_000));
    let record =
        LogRecord { attributes: vec![self::text("prompt", &text)], ..LogRecord::default() };
    let body = pack("zstd", &logs(Vec::new(), vec![record]).encode_to_vec());
    let answer = sent_to(&Shared::start(&[]), "fullofsecrets", ("logs", PROTOBUF, "zstd"), &body);
    assert_eq!(answer.status, 200);
}

#[test]
fn small_bodies_that_unpack_to_much_side_by_side_take_bounded_memory() {
    let server = Shared::start(&[]);
    let packed = much_in_little();
    let before = peak_kb(&server);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let answer = server.deliver("logs", PROTOBUF, "zstd", &packed);
                assert!(matches!(answer.status, 200 | 503), "{}", answer.status);
            });
        }
    });
    server.settle();
    if let (Some(before), Some(after)) = (before, peak_kb(&server)) {
        let grown = (after - before) >> 10;
        assert!(grown <= 256, "16 bodies of {} bytes took {grown} MB", packed.len());
    }
}
