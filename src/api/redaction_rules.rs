//! `GET /api/v1/redaction-rules`: the built-in rules.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::access;
use crate::error::ApiError;
use crate::ingest::rules;
use crate::state::AppState;

/// The catalogue.
pub async fn list(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    access::reader(&request, &state).await?;
    let rules: Vec<Value> = rules::all()
        .map(|rule| {
            json!({
                "id": rule.id,
                "group": rule.group.name(),
                "catches": rule.catches,
                "spares": rule.spares,
                "on_by_default": true,
            })
        })
        .collect();
    Ok(HttpResponse::Ok().json(json!({ "data": rules })))
}
