//! Requests made to take memory: bombs, a great many things that are nothing, and the
//! largest that is allowed.

use std::io::Write;
use std::time::SystemTime;

use flate2::Compression;
use flate2::write::GzEncoder;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use prost::Message;
use serde_json::json;

/// What a bomb unpacks to.
const BOMB_BYTES: usize = 1 << 30;

/// What the largest legal request unpacks to: just under the server's limit.
const LEGAL_BYTES: usize = (20 << 20) - (64 << 10);

/// Bytes of text in one record of a large request.
const TEXT_BYTES: usize = 2000;

/// Records of two bytes each.
const EMPTY_RECORDS: usize = 4_000_000;

/// A request made to take memory.
pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) content_encoding: &'static str,
    pub(crate) body: Vec<u8>,
}

/// Every one of them.
pub(crate) fn all() -> anyhow::Result<Vec<Hostile>> {
    let (protobuf, json) = ("application/x-protobuf", "application/json");
    let hostile = |name, content_type, content_encoding, body| Hostile {
        name,
        content_type,
        content_encoding,
        body,
    };
    let nothing = vec![0; 1 << 20];
    Ok(vec![
        hostile("gzip bomb of 1 GiB", protobuf, "gzip", gzip_repeated(&nothing)?),
        hostile("zstd bomb of 1 GiB", protobuf, "zstd", zstd_repeated(&nothing)?),
        hostile("4 million empty records", protobuf, "gzip", gzip(&empty_records())?),
        hostile("20 MiB of protobuf", protobuf, "gzip", gzip(&large_protobuf()?)?),
        hostile("20 MiB of JSON", json, "gzip", gzip(large_json()?.as_bytes())?),
    ])
}

/// Bytes, in gzip at its best.
fn gzip(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// A bomb: a piece again and again, in gzip.
fn gzip_repeated(piece: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..BOMB_BYTES / piece.len() {
        encoder.write_all(piece)?;
    }
    Ok(encoder.finish()?)
}

/// A bomb: a piece again and again, in zstd.
fn zstd_repeated(piece: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 19)?;
    for _ in 0..BOMB_BYTES / piece.len() {
        encoder.write_all(piece)?;
    }
    Ok(encoder.finish()?)
}

/// A logs request of nothing but empty records, as it is on the wire.
fn empty_records() -> Vec<u8> {
    // Field 2 of ScopeLogs, length 0; ScopeLogs is field 2 of ResourceLogs, that field 1.
    let records = [0x12, 0x00].repeat(EMPTY_RECORDS);
    field(1, &field(2, &records))
}

/// A message as a field of another one.
fn field(number: u8, message: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number << 3 | 2];
    let mut length = message.len();
    while length >= 0x80 {
        bytes.push(u8::try_from(length & 0x7f).unwrap_or_default() | 0x80);
        length >>= 7;
    }
    bytes.push(u8::try_from(length).unwrap_or_default());
    bytes.extend_from_slice(message);
    bytes
}

/// A text of a large request's record: no two alike, and compressible as prose is.
fn text(number: usize) -> String {
    let mut text = String::with_capacity(TEXT_BYTES);
    let mut word = number;
    while text.len() < TEXT_BYTES {
        word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(&format!("{:x} and so on, ", word >> 48));
    }
    text
}

/// Now, nanoseconds since 1970.
fn now_nanos() -> anyhow::Result<u64> {
    Ok(u64::try_from(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_nanos())?)
}

/// The largest protobuf that is accepted: prompts with long texts.
fn large_protobuf() -> anyhow::Result<Vec<u8>> {
    let now = now_nanos()?;
    let pair = |key: &str, text: String| KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(Value::StringValue(text)) }),
        ..KeyValue::default()
    };
    let mut records = Vec::new();
    let mut bytes = 0;
    for number in 0_usize.. {
        let record = LogRecord {
            time_unix_nano: now + u64::try_from(number)?,
            attributes: vec![
                pair("event.name", "user_prompt".to_owned()),
                pair("user.email", "abc@xyz.com".to_owned()),
                pair("session.id", "00000000-0000-4000-8000-000000000000".to_owned()),
                pair("prompt", text(number)),
            ],
            ..LogRecord::default()
        };
        bytes += record.encoded_len() + 4;
        if bytes > LEGAL_BYTES {
            break;
        }
        records.push(record);
    }
    let scope_logs = vec![ScopeLogs { log_records: records, ..ScopeLogs::default() }];
    let resource_logs = vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }];
    Ok(ExportLogsServiceRequest { resource_logs }.encode_to_vec())
}

/// The largest JSON that is accepted: the same prompts.
fn large_json() -> anyhow::Result<String> {
    let now = now_nanos()?;
    let pair = |key: &str, text: &str| json!({"key": key, "value": {"stringValue": text}});
    let mut records = String::new();
    for number in 0_usize.. {
        let record = json!({
            "timeUnixNano": (now + u64::try_from(number)?).to_string(),
            "attributes": [
                pair("event.name", "user_prompt"),
                pair("user.email", "abc@xyz.com"),
                pair("session.id", "00000000-0000-4000-8000-000000000000"),
                pair("prompt", &text(number)),
            ],
        })
        .to_string();
        if records.len() + record.len() > LEGAL_BYTES {
            break;
        }
        records.push_str(if records.is_empty() { "" } else { "," });
        records.push_str(&record);
    }
    Ok(format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{records}]}}]}}]}}"#))
}
