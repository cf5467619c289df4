//! `/api/v1/connections`: who reports, what is said of them, and what is kept of it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use daybook_schema::connections::{self as rows, Change, Connection, parse_public_id, public_id};
use daybook_schema::ingest_tokens::{self, IngestToken};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::detections::time;
use super::{body, health};
use crate::access::Caller;
use crate::connections::health::State;
use crate::connections::{self, MadeToken, NotDone};
use crate::error::ApiError;
use crate::state::AppState;

/// Where they are listed.
const PATH: &str = "/api/v1/connections";

/// What `POST` and `PATCH` take: what is left out stays, `null` takes away.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    name: Option<String>,
    identity_order: Option<String>,
    only_needed: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    deployment_kind: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    customer_type: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    subscription_type: Option<Option<String>>,
}

/// A field that is there: `null` is something else than nothing.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(from).map(Some)
}

impl From<Settings> for Change {
    fn from(settings: Settings) -> Change {
        Change {
            name: settings.name,
            identity_order: settings.identity_order,
            only_needed: settings.only_needed,
            deployment_kind: settings.deployment_kind,
            customer_type: settings.customer_type,
            subscription_type: settings.subscription_type,
        }
    }
}

/// Every connection.
pub async fn list(state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    let rows = web::block(move || state.store.read(rows::all)).await??;
    let data: Vec<Value> = rows.iter().map(shown).collect();
    Ok(HttpResponse::Ok().json(json!({ "data": data })))
}

/// One connection, with its tokens (not their text) and how it is.
pub async fn one(
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let (id, now) = (id(&name)?, Utc::now());
    let found = web::block(move || {
        state.store.read(|conn| {
            let tokens = ingest_tokens::of_connection(conn, id)?;
            let health = State::load(conn, id, now)?;
            Ok(rows::by_id(conn, id)?.map(|row| (row, tokens, health)))
        })
    })
    .await??;
    let (row, tokens, health) = found.ok_or_else(|| unknown(&name))?;
    let tokens = tokens.iter().map(shown_token).collect();
    let whole = with(with(shown(&row), "tokens", tokens), "health", health::shown(&health, now));
    Ok(HttpResponse::Ok().json(whole))
}

/// Makes a connection with its first token.
pub async fn add(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let settings: Settings = body::json(&request, payload, &state).await?;
    let actor = Caller::let_in(&request).actor();
    let made =
        web::block(move || connections::create(&state.store, &state.seal, settings.into(), &actor))
            .await??;
    Ok(HttpResponse::build(StatusCode::CREATED)
        .insert_header(("Location", format!("{PATH}/{}", public_id(made.connection.id))))
        .insert_header(("Cache-Control", "no-store"))
        .json(with(shown(&made.connection), "ingest_token", made.token.text.into())))
}

/// Changes what is said of a connection.
pub async fn change(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let settings: Settings = body::json(&request, payload, &state).await?;
    let (id, actor) = (id(&name)?, Caller::let_in(&request).actor());
    let changed =
        web::block(move || connections::change(&state.store, id, settings.into(), &actor)).await?;
    Ok(HttpResponse::Ok().json(shown(&changed.map_err(|reason| of(reason, &name))?)))
}

/// The id behind a public one.
pub(super) fn id(name: &str) -> Result<i32, ApiError> {
    parse_public_id(name).ok_or_else(|| unknown(name))
}

/// The error with the connection's own name in it, where that is what is wrong.
pub(super) fn of(reason: NotDone, name: &str) -> ApiError {
    match reason {
        NotDone::NoConnection => unknown(name),
        other => other.into(),
    }
}

/// There is no connection of this id.
pub fn unknown(name: &str) -> ApiError {
    let name = name.chars().take(48).collect();
    ApiError::Unknown { what: "connection", name, path: PATH }
}

/// A connection as it is published. Its tokens are no part of it.
pub fn shown(row: &Connection) -> Value {
    json!({
        "id": public_id(row.id),
        "name": row.name,
        "deployment_kind": row.deployment_kind,
        "customer_type": row.customer_type,
        "subscription_type": row.subscription_type,
        "identity_order": row.identity_order,
        "only_needed": row.only_needed,
        "created_at": time(row.created_at),
    })
}

/// A token as it is published: never its text or hash.
pub fn shown_token(row: &IngestToken) -> Value {
    json!({
        "id": row.id,
        "label": row.label,
        "created_at": time(row.created_at),
        "last_used_at": row.last_used_at.map(time),
        "revoked_at": row.revoked_at.map(time),
    })
}

/// A token that was just made, with its text.
pub fn made_token(made: &MadeToken) -> Value {
    json!({
        "id": made.id,
        "label": made.label,
        "created_at": time(made.created_at),
        "ingest_token": made.text,
    })
}

/// An object with one more field.
fn with(mut object: Value, name: &str, value: Value) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
    object
}

impl From<NotDone> for ApiError {
    fn from(reason: NotDone) -> ApiError {
        match reason {
            NotDone::NameTaken(name) => ApiError::ConnectionName(name),
            NotDone::Store(error) => error.into(),
            NotDone::Broken(error) => {
                tracing::error!(%error, "a token could not be made");
                ApiError::Unavailable
            }
            NotDone::NoConnection | NotDone::NoToken => ApiError::NotFound,
            NotDone::Name | NotDone::Label | NotDone::Choice { .. } => {
                ApiError::Body(reason.to_string())
            }
            other => ApiError::Conflict(other.to_string()),
        }
    }
}
