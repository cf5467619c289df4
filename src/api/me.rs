//! `GET /api/v1/me`: all that is stored about who asks, as one file of JSON.

use actix_web::{HttpRequest, HttpResponse, web};
use daybook_schema::audit_log;

use crate::about::About;
use crate::access::Caller;
use crate::error::ApiError;
use crate::state::{AppState, now_micros};

/// Answers with the file. That it was taken away is written down.
pub async fn about(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let caller = Caller::let_in(&request);
    let account = caller.signed_in().ok_or(ApiError::Forbidden)?.account.clone();
    let taken = caller.did("figures.export", format!("user:{}", account.email), "me");
    let about = web::block(move || {
        state.store.write(|conn| audit_log::record(conn, &taken, now_micros()))?;
        let (basis, days) = (state.basis(), state.detection_days);
        state.store.read(|conn| About::load(conn, account, basis, days))
    });
    Ok(HttpResponse::Ok()
        .insert_header(("Content-Disposition", "attachment; filename=\"daybook-about-me.json\""))
        .insert_header(("Cache-Control", "no-store"))
        .json(about.await??.published()))
}
