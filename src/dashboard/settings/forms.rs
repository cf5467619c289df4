//! What the forms of this page do.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use daybook_schema::accounts::{self as rows, Role};

use super::{Outcome, PATH, with_outcome};
use crate::access::Caller;
use crate::accounts::{self, Change};
use crate::api::body;
use crate::api_tokens;
use crate::config::Scope;
use crate::dashboard::address;
use crate::error::ApiError;
use crate::pages::login;
use crate::sign_in::change;
use crate::sign_in::cookie::{self, Way};
use crate::sign_in::logins::NotSignedIn;
use crate::sign_in::passwords::check_strength;
use crate::state::AppState;

/// The fields of a form, by name; of two of one name the last.
type Fields = HashMap<String, String>;

/// Reads a form.
async fn fields(
    request: &HttpRequest,
    payload: web::Payload,
    state: &AppState,
) -> Result<Fields, ApiError> {
    Ok(body::form(request, payload, state).await?.into_iter().collect())
}

/// A field; empty where there is none.
fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map(String::as_str).unwrap_or_default()
}

/// Leads back to a part of the page.
fn see(part: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, format!("{PATH}{part}"))).finish()
}

/// Leads whoever opens the address of a form back to the page.
pub async fn back() -> HttpResponse {
    see("")
}

/// The page that says why nothing was done.
async fn refused(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    why: impl ToString,
) -> HttpResponse {
    let outcome = Outcome::Refused(why.to_string());
    with_outcome(request, state, StatusCode::BAD_REQUEST, &outcome).await
}

/// Answers `POST /settings/password`: another password, and with it another login.
pub async fn password(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let caller = Caller::let_in(&request);
    let account = &caller.signed_in().ok_or(ApiError::Forbidden)?.account;
    let fields = fields(&request, payload, &state).await?;
    let (new, again) = (field(&fields, "password"), field(&fields, "again"));
    let (status, why) = match check_strength(new, again, &account.email) {
        Err(weak) => (StatusCode::BAD_REQUEST, format!("Not taken: {weak}.")),
        Ok(()) => {
            let address = cookie::address(&request, &state.sign_in.settings);
            let current = field(&fields, "current").to_owned();
            match change::password(&state, account, current, new.to_owned(), address).await {
                Ok(text) => {
                    let way = Way::of(&request, &state.sign_in.settings);
                    return Ok(login::signed_in(way, text, &state, PATH));
                }
                Err(NotSignedIn::Error(error)) => return Err(error),
                Err(NotSignedIn::Wrong) => (
                    StatusCode::FORBIDDEN,
                    "Not changed: the current password is wrong.".to_owned(),
                ),
                Err(NotSignedIn::Wait(_)) => {
                    (StatusCode::TOO_MANY_REQUESTS, login::WAIT.to_owned())
                }
            }
        }
    };
    Ok(with_outcome(&request, &state, status, &Outcome::Password(why)).await)
}

/// Answers `POST /settings/accounts`: makes an account, and shows the link for its owner.
pub async fn add_account(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let fields = fields(&request, payload, &state).await?;
    let role = role(&fields)?;
    let (email, actor) = (field(&fields, "email").to_owned(), Caller::let_in(&request).actor());
    let create = {
        let state = state.clone();
        move || accounts::create(&state.store, &email, None, role, &actor)
    };
    Ok(match web::block(create).await? {
        Ok((account, link)) => show_link(&request, &state, account.email, &link).await,
        Err(accounts::NotDone::Store(error)) => return Err(error.into()),
        Err(why) => refused(&request, &state, why).await,
    })
}

/// The page with the link of an account's owner.
async fn show_link(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    email: String,
    link: &str,
) -> HttpResponse {
    let url = format!("{}/setup/{link}", address(request));
    with_outcome(request, state, StatusCode::OK, &Outcome::Link { email, url }).await
}

