//! `GET /api/v1/me`: all that is stored about who asks, as one file of JSON.

use actix_web::{HttpRequest, HttpResponse, web};
use daybook_jobs::people::export;
use daybook_schema::store::StoreConnection;
use daybook_schema::{QueryResult, audit_log, decisions, people};
use serde_json::Value;

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
        state.store.read(|conn| {
            let stored = stored(conn, &state, &account.email)?;
            Ok((About::load(conn, account, basis, days)?.published(), stored))
        })
    });
    let (mut about, stored) = about.await??;
    if let Some(fields) = about.as_object_mut() {
        fields.insert("stored".to_owned(), stored);
    }
    Ok(HttpResponse::Ok()
        .insert_header(("Content-Disposition", "attachment; filename=\"daybook-about-me.json\""))
        .insert_header(("Cache-Control", "no-store"))
        .json(about))
}

/// Everything that names them or tells of them, as `GET /api/v1/users/ID/export` has it; `null`
/// where no telemetry named them.
fn stored(
    connection: &mut StoreConnection<'_>,
    state: &AppState,
    email: &str,
) -> QueryResult<Value> {
    let owner = people::owner_email(connection, email)?;
    let Some(user) = people::by_email(connection, &owner)? else {
        return Ok(Value::Null);
    };
    let decided = decisions::load(connection)?;
    export::of_user(connection, &state.keys, &decided, user.id)
}
