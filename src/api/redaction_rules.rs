//! `GET /api/v1/redaction-rules`: the built-in rules.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::access;
use crate::error::ApiError;
use crate::ingest::catalogue::{self, Family};
use crate::state::AppState;

/// The catalogue.
pub async fn list(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    access::reader(&request, &state).await?;
    let rules: Vec<Value> = catalogue::families().iter().flat_map(of_family).collect();
    Ok(HttpResponse::Ok().json(json!({ "data": rules })))
}

/// The rules of a family as they are published.
fn of_family(family: &Family) -> Vec<Value> {
    let published = family.rules.iter().map(|rule| {
        json!({
            "id": rule.id,
            "group": family.name,
            "catches": rule.catches,
            "spares": rule.spares,
            "on_by_default": family.on_by_default,
        })
    });
    published.collect()
}
