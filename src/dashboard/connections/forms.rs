//! What the forms of these pages do. Each is checked as a write to the API is.

use actix_web::ResponseError;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, HeaderValue, LOCATION};
use daybook_schema::connections::{Change, parse_public_id};

use super::list::{self, Draft};
use super::one::{self, Notice};
use super::steps::Tried;
use super::*;
use crate::api::body;
use crate::api::connections::unknown;
use crate::connections::{self as work, NotDone, front_door};
use crate::error::ApiError;

/// Answers `POST /connections`: makes one.
pub async fn create(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let settings = settings(body::form(&request, payload, &state).await?)?;
    let (of, to, actor) = (state.clone(), settings.clone(), actor(&request));
    let made = web::block(move || work::create(&of.store, &of.seal, to, &actor)).await?;
    match made {
        Ok(made) => Ok(see(path_of(made.connection.id))),
        Err(reason) => {
            let kind = settings.deployment_kind.flatten().unwrap_or_default();
            let draft = Draft {
                name: settings.name.unwrap_or_default(),
                deployment_kind: kind,
                refused: Some(reason.to_string()),
            };
            let status = status_of(reason)?;
            Ok(match list::render(&request, &state, &draft).await {
                Ok(page) => answer_with(&request, status, page),
                trouble => answer(&request, PATH, trouble),
            })
        }
    }
}

/// Answers `POST /connections/{id}`: changes what is said of it.
pub async fn change(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let settings = settings(body::form(&request, payload, &state).await?)?;
    let id = id(&name)?;
    let (of, actor) = (state.clone(), actor(&request));
    let changed = web::block(move || work::change(&of.store, id, settings, &actor)).await?;
    done(&request, &name, &state, changed.map(drop), "#facts").await
}

/// Answers `POST /connections/{id}/tokens`: makes a token.
pub async fn add_token(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let label = field("label", body::form(&request, payload, &state).await?)?;
    let id = id(&name)?;
    let (of, actor) = (state.clone(), actor(&request));
    let made = web::block(move || work::add_token(&of.store, &of.seal, id, &label, &actor)).await?;
    done(&request, &name, &state, made.map(drop), "#tokens").await
}

/// Answers `POST /connections/{id}/tokens/{token}`: shows the token, or revokes it.
pub async fn token(
    request: HttpRequest,
    payload: web::Payload,
    path: web::Path<(String, String)>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let action = field("action", body::form(&request, payload, &state).await?)?;
    let (name, token) = path.into_inner();
    let (id, of, token_id) = (id(&name)?, state.clone(), token.clone());
    let actor = actor(&request);
    match action.as_str() {
        "show" => {
            let text =
                web::block(move || work::token_text(&of.store, &of.seal, id, &token_id, &actor));
            match text.await? {
                Ok(text) => Ok(shown(&request, &name, &state, token, text).await),
                Err(reason) => done(&request, &name, &state, Err(reason), "").await,
            }
        }
        "revoke" => {
            let revoked =
                web::block(move || work::revoke_token(&of.store, id, &token_id, &actor)).await?;
            done(&request, &name, &state, revoked, "#tokens").await
        }
        _ => Err(ApiError::Body("expected `action` to be `show` or `revoke`".to_owned())),
    }
}

/// Answers `POST /connections/{id}/test`: sends a test request through the front door.
pub async fn test(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    // It has no fields but the one that says whose page made it.
    body::form(&request, payload, &state).await?;
    let id = id(&name)?;
    let (of, actor) = (state.clone(), actor(&request));
    let tried = web::block(move || front_door::knock(&of, id, &actor)).await?;
    match tried {
        Ok(knock) => {
            let tried = Tried { number: knock.number, status: knock.status, millis: knock.millis };
            Ok(see(format!("{}?{}#works", path_of(id), tried.query())))
        }
        Err(reason) => done(&request, &name, &state, Err(reason), "").await,
    }
}

/// Whoever opens the address of a form's answer again sees the connection.
pub async fn back(request: HttpRequest) -> HttpResponse {
    let name = request.match_info().get("id").and_then(parse_public_id);
    see(name.map_or(PATH.to_owned(), path_of))
}

/// A token's text: alone for the script that copies it, else on the page. Nobody keeps it.
async fn shown(
    request: &HttpRequest,
    name: &str,
    state: &web::Data<AppState>,
    id: String,
    text: String,
) -> HttpResponse {
    let by_script = request.headers().get(ACCEPT).is_some_and(|accept| accept == "text/plain");
    let mut answer = if by_script {
        HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
    } else {
        let notice = Notice::Token { id, text };
        one::with_notice(request, name, state, StatusCode::OK, &notice, None).await
    };
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Back to the page; with the reason on it where something was refused.
async fn done(
    request: &HttpRequest,
    name: &str,
    state: &web::Data<AppState>,
    result: Result<(), NotDone>,
    place: &str,
) -> Result<HttpResponse, ApiError> {
    match result {
        Ok(()) => Ok(see(format!("{}{place}", path_of(id(name)?)))),
        Err(reason) => {
            let notice = Notice::Refused(reason.to_string());
            let status = status_of(reason)?;
            Ok(one::with_notice(request, name, state, status, &notice, None).await)
        }
    }
}

/// The status of a refusal; an error where the database is to blame.
fn status_of(reason: NotDone) -> Result<StatusCode, ApiError> {
    match ApiError::from(reason) {
        ApiError::Unavailable => Err(ApiError::Unavailable),
        error => Ok(error.status_code()),
    }
}

/// Leads to a page.
fn see(path: String) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
}

/// Who asks, as the audit log names them.
fn actor(request: &HttpRequest) -> String {
    Caller::let_in(request).actor()
}

/// The id behind a public one.
fn id(name: &str) -> Result<i32, ApiError> {
    parse_public_id(name).ok_or_else(|| unknown(name))
}

/// The one field of a form.
fn field(name: &str, fields: Vec<(String, String)>) -> Result<String, ApiError> {
    let mut value = String::new();
    for (of, text) in fields {
        if of != name {
            return Err(nobody_knows(&of));
        }
        value = text;
    }
    Ok(value)
}

/// What a form says of a connection; an empty choice takes back.
fn settings(fields: Vec<(String, String)>) -> Result<Change, ApiError> {
    let mut settings = Change::default();
    for (name, value) in fields {
        let chosen = Some(Some(value.clone()).filter(|value| !value.is_empty()));
        match name.as_str() {
            "name" => settings.name = Some(value),
            "identity_order" => settings.identity_order = Some(value),
            "only_needed" => settings.only_needed = Some(value == "true"),
            "deployment_kind" => settings.deployment_kind = chosen,
            "customer_type" => settings.customer_type = chosen,
            "subscription_type" => settings.subscription_type = chosen,
            _ => return Err(nobody_knows(&name)),
        }
    }
    Ok(settings)
}

/// A form has a field that is none of this page's.
fn nobody_knows(name: &str) -> ApiError {
    let shown: String = name.chars().take(40).collect();
    ApiError::Body(format!("nobody knows the field `{shown}`"))
}
