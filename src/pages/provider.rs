//! `/login/provider`: to the organization's own sign-in, and back from there.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use maud::html;
use subtle::ConstantTimeEq;

use super::{frame, login};
use crate::api::query;
use crate::error::ApiError;
use crate::sign_in::cookie::{self, Way};
use crate::sign_in::provider::{self, NotSignedIn};
use crate::state::AppState;

/// Where the provider leads back to.
const CALLBACK: &str = "/login/provider/callback";

/// Answers `GET /login/provider`: leads to the provider.
pub async fn begin(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let way = Way::of(&request, &state.sign_in.settings);
    if way == Way::Plain {
        return Ok(login::not_by_plain_http());
    }
    let next = query::pairs(request.query_string()).find(|(name, _)| name == "next");
    let next = next.map(|(_, next)| login::destination(&next).to_owned());
    let (next, back) = (next.unwrap_or_else(|| "/".to_owned()), back(&request, way));
    let begun = web::block(move || {
        let provider = state.sign_in.provider.as_ref()?;
        Some(provider.begin(&state.store, &back, &next))
    });
    match begun.await? {
        None => Err(ApiError::NotFound),
        Some(Err(reason)) => Ok(refused(&reason)),
        Some(Ok(begun)) => {
            let mut answer = HttpResponse::SeeOther();
            cookie::of_flow(way, begun.state).into_iter().for_each(|cookie| {
                answer.cookie(cookie);
            });
            let answer = answer.insert_header((LOCATION, begun.url));
            Ok(answer.insert_header(("Cache-Control", "no-store")).finish())
        }
    }
}

/// Answers `GET /login/provider/callback`: a new login for who comes back.
pub async fn end(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    if state.sign_in.provider.is_none() {
        return Err(ApiError::NotFound);
    }
    let way = Way::of(&request, &state.sign_in.settings);
    let (mut flow, mut code) = (String::new(), String::new());
    for (name, value) in query::pairs(request.query_string()) {
        match name.as_str() {
            "state" => flow = value,
            "code" => code = value,
            // Providers say what else they like, e.g. `session_state`, `iss`, `error`.
            _ => {}
        }
    }
    // Only the browser that began may end it.
    let kept = cookie::read_flow(&request, way).unwrap_or_default();
    let same: bool = kept.as_bytes().ct_eq(flow.as_bytes()).into();
    if !same || flow.is_empty() || code.is_empty() {
        return Ok(refused(&NotSignedIn::Flow));
    }
    let (back, of) = (back(&request, way), state.clone());
    let ended = web::block(move || {
        let provider = of.sign_in.provider.as_ref()?;
        Some(provider::sign_in(&of, provider, &back, &flow, code))
    });
    match ended.await? {
        None => Err(ApiError::NotFound),
        Some(Err(reason)) => Ok(refused(&reason)),
        Some(Ok((text, next))) => {
            let mut answer = login::signed_in(way, text, &state, &next);
            cookie::of_no_flow(way).into_iter().for_each(|cookie| {
                // A cookie of ours can always be written.
                let _ = answer.add_cookie(&cookie);
            });
            Ok(answer)
        }
    }
}

/// Where the provider is to lead back to, at the address the browser knows.
fn back(request: &HttpRequest, way: Way) -> String {
    let host = request.headers().get("host").and_then(|host| host.to_str().ok());
    let scheme = if way == Way::Tls { "https" } else { "http" };
    format!("{scheme}://{}{CALLBACK}", host.unwrap_or_default())
}

/// Nobody is signed in. The log says why, in words that hold nobody's data.
fn refused(reason: &NotSignedIn) -> HttpResponse {
    tracing::warn!(%reason, "nobody was signed in by OpenID Connect");
    let status = match reason {
        NotSignedIn::Provider(_) => StatusCode::BAD_GATEWAY,
        NotSignedIn::Store(_) | NotSignedIn::TooMany => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::FORBIDDEN,
    };
    let body = html! {
        p {
            @match reason {
                NotSignedIn::Provider(_) => "The provider of your organization cannot be asked just now.",
                NotSignedIn::Store(_) => "The database did not answer.",
                reason => { "Nobody was signed in: " (reason) "." }
            }
        }
        p.buttons { a.button.primary href="/login" { "Try again" } }
    };
    frame::answer(status, "Not signed in", &body)
}
