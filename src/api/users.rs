//! `/api/v1/users`: who is counted, what names them, and who decides that.

pub mod unattributed;
pub mod export;
pub mod erasure;

use actix_web::{HttpRequest, HttpResponse, web};
use daybook_jobs::people::identities::{self, Identity};
use daybook_jobs::people::{self, Decision, NotDecided, Outcome};
use daybook_schema::decisions::{self, Decisions};
use daybook_schema::people::{self as rows, Totals};
use daybook_schema::users::{self, User, parse_public_id, public_id};
use daybook_schema::{audit_log, erasures};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body;
use super::detections::time;
use super::query::{self, pairs};
use crate::access::Caller;
use crate::error::ApiError;
use crate::state::{AppState, now_micros};

/// Where they are listed.
const PATH: &str = "/api/v1/users";

/// Users of a page unless `limit` says otherwise, and the most it may say.
const DEFAULT_LIMIT: i64 = 100;
const MAX_LIMIT: i64 = 1000;

/// What a merge takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Merge {
    /// Whose usage comes.
    user: String,
    /// Only says what would move.
    #[serde(default)]
    preview: bool,
}

/// What a split takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Split {
    /// Only says what would move.
    #[serde(default)]
    preview: bool,
}

/// Users with what they did in all, in order of ids; `user` asks for one email.
pub async fn list(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let (mut after, mut limit, mut email) = (None, DEFAULT_LIMIT, None);
    for (name, value) in pairs(request.query_string()) {
        match name.as_str() {
            "cursor" => after = Some(id(&value)?),
            "limit" => limit = query::limit_up_to(&value, MAX_LIMIT)?,
            "user" => email = Some(query::user(&value)?),
            _ => return Err(ApiError::parameter(name, "user, limit or cursor", "limit")),
        }
    }
    let (found, totals, decided) = web::block(move || {
        state.store.read(|conn| {
            let found = match &email {
                Some(email) => rows::by_email(conn, email)?.into_iter().collect(),
                None => rows::page(conn, after, limit.saturating_add(1))?,
            };
            let ids: Vec<i64> = found.iter().map(|user| user.id).collect();
            Ok((found, rows::totals(conn, &ids)?, decisions::load(conn)?))
        })
    })
    .await??;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let next = found.get(shown).and_then(|_| found.get(shown.saturating_sub(1)));
    let data: Vec<Value> = found
        .iter()
        .take(shown)
        .map(|user| of_user(user, totals.get(&user.id), &decided))
        .collect();
    let next_cursor = next.map(|user| public_id(user.id));
    Ok(HttpResponse::Ok().json(json!({ "data": data, "next_cursor": next_cursor })))
}

/// One user, with everything that names them.
pub async fn one(
    request: HttpRequest,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let user_id = id(&name)?;
    let caller = Caller::let_in(&request);
    let found = web::block(move || {
        let entry = caller.did("user.view", public_id(user_id), "");
        state.store.write(|conn| {
            let Some(user) = users::by_id(conn, &[user_id])?.pop() else {
                return Ok(None);
            };
            let decided = decisions::load(conn)?;
            let totals = rows::totals(conn, &[user_id])?;
            let named = identities::of_user(conn, &state.keys, &decided, user_id)?;
            let erased = erasures::of_user(conn, user_id)?;
            audit_log::record(conn, &entry, now_micros())?;
            Ok(Some((user, totals, decided, named, erased)))
        })
    })
    .await??;
    let (user, totals, decided, named, erased) = found.ok_or_else(|| unknown(&name))?;
    let mut shown = of_user(&user, totals.get(&user.id), &decided);
    let merged = decided.all_of(user.id).into_iter().filter(|from| *from != user.id);
    let merged: Vec<String> = merged.map(public_id).collect();
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("identities".to_owned(), named.iter().map(of_identity).collect());
        fields.insert("merged_users".to_owned(), json!(merged));
        fields.insert("erasure".to_owned(), json!(erased.as_ref().map(erasure::shown)));
    }
    Ok(HttpResponse::Ok().json(shown))
}

/// Gives the usage of another user to this one.
pub async fn merge(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let Merge { user, preview } = body::json(&request, payload, &state).await?;
    let decision = Decision::Merge { user: id(&user)?, into: id(&name)? };
    decided(&request, state, decision, preview).await
}

