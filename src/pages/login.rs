//! `/login` and `/logout`.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::frame;
use crate::access::Caller;
use crate::api::{body, query};
use crate::error::ApiError;
use crate::sign_in::cookie::{self, Way};
use crate::sign_in::logins::{self, NotSignedIn};
use crate::state::AppState;

/// What the form holds.
#[derive(Default)]
struct Typed {
    email: String,
    password: String,
    /// Where to go on.
    next: String,
}

/// Answers `GET /login`.
pub async fn show(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    let next = query::pairs(request.query_string()).find(|(name, _)| name == "next");
    let typed = Typed { next: next.map(|(_, next)| next).unwrap_or_default(), ..Typed::default() };
    match Way::of(&request, &state.sign_in.settings) {
        Way::Plain => not_by_plain_http(),
        _ => page(StatusCode::OK, &typed, None, &state),
    }
}

/// Answers `POST /login`: a new login, whatever cookie was sent.
pub async fn sign_in(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let settings = &state.sign_in.settings;
    let way = Way::of(&request, settings);
    if way == Way::Plain {
        return Ok(not_by_plain_http());
    }
    let mut typed = Typed::default();
    for (name, value) in body::form(&request, payload, &state).await? {
        match name.as_str() {
            "email" => typed.email = value,
            "password" => typed.password = value,
            "next" => typed.next = value,
            _ => return Err(ApiError::Body("it has a field that nobody knows".to_owned())),
        }
    }
    let password = std::mem::take(&mut typed.password);
    let address = cookie::address(&request, settings);
    match logins::with_password(&state, &typed.email, password, address).await {
        Ok(text) => Ok(signed_in(way, text, &state, destination(&typed.next))),
        Err(NotSignedIn::Error(error)) => Err(error),
        Err(NotSignedIn::Wrong) => Ok(page(StatusCode::UNAUTHORIZED, &typed, Some(WRONG), &state)),
        Err(NotSignedIn::Wait(time)) => {
            let mut answer = page(StatusCode::TOO_MANY_REQUESTS, &typed, Some(WAIT), &state);
            let seconds = time.as_secs().saturating_add(1).into();
            answer.headers_mut().insert(actix_web::http::header::RETRY_AFTER, seconds);
            Ok(answer)
        }
    }
}

/// Nobody is told what of it was wrong.
const WRONG: &str = "The email address and the password do not go together.";

/// There were too many failures.
pub const WAIT: &str = "There were too many attempts. Wait a minute, then try again.";

/// Answers `POST /logout`.
pub async fn sign_out(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    body::form(&request, payload, &state).await?;
    let way = Way::of(&request, &state.sign_in.settings);
    if let Caller::Account(signed_in) = Caller::let_in(&request) {
        web::block(move || state.sign_in.end(signed_in.account.id, &signed_in.login_id)).await??;
    }
    let mut answer = HttpResponse::SeeOther();
    cookie::of_nobody(way).into_iter().for_each(|cookie| {
        answer.cookie(cookie);
    });
    Ok(answer.insert_header((LOCATION, "/login")).finish())
}

/// Leads whoever just signed in to a page, with the cookie.
pub fn signed_in(way: Way, text: String, state: &AppState, to: &str) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    cookie::of_login(way, text, &state.sign_in.settings).into_iter().for_each(|cookie| {
        answer.cookie(cookie);
    });
    answer.insert_header((LOCATION, to)).insert_header(("Cache-Control", "no-store")).finish()
}

/// Where to go on: a page of this server, whatever was asked for.
pub(super) fn destination(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next.starts_with("//");
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_path && is_plain && next.len() <= 2000 { next } else { "/" }
}

/// Nobody signs in where others can read along.
pub(super) fn not_by_plain_http() -> HttpResponse {
    let body = html! {
        p {
            "Passwords are taken by TLS alone, or on the machine itself. Start Daybook with "
            code { "--tls-certificate" } ", or name the proxy in front of it with "
            code { "--trusted-proxy" } " and have it send " code { "X-Forwarded-Proto" } " and "
            code { "X-Forwarded-For" } "."
        }
    };
    frame::answer(StatusCode::FORBIDDEN, "Sign in by TLS", &body)
}

/// The page.
fn page(status: StatusCode, typed: &Typed, reason: Option<&str>, state: &AppState) -> HttpResponse {
    let body = html! {
        (form(typed, reason))
        @if state.sign_in.provider.is_some() {
            @let next = utf8_percent_encode(&typed.next, NON_ALPHANUMERIC);
            p.or { a.button href={ "/login/provider?next=" (next) } { "Sign in with your organization" } }
        }
    };
    frame::answer(status, "Sign in", &body)
}

/// The form.
fn form(typed: &Typed, reason: Option<&str>) -> Markup {
    html! {
        (frame::trouble(reason))
        form.stack action="/login" method="post" {
            input type="hidden" name="next" value=(typed.next);
            label {
                span { "Email address" }
                input type="email" name="email" value=(typed.email) required autocomplete="username"
                    maxlength="254";
            }
            label {
                span { "Password" }
                input type="password" name="password" required autocomplete="current-password"
                    maxlength="512";
            }
            button.primary type="submit" { "Sign in" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::destination;

    #[test]
    fn signing_in_leads_to_pages_of_this_server_alone() {
        for path in ["/", "/daily?user=ada%40example.com&range=7d", "/security#patterns"] {
            assert_eq!(destination(path), path);
        }
        for elsewhere in
            ["", "//example.com", "https://example.com", "/\\example.com", "/\t/example.com", "x"]
        {
            assert_eq!(destination(elsewhere), "/", "{elsewhere}");
        }
    }
}
