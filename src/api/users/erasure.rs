//! `POST /api/v1/users/{id}/erase`: who somebody is goes; figures stay under a number.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use daybook_jobs::people::erase;
use daybook_schema::erasures::{self, Erasure};
use daybook_schema::users::{self, public_id};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{id, unknown};
use crate::access::Caller;
use crate::api::body;
use crate::api::detections::time;
use crate::error::ApiError;
use crate::state::{AppState, now_micros};

/// What it takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Erase {
    /// The user's email; the id of who has none. There is no way back.
    confirm: String,
}

/// Erases a user. The answer comes when nothing shows the person any more; kept telemetry is
/// gone through after it.
pub async fn erase(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let Erase { confirm } = body::json(&request, payload, &state).await?;
    let (user, actor) = (id(&name)?, Caller::let_in(&request).actor());
    let number = web::block(move || {
        let found = state.store.read(|conn| users::by_id(conn, &[user]))?.pop();
        let expected = found.ok_or_else(|| unknown(&name))?.email;
        if confirm.trim() != expected.unwrap_or_else(|| public_id(user)) {
            return Err(ApiError::Conflict(
                "`confirm` has to be the email of the user, or the id of who has none".to_owned(),
            ));
        }
        Ok(erase::erase(&state.store, &state.keys, user, &actor, now_micros())?)
    })
    .await??;
    Ok(HttpResponse::build(StatusCode::ACCEPTED)
        .json(json!({ "id": public_id(user), "name": erasures::name(number) })))
}

/// An erasure as the API shows it.
pub fn shown(erasure: &Erasure) -> Value {
    json!({
        "number": erasure.number,
        "at": time(erasure.erased_at),
        "telemetry_cleaned": erasure.pending.is_none(),
    })
}
