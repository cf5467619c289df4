//! Reads a form that uploads a table: bounded in bytes, parts and time, kept in memory.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::HttpRequest;
use actix_web::web::Payload;
use futures::TryStreamExt;

use crate::access::Caller;
use crate::access::caller::FORM_TOKEN;
use crate::error::ApiError;
use crate::state::AppState;

/// Most parts of a form: more than any has.
const MAX_PARTS: usize = 8;

/// Most bytes of a part that is no table.
const MAX_WORD_BYTES: usize = 64;

/// What was uploaded.
#[derive(Default)]
pub struct Upload {
    /// The file that was chosen, or what was pasted; of both, what stands last in the form.
    pub table: Vec<u8>,
    /// What was chosen besides, by the names of the parts.
    words: BTreeMap<&'static str, String>,
}

impl Upload {
    /// What was chosen in a part; nothing where the form has none of it.
    pub fn word(&self, name: &str) -> &str {
        self.words.get(name).map(String::as_str).unwrap_or_default()
    }
}

/// Reads a form of a table of at most so many bytes, and of parts of these names.
pub async fn read(
    request: &HttpRequest,
    payload: Payload,
    state: &AppState,
    words: &[&'static str],
    max_bytes: usize,
) -> Result<Upload, ApiError> {
    let seconds = state.limits.body_timeout_secs;
    let parts = parts_of(Multipart::new(request.headers(), payload), words, max_bytes);
    let whole = tokio::time::timeout(Duration::from_secs(seconds), parts).await;
    let upload = whole.map_err(|_| ApiError::TooSlow(seconds))??;
    // What says that a page of the caller's own login made the form.
    match Caller::let_in(request).made_form(Some(upload.word(FORM_TOKEN))) {
        true => Ok(upload),
        false => Err(ApiError::StaleForm),
    }
}

/// Reads every part.
async fn parts_of(
    mut parts: Multipart,
    words: &[&'static str],
    max_bytes: usize,
) -> Result<Upload, ApiError> {
    let mut upload = Upload::default();
    let mut count = 0;
    while let Some(part) = parts.try_next().await.map_err(broken)? {
        count += 1;
        if count > MAX_PARTS {
            return Err(ApiError::Body("the form has too many parts".to_owned()));
        }
        let name = part.name().unwrap_or_default();
        if matches!(name, "file" | "table") {
            // A file that was not chosen, and a field that nothing was pasted into, are sent empty.
            let bytes = bytes_of(part, max_bytes).await?;
            if !bytes.trim_ascii().is_empty() {
                upload.table = bytes;
            }
            continue;
        }
        let known = words.iter().chain([&FORM_TOKEN]).find(|known| **known == name);
        let known =
            known.ok_or_else(|| ApiError::Body("nobody knows a part of the form".to_owned()))?;
        let bytes = bytes_of(part, MAX_WORD_BYTES).await?;
        upload.words.insert(known, String::from_utf8(bytes).unwrap_or_default());
    }
    Ok(upload)
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
