//! Answers in the request's own encoding: success, partial success, and a `Status` for
//! everything else (OTLP 1.10: the answer's media type is the request's, errors too).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use daybook_jobs::fold::Checked;
use daybook_schema::signals::SignalKind;
use prost::Message;
use serde_json::json;

/// How a request and its answer are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    Protobuf,
    Json,
}

impl MediaType {
    /// Reads `Content-Type`, parameters and case aside.
    pub fn parse(header: &str) -> Option<MediaType> {
        let name = header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match name.as_str() {
            "application/x-protobuf" | "application/protobuf" => Some(MediaType::Protobuf),
            "application/json" => Some(MediaType::Json),
            _ => None,
        }
    }

    /// As it is written.
    fn name(self) -> &'static str {
        match self {
            MediaType::Protobuf => "application/x-protobuf",
            MediaType::Json => "application/json",
        }
    }
}

/// `google.rpc.Status`, as far as OTLP uses it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Status {
    #[prost(int32, tag = "1")]
    pub code: i32,
    #[prost(string, tag = "2")]
    pub message: String,
}

/// A request that was not accepted, with cause and cure.
#[derive(Clone, Debug)]
pub struct Refused {
    pub status: StatusCode,
    pub message: String,
}

impl Refused {
    /// A refusal.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Refused {
        Refused { status, message: message.into() }
    }

    /// A passing fault: the client sends the same bytes again in a second.
    pub fn try_again(message: impl Into<String>) -> Refused {
        Refused::new(StatusCode::SERVICE_UNAVAILABLE, message)
    }

    /// The answer. An unknown media type is answered in JSON, which people can read.
    pub fn answer(&self, media: Option<MediaType>) -> HttpResponse {
        let media = media.unwrap_or(MediaType::Json);
        let status = Status { code: self.rpc_code(), message: self.message.clone() };
        let body = match media {
            MediaType::Protobuf => status.encode_to_vec(),
            MediaType::Json => {
                json!({"code": status.code, "message": status.message}).to_string().into_bytes()
            }
        };
        let mut answer = HttpResponse::build(self.status);
        answer.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(media.name())));
        if let Some(seconds) = self.retry_after_secs() {
            answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        match self.status {
            StatusCode::UNAUTHORIZED => answer.insert_header((header::WWW_AUTHENTICATE, "Bearer")),
            StatusCode::METHOD_NOT_ALLOWED => answer.insert_header((header::ALLOW, "POST")),
            _ => &mut answer,
        };
        answer.body(body)
    }

    /// When to send the same again; `None` for what is refused for good. Longer than 2 and the
    /// client drops at once.
    pub fn retry_after_secs(&self) -> Option<u8> {
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE => Some(1),
            StatusCode::TOO_MANY_REQUESTS => Some(2),
            _ => None,
        }
    }

    /// The gRPC code that goes with the HTTP status.
    pub fn rpc_code(&self) -> i32 {
        match self.status {
            StatusCode::UNAUTHORIZED => 16,
            StatusCode::FORBIDDEN => 7,
            StatusCode::NOT_FOUND => 5,
            StatusCode::PAYLOAD_TOO_LARGE | StatusCode::TOO_MANY_REQUESTS => 8,
            StatusCode::SERVICE_UNAVAILABLE => 14,
            StatusCode::METHOD_NOT_ALLOWED => 12,
            _ => 3,
        }
    }
}

/// `Export*ServiceResponse`: metrics, logs and traces have the same shape.
#[derive(Clone, PartialEq, prost::Message)]
struct ExportResponse {
    #[prost(message, optional, tag = "1")]
    partial_success: Option<PartialSuccess>,
}

/// What was refused of an accepted request.
#[derive(Clone, PartialEq, prost::Message)]
struct PartialSuccess {
    #[prost(int64, tag = "1")]
    rejected: i64,
    #[prost(string, tag = "2")]
    error_message: String,
}

/// The answer to an accepted request; says what of it is refused or not counted.
pub fn accepted(kind: SignalKind, media: MediaType, checked: &Checked) -> HttpResponse {
    let body = match media {
        MediaType::Protobuf => accepted_protobuf(checked),
        MediaType::Json => accepted_json(kind, checked),
    };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, HeaderValue::from_static(media.name())))
        .body(body)
}

/// The same as protobuf: empty when all of it is counted.
pub fn accepted_protobuf(checked: &Checked) -> Vec<u8> {
    let partial_success = partial_message(checked)
        .map(|error_message| PartialSuccess { rejected: rejected(checked), error_message });
    ExportResponse { partial_success }.encode_to_vec()
}

/// The same as JSON.
fn accepted_json(kind: SignalKind, checked: &Checked) -> Vec<u8> {
    let Some(message) = partial_message(checked) else {
        return b"{}".to_vec();
    };
    let rejected_name = match kind {
        SignalKind::Metrics => "rejectedDataPoints",
        SignalKind::Logs => "rejectedLogRecords",
        SignalKind::Traces => "rejectedSpans",
    };
    let mut partial = serde_json::Map::new();
    // 64-bit integers are strings in protobuf's JSON.
    partial.insert(rejected_name.to_owned(), json!(rejected(checked).to_string()));
    partial.insert("errorMessage".to_owned(), json!(message));
    json!({"partialSuccess": partial}).to_string().into_bytes()
}

/// How many points, records or spans are refused.
fn rejected(checked: &Checked) -> i64 {
    i64::try_from(checked.refusals.count()).unwrap_or(i64::MAX)
}

/// What to tell the sender; `None` when all of it is counted.
fn partial_message(checked: &Checked) -> Option<String> {
    let mut parts = Vec::new();
    if checked.refusals.count() > 0 {
        parts.push(checked.refusals.message());
    }
    if checked.too_old > 0 {
        parts.push(format!(
            "{} points or records are older than 30 days: they are kept but not counted",
            checked.too_old
        ));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}
