//! `GET /api/v1/schema`: every published table and column, with type, unit, meaning, source.

use actix_web::HttpResponse;
use daybook_schema::published;

use crate::error::ApiError;

/// The published schema.
pub async fn schema() -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(published::tables()))
}
