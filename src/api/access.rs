//! Checks of a handler beside the guard of its route.

use actix_web::{HttpRequest, web};

use crate::access::{Who, check};
use crate::error::ApiError;
use crate::state::AppState;

/// Lets in who may see everybody's figures.
pub async fn reader(request: &HttpRequest, state: &web::Data<AppState>) -> Result<(), ApiError> {
    check(Who::Figures, request, state).await.map(drop)
}

/// Lets in who may change what is shown.
pub async fn writer(request: &HttpRequest, state: &web::Data<AppState>) -> Result<(), ApiError> {
    check(Who::Admin, request, state).await.map(drop)
}
