//! Reads the bodies of what is written: bounded in bytes and time, of one media type.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Bytes};
use serde::de::DeserializeOwned;

use crate::access::Caller;
use crate::access::caller::FORM_TOKEN;
use crate::error::ApiError;
use crate::ingest::patterns::MAX_SAMPLE_BYTES;
use crate::state::AppState;

/// Most bytes of a body of JSON: the largest sample, and the rest.
const MAX_JSON_BYTES: usize = MAX_SAMPLE_BYTES + (8 << 10);

/// Most bytes of a form: the largest sample, each byte of it written with three.
const MAX_FORM_BYTES: usize = 3 * MAX_SAMPLE_BYTES + (8 << 10);

/// Reads a body of JSON. A browser sends this media type to another site only when that site
/// agreed before, which this server never does.
pub async fn json<Of: DeserializeOwned>(
    request: &HttpRequest,
    payload: web::Payload,
    state: &AppState,
) -> Result<Of, ApiError> {
    if !is_of(request, "application/json") {
        return Err(ApiError::MediaType);
    }
    let body = read(payload, MAX_JSON_BYTES, state).await?;
    serde_json::from_slice(&body).map_err(|error| ApiError::Body(reason(&error)))
}

/// Whether a body is said to be of a media type.
pub fn is_said_to_be(request: &HttpRequest, media_type: &str) -> bool {
    is_of(request, media_type)
}

/// Reads a file, whatever is in it.
pub async fn file(payload: web::Payload, max: usize, state: &AppState) -> Result<Bytes, ApiError> {
    read(payload, max, state).await
}

/// Reads the fields of a form that a page of the caller's own login made.
pub async fn form(
    request: &HttpRequest,
    payload: web::Payload,
    state: &AppState,
) -> Result<Vec<(String, String)>, ApiError> {
    if !is_of(request, "application/x-www-form-urlencoded") {
        return Err(ApiError::Body("expected a form of these pages".to_owned()));
    }
    let body = read(payload, MAX_FORM_BYTES, state).await?;
    let text = std::str::from_utf8(&body);
    let text = text.map_err(|_| ApiError::Body("the form is not text".to_owned()))?;
    let mut fields: Vec<_> = super::query::pairs(text).collect();
    let token = fields.iter().position(|(name, _)| name == FORM_TOKEN);
    let token = token.map(|place| fields.remove(place).1);
    match Caller::let_in(request).made_form(token.as_deref()) {
        true => Ok(fields),
        false => Err(ApiError::StaleForm),
    }
}

/// What is wrong with some JSON. Where a value is wrong, its own text is left out: a sample may
/// hold a secret, and answers are logged on the way.
fn reason(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Data => {
            let text = error.to_string();
            // The names of fields are ours, or the sender's misspelling of them.
            let named = ["missing field", "unknown field"].iter().any(|of| text.starts_with(of));
            if named { text } else { format!("a value of the wrong type at column {column}") }
        }
        _ => format!("no JSON at line {line}, column {column}"),
    }
}

/// Whether the media type is this one, whatever its parameters.
fn is_of(request: &HttpRequest, media_type: &str) -> bool {
    let header = request.headers().get(CONTENT_TYPE).and_then(|header| header.to_str().ok());
    let essence = header.and_then(|header| header.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(media_type)
}

/// Reads a body, within its limit and its time.
async fn read(payload: web::Payload, max: usize, state: &AppState) -> Result<Bytes, ApiError> {
    let seconds = state.limits.body_timeout_secs;
    let whole = payload.to_bytes_limited(max);
    match tokio::time::timeout(Duration::from_secs(seconds), whole).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(_))) => Err(ApiError::Body("it ends too early".to_owned())),
        Ok(Err(_)) => Err(ApiError::TooLarge(max)),
        Err(_) => Err(ApiError::TooSlow(seconds)),
    }
}
