//! `/api/v1/redaction-patterns`: the organization's own patterns, and a tester of them.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use daybook_schema::redaction_patterns::{self, RedactionPattern};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body;
use super::detections::time;
use crate::access::Caller;
use crate::error::ApiError;
use crate::ingest::patterns::{self, Change, NewPattern, NotAdded};
use crate::state::{AppState, now_micros};

/// Where they are listed.
const PATH: &str = "/api/v1/redaction-patterns";

/// What `POST` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    name: String,
    pattern: String,
    /// Whether it may match ordinary text.
    #[serde(default)]
    confirm: bool,
}

/// What `PATCH` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    enabled: bool,
}

/// What the tester takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    pattern: String,
    sample: String,
}

/// Every pattern.
pub async fn list(state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    let rows = web::block(move || state.store.read(redaction_patterns::all)).await??;
    let data: Vec<Value> = rows.iter().map(shown).collect();
    Ok(HttpResponse::Ok().json(json!({ "data": data })))
}

/// Adds a pattern.
pub async fn add(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let Add { name, pattern, confirm } = body::json(&request, payload, &state).await?;
    let new = NewPattern { name, pattern, confirmed: confirm };
    let actor = Caller::let_in(&request).actor();
    let add = move || patterns::add(&state.store, &new, &actor, now_micros());
    let added = web::block(add).await??;
    Ok(HttpResponse::build(StatusCode::CREATED)
        .insert_header(("Location", format!("{PATH}/{}", added.name)))
        .json(shown(&added)))
}

/// Switches a pattern on or off.
pub async fn switch(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let Switch { enabled } = body::json(&request, payload, &state).await?;
    let (name, actor) = (name.into_inner(), Caller::let_in(&request).actor());
    let change = if enabled { Change::Enable } else { Change::Disable };
    let found = web::block(move || {
        patterns::change(&state.store, &name, change, &actor, now_micros())?;
        let all = state.store.read(redaction_patterns::all)?;
        let found = all.into_iter().find(|row| row.name == name);
        Ok::<_, ApiError>(found.ok_or(name))
    })
    .await??;
    Ok(HttpResponse::Ok().json(shown(&found.map_err(unknown)?)))
}

/// Deletes a pattern.
pub async fn delete(
    request: HttpRequest,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let (name, actor) = (name.into_inner(), Caller::let_in(&request).actor());
    let of = name.clone();
    let delete = move || patterns::change(&state.store, &of, Change::Delete, &actor, now_micros());
    if web::block(delete).await?? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(unknown(name))
    }
}

/// Tries a pattern on a sample; nothing is kept.
pub async fn test(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let Test { pattern, sample } = body::json(&request, payload, &state).await?;
    let tried = web::block(move || patterns::try_out(&pattern, &sample).map(|it| (it, sample)));
    let (tried, sample) = tried.await??;
    let matches: Vec<Value> = tried
        .matches
        .iter()
        .map(|at| json!({"start": at.start, "end": at.end, "text": sample.get(at.clone())}))
        .collect();
    Ok(HttpResponse::Ok().json(json!({
        "matches": matches,
        "redacted": tried.redacted,
        "ordinary": tried.ordinary,
    })))
}

/// There is no pattern of this name.
pub fn unknown(name: String) -> ApiError {
    let name = name.chars().take(48).collect();
    ApiError::Unknown { what: "pattern", name, path: PATH }
}

/// A pattern as it is published.
pub fn shown(row: &RedactionPattern) -> Value {
    json!({
        "name": row.name,
        "pattern": row.pattern,
        "enabled": row.enabled,
        "created_at": time(row.created_at),
        "rescan_from": row.rescan_from,
        "rescan_found": row.rescan_found,
    })
}

impl From<NotAdded> for ApiError {
    fn from(reason: NotAdded) -> ApiError {
        match reason {
            NotAdded::Wrong(error) => ApiError::Pattern(error),
            NotAdded::Ordinary(ordinary) => ApiError::Ordinary(ordinary),
            NotAdded::NameTaken(name) => ApiError::NameTaken(name),
            NotAdded::TooMany(most) => ApiError::TooManyPatterns(most),
            NotAdded::Store(error) => error.into(),
        }
    }
}

impl From<patterns::NotTried> for ApiError {
    fn from(reason: patterns::NotTried) -> ApiError {
        match reason {
            patterns::NotTried::Wrong(error) => ApiError::Pattern(error),
            long @ patterns::NotTried::SampleTooLong => ApiError::Body(long.to_string()),
        }
    }
}
