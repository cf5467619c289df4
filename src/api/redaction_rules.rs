//! `GET /api/v1/redaction-rules`: the built-in rules.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::ingest::catalogue::{self, Family};

/// The catalogue.
pub async fn list() -> Result<HttpResponse, ApiError> {
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
