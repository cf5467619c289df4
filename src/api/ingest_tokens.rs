//! `/api/v1/connections/{id}/tokens`: what a connection's developers report with.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::body;
use super::connections::{id, made_token, of};
use crate::access::Caller;
use crate::connections::{self, NotDone};
use crate::error::ApiError;
use crate::state::AppState;

/// What `POST` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    #[serde(default)]
    label: String,
}

/// Makes a token; its text is in the answer, and can be asked for again.
pub async fn add(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let Add { label } = body::json(&request, payload, &state).await?;
    let (id, actor) = (id(&name)?, Caller::let_in(&request).actor());
    let made =
        web::block(move || connections::add_token(&state.store, &state.seal, id, &label, &actor))
            .await?;
    let made = made.map_err(|reason| of(reason, &name))?;
    Ok(HttpResponse::build(StatusCode::CREATED)
        .insert_header(("Cache-Control", "no-store"))
        .json(made_token(&made)))
}

/// The text of a token, for who may change things.
pub async fn text(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let (name, token) = path.into_inner();
    let (id, of_id, actor) = (id(&name)?, token.clone(), Caller::let_in(&request).actor());
    let text =
        web::block(move || connections::token_text(&state.store, &state.seal, id, &of_id, &actor))
            .await?;
    let text = text.map_err(|reason| of_token(reason, &name, &token))?;
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(json!({"id": token, "ingest_token": text})))
}

/// Revokes a token: every process refuses it within 5 seconds.
pub async fn revoke(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let (name, token) = path.into_inner();
    let (id, of_id, actor) = (id(&name)?, token.clone(), Caller::let_in(&request).actor());
    let revoked =
        web::block(move || connections::revoke_token(&state.store, id, &of_id, &actor)).await?;
    revoked.map_err(|reason| of_token(reason, &name, &token))?;
    Ok(HttpResponse::NoContent().finish())
}

/// The error with the token's id in it, where that is what is wrong.
fn of_token(reason: NotDone, connection: &str, token: &str) -> ApiError {
    match reason {
        NotDone::NoToken => {
            let name = token.chars().take(48).collect();
            ApiError::Unknown { what: "token", name, path: "/api/v1/connections/{id}" }
        }
        other => of(other, connection),
    }
}
