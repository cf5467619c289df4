//! Decodes OTLP/JSON into the same structs protobuf decodes to, field by field and in one pass.
//!
//! Tolerant where the specification is (names in either case, numbers as strings, unknown
//! fields, `null`), strict where it matters: a known field that does not parse is an error that
//! names its path, never a default. Counts elements while it decodes, so a body of a million
//! empty records stops at the limit. Never quotes what was sent: an error holds paths of known
//! fields and positions only.
//!
//! Needs serde_json's feature `float_roundtrip`, without which some doubles come out one
//! bit off their protobuf twin, and bears no `arbitrary_precision`, with which numbers
//! arrive as objects.
//!
//! Rules: <https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding>.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use serde::de::DeserializeSeed;
use serde_json::error::Category;
use thiserror::Error;

use super::limits::{ElementLimits, MeasureError};
use decoding::{Decoding, Reason};
use message::{Message, MessageSeed};

mod attributes;
mod bytes;
mod decoding;
mod distributions;
mod list;
mod logs;
mod message;
mod metrics;
mod name;
mod scalar;
mod text;
mod traces;

#[cfg(test)]
mod tests;

/// What some senders put in front of a UTF-8 text.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Why a JSON request was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JsonError {
    /// The bytes are not JSON.
    #[error(
        "the body is not valid JSON at line {line}, column {column}: {reason}; check that the sender's content type matches what it sends"
    )]
    Malformed {
        /// Line of the body, from 1.
        line: usize,
        /// Column of the line, from 1, in bytes.
        column: usize,
        /// What the parser missed, in its own words.
        reason: String,
    },
    /// The bytes are JSON, but a field does not hold what OTLP says it does.
    #[error(
        "{path} must be {expected} (line {line}, column {column}); correct the sender, the same request will be refused again"
    )]
    Unexpected {
        /// Where, such as `resourceLogs[0].scopeLogs[0].logRecords[2].timeUnixNano`.
        path: String,
        /// What belongs there.
        expected: &'static str,
        /// Line of the body, from 1.
        line: usize,
        /// Column of the line, from 1, in bytes.
        column: usize,
    },
    /// More than one request may hold.
    #[error(transparent)]
    Limit(#[from] MeasureError),
}

/// Decodes the body of a metrics request.
pub fn metrics(
    body: &[u8],
    limits: &ElementLimits,
) -> Result<ExportMetricsServiceRequest, JsonError> {
    request(body, limits)
}

/// Decodes the body of a logs request.
pub fn logs(body: &[u8], limits: &ElementLimits) -> Result<ExportLogsServiceRequest, JsonError> {
    request(body, limits)
}

/// Decodes the body of a traces request.
pub fn traces(body: &[u8], limits: &ElementLimits) -> Result<ExportTraceServiceRequest, JsonError> {
    request(body, limits)
}

/// Decodes a whole body as one message with nothing behind it.
fn request<M: Message>(body: &[u8], limits: &ElementLimits) -> Result<M, JsonError> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    let decoding = Decoding::new(limits);
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let seed = MessageSeed::new(&decoding, 0);
    seed.deserialize(&mut deserializer)
        .and_then(|message| deserializer.end().map(|()| message))
        .map_err(|error| refusal(&error, decoding.take_failure(), limits))?
        .ok_or_else(not_an_object)
}

/// Turns the parser's error into ours. Its text is used for broken JSON alone: there it comes
/// from a fixed list, for wrong types it quotes the value.
fn refusal(
    error: &serde_json::Error,
    failure: Option<(Reason, String)>,
    limits: &ElementLimits,
) -> JsonError {
    let (line, column) = (error.line(), error.column());
    match (error.classify(), failure) {
        (Category::Data, Some((Reason::Limit(limit), _))) => JsonError::Limit(limit),
        (Category::Data, Some((Reason::Expected(expected), path))) => {
            JsonError::Unexpected { path, expected, line, column }
        }
        (Category::Data, None) => not_an_object(),
        _ => broken(error, limits),
    }
}

/// The error for a body that is not JSON, or nested deeper than the parser goes.
fn broken(error: &serde_json::Error, limits: &ElementLimits) -> JsonError {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    if reason == "recursion limit exceeded" {
        let limit = limits.max_depth;
        return JsonError::Limit(MeasureError::TooDeep { limit });
    }
    JsonError::Malformed { line: error.line(), column: error.column(), reason: reason.to_owned() }
}

/// The error for a body of `null`.
fn not_an_object() -> JsonError {
    JsonError::Unexpected {
        path: decoding::WHOLE_BODY.to_owned(),
        expected: message::OBJECT,
        line: 1,
        column: 1,
    }
}