/// Says that an identity is not this user's.
pub async fn split(
    request: HttpRequest,
    payload: web::Payload,
    path: web::Path<(String, String)>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let Split { preview } = body::json(&request, payload, &state).await?;
    let (name, identity) = path.into_inner();
    let decision = split_of(&state, id(&name)?, &identity).await?;
    decided(&request, state, decision, preview).await
}

/// The decision that an identity is not a user's.
pub async fn split_of(
    state: &web::Data<AppState>,
    user: i64,
    identity: &str,
) -> Result<Decision, ApiError> {
    let wanted = identity_id(identity).ok_or_else(|| unknown(identity))?;
    let reading = state.clone();
    let named = web::block(move || {
        reading.store.read(|conn| {
            let decided = decisions::load(conn)?;
            identities::of_user(conn, &reading.keys, &decided, user)
        })
    })
    .await??;
    let found = named.into_iter().find(|row| row.id == wanted).ok_or_else(|| unknown(identity))?;
    Ok(Decision::Split { user, kind: found.kind, value: found.value })
}

/// Decides, or says what that would do.
async fn decided(
    request: &HttpRequest,
    state: web::Data<AppState>,
    decision: Decision,
    preview: bool,
) -> Result<HttpResponse, ApiError> {
    let actor = Caller::let_in(request).actor();
    let outcome = web::block(move || match preview {
        true => people::preview(&state.store, &state.keys, &decision),
        false => people::decide(&state.store, &state.keys, &decision, &actor, now_micros()),
    })
    .await??;
    Ok(HttpResponse::Ok().json(of_outcome(&outcome, preview)))
}

/// A user as the API shows them.
fn of_user(user: &User, totals: Option<&Totals>, decided: &Decisions) -> Value {
    let totals = totals.copied().unwrap_or_default();
    let owner = decided.owner(user.id);
    json!({
        "id": public_id(user.id),
        "email": user.email,
        "name": user.name,
        "stand_in": user.stand_in,
        "merged_into": (owner != user.id).then(|| public_id(owner)),
        "sessions": totals.sessions,
        "first_time": totals.first_time.map(time),
        "last_time": totals.last_time.map(time),
        "input_tokens": totals.input_tokens,
        "output_tokens": totals.output_tokens,
        "cache_read_tokens": totals.cache_read_tokens,
        "cache_creation_tokens": totals.cache_creation_tokens,
        "cost_micros": totals.cost_micros,
    })
}

/// An identity as the API shows it.
fn of_identity(row: &Identity) -> Value {
    json!({
        "id": format!("idn_{:016x}", row.id.cast_unsigned()),
        "kind": row.kind,
        "value": row.value,
        "origin": row.origin.name(),
        "of": public_id(row.of),
        "first_time": row.first_time.map(time),
        "attributes": row.attributes,
        "split": row.split,
    })
}

/// What a decision moves, as the API shows it.
fn of_outcome(outcome: &Outcome, preview: bool) -> Value {
    let moves: Vec<Value> = outcome
        .moves
        .iter()
        .map(|it| {
            json!({
                "from": public_id(it.from),
                "to": public_id(it.to),
                "sessions": it.sessions,
                "first_time": time(it.first_time),
                "last_time": time(it.last_time),
            })
        })
        .collect();
    json!({ "preview": preview, "moves": moves, "days": outcome.days })
}

/// A user's id.
fn id(text: &str) -> Result<i64, ApiError> {
    parse_public_id(text).ok_or_else(|| unknown(text))
}

/// The id of an identity.
fn identity_id(text: &str) -> Option<i64> {
    let digits = text.strip_prefix("idn_").filter(|digits| digits.len() == 16)?;
    u64::from_str_radix(digits, 16).ok().map(u64::cast_signed)
}

/// There is nobody of this id, or nothing.
pub fn unknown(name: &str) -> ApiError {
    let what = if name.starts_with("idn_") { "identity" } else { "user" };
    ApiError::Unknown { what, name: name.chars().take(48).collect(), path: PATH }
}

impl From<NotDecided> for ApiError {
    fn from(reason: NotDecided) -> ApiError {
        match reason {
            NotDecided::Unknown(name) => unknown(&name),
            NotDecided::Store(error) => error.into(),
            NotDecided::Save(error) => {
                tracing::error!(%error, "what was decided could not be saved");
                ApiError::Unavailable
            }
            other => ApiError::Conflict(other.to_string()),
        }
    }
}
