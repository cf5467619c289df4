//! `GET /api/v1/users/{id}/export`: all that is stored about one person.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpRequest, HttpResponse, web};
use daybook_jobs::people::export;
use daybook_schema::users::{self, public_id};
use daybook_schema::{audit_log, decisions};

use super::{id, unknown};
use crate::access::Caller;
use crate::error::ApiError;
use crate::state::{AppState, now_micros};

/// All of it as one JSON file; that it was asked for is written down.
pub async fn export(
    request: HttpRequest,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let user = id(&name)?;
    let entry = Caller::let_in(&request).did("user.export", public_id(user), "");
    let found = web::block(move || {
        let is_there = state.store.read(|conn| users::by_id(conn, &[user]))?.pop().is_some();
        if !is_there {
            return Ok(None);
        }
        state.store.write(|conn| audit_log::record(conn, &entry, now_micros()))?;
        let exported = state.store.read(|conn| {
            let decided = decisions::load(conn)?;
            export::of_user(conn, &state.keys, &decided, user)
        });
        exported.map(Some)
    })
    .await??;
    let document = found.ok_or_else(|| unknown(&name))?;
    let file = format!("attachment; filename=\"{}.json\"", public_id(user));
    Ok(HttpResponse::Ok().insert_header((CONTENT_DISPOSITION, file)).json(document))
}
