//! What the forms of these pages do; each is checked as a write to the API is.

use super::*;
use actix_web::ResponseError;
use actix_web::http::header::LOCATION;
use daybook_jobs::people::{self as work, Decision};
use daybook_schema::people;
use daybook_schema::users::parse_public_id;

use crate::api::users::erasure;
use crate::api::{body, users as api};
use crate::error::ApiError;
use crate::state::now_micros;

/// The fields of a form, by name.
struct Fields(Vec<(String, String)>);

impl Fields {
    /// One of them; nothing when it is not there.
    fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(of, _)| of == name);
        found.map_or("", |(_, value)| value.trim())
    }
}

/// Answers `POST /users/{id}`: says what a decision moves, or decides.
pub async fn submit(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let fields = Fields(body::form(&request, payload, &state).await?);
    let Some(id) = parse_public_id(&name) else {
        return Ok(one::unknown(&request));
    };
    let done = match fields.get("action") {
        "merge" => merge(&request, &state, id, &fields).await,
        "split" => split(&request, &state, id, &fields).await,
        "erase" => {
            let actor = Caller::let_in(&request).actor();
            let confirm = fields.get("confirm").to_owned();
            erasure::confirmed(state, id, confirm, actor).await.map(|_| see(id))
        }
        _ => Err(ApiError::Body("expected a form of these pages".to_owned())),
    };
    match done {
        Ok(answer) => Ok(answer),
        Err(error @ (ApiError::Unavailable | ApiError::Busy)) => Err(error),
        Err(error) => {
            let page = decide::refused(&Caller::let_in(&request), id, &error.to_string());
            Ok(answer_with(&request, error.status_code(), page))
        }
    }
}

/// Merges a user into this one.
async fn merge(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    into: i64,
    fields: &Fields,
) -> Result<HttpResponse, ApiError> {
    let wanted = fields.get("user").to_owned();
    let user = match parse_public_id(&wanted) {
        Some(user) => user,
        None => {
            let email = crate::api::query::email(&wanted)?;
            let state = state.clone();
            let found = web::block(move || state.store.read(|conn| people::by_email(conn, &email)));
            found.await??.ok_or_else(|| api::unknown(&wanted))?.id
        }
    };
    let wanted = public_id(user);
    let decision = Decision::Merge { user, into };
    decided(request, state, into, decision, ("merge", &[("user", &wanted)], fields)).await
}

/// Splits an identity off.
async fn split(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    user: i64,
    fields: &Fields,
) -> Result<HttpResponse, ApiError> {
    let identity = fields.get("identity");
    let decision = api::split_of(state, user, identity).await?;
    decided(request, state, user, decision, ("split", &[("identity", identity)], fields)).await
}

/// Decides when somebody is sure; else says what would move.
async fn decided(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    id: i64,
    decision: Decision,
    (action, again, fields): (&str, &[(&str, &str)], &Fields),
) -> Result<HttpResponse, ApiError> {
    let caller = Caller::let_in(request);
    let (of, actor) = (state.clone(), caller.actor());
    if fields.get("sure") == "yes" {
        let deciding = move || work::decide(&of.store, &of.keys, &decision, &actor, now_micros());
        web::block(deciding).await??;
        return Ok(see(id));
    }
    let outcome = web::block(move || work::preview(&of.store, &of.keys, &decision)).await??;
    let page = decide::preview(&caller, (id, action), again, &outcome);
    Ok(answer_with(request, StatusCode::OK, page))
}

/// Goes to a user's page.
fn see(id: i64) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path_of(id))).finish()
}
