//! Calls over gRPC, message by message: framed here, so that they can also be framed wrongly.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use prost::Message as _;

use super::client::{Answer, Client, Message, Sending};

/// A message with its prefix: whether it is packed, and its length.
pub fn frame(is_packed: bool, message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let mut framed = vec![u8::from(is_packed)];
    framed.extend(length.to_be_bytes());
    framed.extend(message);
    framed
}

/// The path of OTLP's `Export` for `metrics`, `logs` or `traces`.
pub fn export_path(kind: &str) -> String {
    let (package, service) = match kind {
        "metrics" => ("metrics", "MetricsService"),
        "logs" => ("logs", "LogsService"),
        _ => ("trace", "TraceService"),
    };
    format!("/opentelemetry.proto.collector.{package}.v1.{service}/Export")
}

/// What a call came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The code of the status: 0 for success.
    pub code: i32,
    pub message: String,
    /// Seconds of the `RetryInfo`, when there is one.
    pub retry_in_secs: Option<i64>,
    /// The answer's message, without its prefix.
    pub body: Vec<u8>,
}

/// Makes a call with some bytes as its body, framed already.
pub fn call(
    client: &mut Client,
    path: &str,
    token: Option<&str>,
    encoding: Option<&str>,
    body: Vec<u8>,
) -> anyhow::Result<Outcome> {
    outcome(&client.send(&message(path, token, encoding, body))?)
}

/// A call as it is sent.
pub fn message<'a>(
    path: &'a str,
    token: Option<&str>,
    encoding: Option<&str>,
    body: Vec<u8>,
) -> Message<'a> {
    let mut headers =
        vec![("content-type", "application/grpc".to_owned()), ("te", "trailers".to_owned())];
    if let Some(token) = token {
        headers.push(("authorization", format!("Bearer {token}")));
    }
    if let Some(encoding) = encoding {
        headers.push(("grpc-encoding", encoding.to_owned()));
    }
    Message { method: "POST", path, headers, body, sending: Sending::Whole }
}

/// Reads what a call came to.
pub fn outcome(answer: &Answer) -> anyhow::Result<Outcome> {
    anyhow::ensure!(answer.status == 200, "HTTP status {} instead of 200", answer.status);
    let code = answer.header("grpc-status");
    let code = code.parse().map_err(|_| anyhow::anyhow!("grpc-status is {code:?}"))?;
    let message = percent_encoding::percent_decode_str(answer.header("grpc-message"));
    Ok(Outcome {
        code,
        message: message.decode_utf8_lossy().into_owned(),
        retry_in_secs: retry_in_secs(answer.header("grpc-status-details-bin")),
        body: answer.body.get(5..).unwrap_or_default().to_vec(),
    })
}

/// Seconds of the `RetryInfo` in a status's details.
fn retry_in_secs(details: &str) -> Option<i64> {
    let details = STANDARD_NO_PAD.decode(details.trim_end_matches('=')).ok()?;
    let status = RpcStatus::decode(&details[..]).ok()?;
    let info = status.details.iter().find(|any| any.type_url.ends_with("google.rpc.RetryInfo"))?;
    let delay = RetryInfo::decode(&info.value[..]).ok()?.retry_delay?;
    Some(delay.seconds)
}

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, prost::Message)]
struct RpcStatus {
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, prost::Message)]
struct Any {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// `google.rpc.RetryInfo`.
#[derive(Clone, PartialEq, prost::Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<Delay>,
}

/// `google.protobuf.Duration`.
#[derive(Clone, PartialEq, prost::Message)]
struct Delay {
    #[prost(int64, tag = "1")]
    seconds: i64,
}
