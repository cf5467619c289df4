//! What the forms of this page do. Each is checked as a write to the API is.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;

use super::draft::{Draft, Outcome};
use super::view::SecurityView;
use super::{PATH, render};
use crate::access::Caller;
use crate::api::{body, redaction_patterns::unknown};
use crate::dashboard::{answer, answer_with};
use crate::error::ApiError;
use crate::ingest::patterns::{self, Change, NewPattern, NotAdded};
use crate::state::{AppState, now_micros};

/// Answers `POST /security/patterns`: tries a pattern, or adds it.
pub async fn submit(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let (mut draft, mut action) = (Draft::default(), String::new());
    for (name, value) in body::form(&request, payload, &state).await? {
        match name.as_str() {
            "name" => draft.name = value.trim().to_owned(),
            "pattern" => draft.pattern = value,
            // Browsers send every line break as two characters.
            "sample" => draft.sample = value.replace("\r\n", "\n"),
            "confirm" => draft.confirmed = value == "yes",
            "action" => action = value,
            unknown => {
                let shown: String = unknown.chars().take(40).collect();
                return Err(ApiError::Body(format!("nobody knows the field `{shown}`")));
            }
        }
    }
    let status = match action.as_str() {
        "test" => try_out(&mut draft).await?,
        "add" => match add(&mut draft, &request, &state).await? {
            StatusCode::CREATED => return Ok(see_patterns()),
            refused => refused,
        },
        _ => return Err(ApiError::Body("expected `action` to be `test` or `add`".to_owned())),
    };
    with_draft(&request, &state, status, draft).await
}

/// Answers `POST /security/patterns/{name}`: switches a pattern, or deletes it.
pub async fn change(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let fields = body::form(&request, payload, &state).await?;
    let action = fields.iter().find(|(field, _)| field == "action");
    let change = action.and_then(|(_, value)| Change::parse(value)).ok_or_else(|| {
        ApiError::Body("expected `action` to be `enable`, `disable` or `delete`".to_owned())
    })?;
    let (name, actor) = (name.into_inner(), Caller::let_in(&request).actor());
    let of = name.clone();
    let done = move || patterns::change(&state.store, &of, change, &actor, now_micros());
    if web::block(done).await?? { Ok(see_patterns()) } else { Err(unknown(name)) }
}

/// Leads whoever opens the address of a form back to the page.
pub async fn back() -> HttpResponse {
    see_patterns()
}

/// Leads to the patterns, as they are now.
fn see_patterns() -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, format!("{PATH}#patterns"))).finish()
}

/// Tries a pattern on its sample.
async fn try_out(draft: &mut Draft) -> Result<StatusCode, ApiError> {
    let (pattern, sample) = (draft.pattern.clone(), draft.sample.clone());
    let tried = web::block(move || patterns::try_out(&pattern, &sample)).await?;
    let (status, outcome) = match tried {
        Ok(tried) => (StatusCode::OK, Outcome::Tried(tried)),
        Err(reason) => (StatusCode::BAD_REQUEST, Outcome::Refused(reason.to_string())),
    };
    draft.outcome = outcome;
    Ok(status)
}

/// Adds a pattern; what is refused for a reason the admin can mend is shown beside the form.
async fn add(
    draft: &mut Draft,
    request: &HttpRequest,
    state: &web::Data<AppState>,
) -> Result<StatusCode, ApiError> {
    let new = NewPattern {
        name: draft.name.clone(),
        pattern: draft.pattern.clone(),
        confirmed: draft.confirmed,
    };
    let (store, actor) = (state.store.clone(), Caller::let_in(request).actor());
    let reason = match web::block(move || patterns::add(&store, &new, &actor, now_micros())).await?
    {
        Ok(_) => return Ok(StatusCode::CREATED),
        Err(reason) => reason,
    };
    draft.outcome = match &reason {
        NotAdded::Ordinary(ordinary) => Outcome::Ordinary(ordinary.clone()),
        other => Outcome::Refused(other.to_string()),
    };
    match ApiError::from(reason) {
        ApiError::Unavailable => Err(ApiError::Unavailable),
        error => Ok(actix_web::ResponseError::status_code(&error)),
    }
}

/// The page with what was typed.
async fn with_draft(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    status: StatusCode,
    draft: Draft,
) -> Result<HttpResponse, ApiError> {
    let view = SecurityView::parse("", Utc::now()).map_err(|_| ApiError::Unavailable)?;
    Ok(match render(request, state, view, draft).await {
        Ok(page) => answer_with(request, status, page),
        trouble => answer(request, PATH, trouble),
    })
}
