//! Reads the form of the page: bounded in bytes, parts and time, kept in memory.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::HttpRequest;
use actix_web::web::Payload;
use daybook_jobs::teams::Mode;
use futures::TryStreamExt;

use crate::access::Caller;
use crate::access::caller::FORM_TOKEN;
use crate::error::ApiError;
use crate::state::AppState;
use crate::teams::MAX_BYTES;

/// Most parts of the form: more than it has.
const MAX_PARTS: usize = 8;

/// Most bytes of a part that is no table.
const MAX_WORD_BYTES: usize = 64;

/// What was uploaded.
#[derive(Default)]
pub(super) struct Upload {
    pub(super) table: Vec<u8>,
    pub(super) mode: Mode,
    /// Whether it is to be taken in; else it is only looked at.
    pub(super) is_sure: bool,
    /// What says that a page of the caller's own login made the form.
    form_token: String,
}

/// Reads the form.
pub(super) async fn read(
    request: &HttpRequest,
    payload: Payload,
    state: &AppState,
) -> Result<Upload, ApiError> {
    let seconds = state.limits.body_timeout_secs;
    let parts = Multipart::new(request.headers(), payload);
    let whole = tokio::time::timeout(Duration::from_secs(seconds), parts_of(parts)).await;
    let upload = whole.map_err(|_| ApiError::TooSlow(seconds))??;
    match Caller::let_in(request).made_form(Some(&upload.form_token)) {
        true => Ok(upload),
        false => Err(ApiError::StaleForm),
    }
}

/// Reads every part.
async fn parts_of(mut parts: Multipart) -> Result<Upload, ApiError> {
    let mut upload = Upload::default();
    let mut count = 0;
    while let Some(part) = parts.try_next().await.map_err(broken)? {
        count += 1;
        if count > MAX_PARTS {
            return Err(ApiError::Body("the form has too many parts".to_owned()));
        }
        match part.name().unwrap_or_default() {
            // A file that was not chosen, and a field that nothing was pasted into, are sent empty.
            "file" | "table" => {
                let bytes = bytes_of(part, MAX_BYTES).await?;
                if !bytes.trim_ascii().is_empty() {
                    upload.table = bytes;
                }
            }
            "mode" => upload.mode = mode(&bytes_of(part, MAX_WORD_BYTES).await?)?,
            "sure" => upload.is_sure = bytes_of(part, MAX_WORD_BYTES).await? == b"yes",
            FORM_TOKEN => {
                let bytes = bytes_of(part, MAX_WORD_BYTES).await?;
                upload.form_token = String::from_utf8(bytes).unwrap_or_default();
            }
            _ => return Err(ApiError::Body("nobody knows a part of the form".to_owned())),
        }
    }
    Ok(upload)
}

/// What becomes of what stood before.
fn mode(word: &[u8]) -> Result<Mode, ApiError> {
    [Mode::Amend, Mode::Replace]
        .into_iter()
        .find(|mode| mode.name().as_bytes() == word)
        .ok_or_else(|| ApiError::Body("expected `amend` or `replace`".to_owned()))
}

/// Reads a part.
async fn bytes_of(mut part: Field, max: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.try_next().await.map_err(broken)? {
        if bytes.len() + chunk.len() > max {
            return Err(ApiError::TooLarge(max));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The form is none, or ends too early.
fn broken(error: impl std::fmt::Display) -> ApiError {
    tracing::debug!(%error, "a form could not be read");
    ApiError::Body("expected a form of these pages, whole".to_owned())
}
