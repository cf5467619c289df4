//! What a door answers, understood, whatever it is written in.

use anyhow::Context;
use daybook_schema::signals::SignalKind;
use prost::Message as _;
use serde_json::Value;

use super::client::Answer;
use super::grpc;

/// What an answer means, whatever it is written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// With how much of it refused.
    Accepted {
        rejected: i64,
    },
    BadData,
    NoToken,
    NoSuchPlace,
    WrongMethod,
    WrongMedia,
    TooLarge,
    TryAgain,
    /// Nothing an OTLP server answers.
    Strange(String),
}

/// Accepted to the last element.
pub const WHOLE: Verdict = Verdict::Accepted { rejected: 0 };

/// An answer, understood.
#[derive(Clone, Debug)]
pub struct Reply {
    pub verdict: Verdict,
    /// HTTP's status; 200 for all that gRPC says.
    pub status: u16,
    pub media: String,
    /// When to try again, by header or `RetryInfo`.
    pub retry_in_secs: Option<i64>,
    /// Cause and cure.
    pub message: String,
    /// The code of the `Status`.
    pub code: i32,
    /// The message of the answer as it came.
    pub body: Vec<u8>,
}

impl Reply {
    /// Fails unless it means what it should.
    pub fn expect(&self, verdict: &Verdict, what: &str) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.verdict == *verdict,
            "{what}: expected {verdict:?}, got {:?}",
            self.verdict
        );
        Ok(())
    }
}

/// Reads an answer over HTTP.
pub(super) fn of_http(answer: &Answer, kind: SignalKind) -> Reply {
    let media = answer.header("content-type").to_owned();
    let is_json = media.starts_with("application/json");
    let (code, message) = status(is_json, &answer.body);
    let verdict = match answer.status {
        200 => match rejected(is_json, kind, &answer.body) {
            Some(rejected) => Verdict::Accepted { rejected },
            None => Verdict::Strange("200 with a body that is no answer to an export".into()),
        },
        400 => Verdict::BadData,
        401 => Verdict::NoToken,
        404 => Verdict::NoSuchPlace,
        405 => Verdict::WrongMethod,
        413 => Verdict::TooLarge,
        415 => Verdict::WrongMedia,
        429 | 502..=504 => Verdict::TryAgain,
        other => Verdict::Strange(format!("status {other}")),
    };
    let retry_in_secs = answer.header("retry-after").parse().ok();
    let (status, body) = (answer.status, answer.body.clone());
    Reply { verdict, status, media, retry_in_secs, message, code, body }
}

/// Reads an answer over gRPC.
pub(super) fn of_grpc(answer: &Answer) -> anyhow::Result<Reply> {
    let media = answer.header("content-type").to_owned();
    if answer.status != 200 {
        let verdict = match answer.status {
            415 => Verdict::WrongMedia,
            other => Verdict::Strange(format!("HTTP status {other}")),
        };
        let (status, body, message) = (answer.status, answer.body.clone(), String::new());
        return Ok(Reply { verdict, status, media, retry_in_secs: None, message, code: 0, body });
    }
    let outcome = grpc::outcome(answer).context("a call came to nothing")?;
    let verdict = match (outcome.code, outcome.retry_in_secs) {
        (0, _) => match rejected(false, SignalKind::Metrics, &outcome.body) {
            Some(rejected) => Verdict::Accepted { rejected },
            None => Verdict::Strange("OK with a message that is no answer to an export".into()),
        },
        (3, None) => Verdict::BadData,
        (8, None) => Verdict::TooLarge,
        (12, None) => Verdict::NoSuchPlace,
        (16, None) => Verdict::NoToken,
        (8 | 14, Some(_)) => Verdict::TryAgain,
        (code, retry) => Verdict::Strange(format!("code {code} with RetryInfo {retry:?}")),
    };
    Ok(Reply {
        verdict,
        status: 200,
        media,
        retry_in_secs: outcome.retry_in_secs,
        message: outcome.message,
        code: outcome.code,
        body: outcome.body,
    })
}

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, prost::Message)]
struct Status {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

/// `Export*ServiceResponse`.
#[derive(Clone, PartialEq, prost::Message)]
struct Exported {
    #[prost(message, optional, tag = "1")]
    partial_success: Option<Partial>,
}

/// What was refused of an accepted request.
#[derive(Clone, PartialEq, prost::Message)]
struct Partial {
    #[prost(int64, tag = "1")]
    rejected: i64,
    #[prost(string, tag = "2")]
    error_message: String,
}

/// The code and message of a `Status`; nothing where there is none.
fn status(is_json: bool, body: &[u8]) -> (i32, String) {
    if !is_json {
        let status = Status::decode(body).unwrap_or_default();
        return (status.code, status.message);
    }
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = body.get("code").and_then(Value::as_i64).and_then(|code| code.try_into().ok());
    let message = body.get("message").and_then(Value::as_str).unwrap_or_default();
    (code.unwrap_or_default(), message.to_owned())
}

/// How much of an accepted request was refused; `None` when the body is no such answer.
fn rejected(is_json: bool, kind: SignalKind, body: &[u8]) -> Option<i64> {
    if !is_json {
        let partial = Exported::decode(body).ok()?.partial_success;
        return Some(partial.map_or(0, |partial| partial.rejected));
    }
    let body: Value = serde_json::from_slice(body).ok()?;
    let Some(partial) = body.as_object()?.get("partialSuccess") else {
        return Some(0);
    };
    let name = match kind {
        SignalKind::Metrics => "rejectedDataPoints",
        SignalKind::Logs => "rejectedLogRecords",
        SignalKind::Traces => "rejectedSpans",
    };
    match partial.get(name) {
        None => Some(0),
        Some(Value::String(text)) => text.parse().ok(),
        Some(number) => number.as_i64(),
    }
}
