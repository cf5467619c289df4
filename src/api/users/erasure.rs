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
    let number = confirmed(state, user, confirm, actor).await?;
    Ok(HttpResponse::build(StatusCode::ACCEPTED)
        .json(json!({ "id": public_id(user), "name": erasures::name(number) })))
}

/// Erases a user when what was typed to confirm it is right; their number.
pub async fn confirmed(
    state: web::Data<AppState>,
    user: i64,
    confirm: String,
    actor: String,
) -> Result<i64, ApiError> {
    web::block(move || {
        let found = state.store.read(|conn| users::by_id(conn, &[user]))?.pop();
        let expected = found.ok_or_else(|| unknown(&public_id(user)))?.email;
        if confirm.trim() != expected.unwrap_or_else(|| public_id(user)) {
            return Err(ApiError::Conflict(
                "`confirm` has to be the email of the user, or the id of who has none".to_owned(),
            ));
        }
        Ok(erase::erase(&state.store, &state.keys, user, &actor, now_micros())?)
    })
    .await?
}

/// An erasure as the API shows it.
pub fn shown(erasure: &Erasure) -> Value {
    json!({
        "number": erasure.number,
        "at": time(erasure.erased_at),
        "telemetry_cleaned": erasure.pending.is_none(),
    })
}
