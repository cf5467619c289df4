//! What is answered to whom the guard does not let in: programs are told why, people are led
//! to where they can sign in.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::ApiError;
use crate::pages;

/// The answer.
pub fn answer(request: &HttpRequest, error: &ApiError) -> HttpResponse {
    let is_page = !request.path().starts_with("/api/") && request.method().is_safe();
    match error {
        ApiError::NoToken if is_page => to_sign_in(request),
        ApiError::Forbidden if is_page => pages::forbidden(),
        error => error.error_response(),
    }
}

/// Leads to the page where one signs in, and from there back.
fn to_sign_in(request: &HttpRequest) -> HttpResponse {
    let back = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let back = utf8_percent_encode(back, NON_ALPHANUMERIC);
    HttpResponse::SeeOther()
        .insert_header((LOCATION, format!("/login?next={back}")))
        .insert_header(("Cache-Control", "no-store"))
        .finish()
}
