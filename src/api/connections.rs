//! `/api/v1/connections`: who reports, and what is kept of it.

use actix_web::{HttpRequest, HttpResponse, web};
use daybook_schema::connections::{self, Connection, parse_public_id, public_id};
use serde::Deserialize;
use serde_json::{Value, json};

use super::detections::time;
use super::{access, body};
use crate::error::ApiError;
use crate::state::AppState;

/// What `PATCH` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    only_needed: bool,
}

/// Every connection.
pub async fn list(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    access::reader(&request, &state).await?;
    let rows = web::block(move || state.store.read(connections::all)).await??;
    let data: Vec<Value> = rows.iter().map(shown).collect();
    Ok(HttpResponse::Ok().json(json!({ "data": data })))
}

/// Says whether only attributes that are counted by are kept.
pub async fn change(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    access::writer(&request, &state).await?;
    let Change { only_needed } = body::json(&request, payload, &state).await?;
    let id = parse_public_id(&name).ok_or_else(|| unknown(&name))?;
    let found = web::block(move || {
        state.store.write(|conn| {
            connections::set_only_needed(conn, id, only_needed)?;
            Ok(connections::all(conn)?.into_iter().find(|row| row.id == id))
        })
    })
    .await??;
    Ok(HttpResponse::Ok().json(shown(&found.ok_or_else(|| unknown(&name))?)))
}

/// There is no connection of this id.
fn unknown(name: &str) -> ApiError {
    let name = name.chars().take(48).collect();
    ApiError::Unknown { what: "connection", name, path: "/api/v1/connections" }
}

/// A connection as it is published. Its tokens are no part of it.
pub fn shown(row: &Connection) -> Value {
    json!({
        "id": public_id(row.id),
        "name": row.name,
        "identity_order": row.identity_order,
        "only_needed": row.only_needed,
        "created_at": time(row.created_at),
    })
}