/// The role a form names.
fn role(fields: &Fields) -> Result<Role, ApiError> {
    let role = Role::parse(field(fields, "role"));
    role.ok_or_else(|| {
        ApiError::Body("expected `role` to be `viewer`, `manager` or `admin`".to_owned())
    })
}

/// Answers `POST /settings/accounts/{id}`: another role or link, disabled, enabled.
pub async fn change_account(
    request: HttpRequest,
    payload: web::Payload,
    id: web::Path<i32>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let fields = fields(&request, payload, &state).await?;
    let (id, actor) = (id.into_inner(), Caller::let_in(&request).actor());
    let change = match field(&fields, "action") {
        "invite" => return invite(&request, &state, id, actor).await,
        "role" => Change::Role(role(&fields)?),
        "disable" => Change::Disable,
        "enable" => Change::Enable,
        _ => return Err(unknown_action("`role`, `invite`, `disable` or `enable`")),
    };
    let store = state.store.clone();
    let done = web::block(move || accounts::change(&store, id, change, &actor)).await?;
    match done {
        Ok(()) => Ok(see("#accounts")),
        Err(accounts::NotDone::Store(error)) => Err(error.into()),
        Err(why) => Ok(refused(&request, &state, why).await),
    }
}

/// A form asks for something that is not known.
fn unknown_action(expected: &str) -> ApiError {
    ApiError::Body(format!("expected `action` to be {expected}"))
}

/// Makes another link for the owner of an account.
async fn invite(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    id: i32,
    actor: String,
) -> Result<HttpResponse, ApiError> {
    let store = state.store.clone();
    let made = web::block(move || {
        let link = accounts::invite(&store, id, &actor)?;
        let account = store.read(|conn| rows::by_id(conn, id))?;
        Ok((account.map(|account| account.email).unwrap_or_default(), link))
    });
    match made.await? {
        Ok((email, link)) => Ok(show_link(request, state, email, &link).await),
        Err(accounts::NotDone::Store(error)) => Err(error.into()),
        Err(why) => Ok(refused(request, state, why).await),
    }
}

/// Answers `POST /settings/api-tokens`: makes a token, and shows its text.
pub async fn add_token(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let fields = fields(&request, payload, &state).await?;
    let scope = match field(&fields, "scope") {
        "read" => Scope::Read,
        "admin" => Scope::Admin,
        _ => return Err(ApiError::Body("expected `scope` to be `read` or `admin`".to_owned())),
    };
    let days = match field(&fields, "days") {
        "" => None,
        days => Some(days.parse().map_err(|_| {
            ApiError::Body("expected `days` to be a number, or nothing".to_owned())
        })?),
    };
    let (name, actor) = (field(&fields, "name").to_owned(), Caller::let_in(&request).actor());
    let store = state.store.clone();
    let create = move || api_tokens::create(&store, &name, scope, days, &actor);
    Ok(match web::block(create).await? {
        Ok(token) => {
            with_outcome(&request, &state, StatusCode::OK, &Outcome::Token(token.text)).await
        }
        Err(api_tokens::NotDone::Store(error)) => return Err(error.into()),
        Err(why) => refused(&request, &state, why).await,
    })
}

/// Answers `POST /settings/api-tokens/{id}`: revokes it.
pub async fn change_token(
    request: HttpRequest,
    payload: web::Payload,
    id: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let fields = fields(&request, payload, &state).await?;
    if field(&fields, "action") != "revoke" {
        return Err(unknown_action("`revoke`"));
    }
    let (id, actor) = (id.into_inner(), Caller::let_in(&request).actor());
    let store = state.store.clone();
    match web::block(move || api_tokens::revoke(&store, &id, &actor)).await? {
        Ok(()) => Ok(see("#api-tokens")),
        Err(api_tokens::NotDone::Store(error)) => Err(error.into()),
        Err(why) => Ok(refused(&request, &state, why).await),
    }
}
