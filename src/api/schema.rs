//! `GET /api/v1/schema`: every published table and column, with type, unit, meaning, source.

use actix_web::{HttpRequest, HttpResponse, web};
use daybook_schema::published;

use super::access;
use crate::error::ApiError;
use crate::state::AppState;

/// The published schema.
pub async fn schema(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    access::reader(&request, &state).await?;
    Ok(HttpResponse::Ok().json(published::tables()))
}
