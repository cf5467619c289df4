//! `/setup/{link}`: the first admin chooses an email address and a password, who was invited a
//! password. The link is used up in the transaction that does it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::{frame, login};
use crate::accounts;
use crate::api::body;
use crate::error::ApiError;
use crate::sign_in::cookie::Way;
use crate::sign_in::links::{self, Good, NotGood};
use crate::sign_in::passwords::{self, MAX_BYTES, MIN_CHARACTERS};
use crate::state::AppState;

/// What the form holds.
#[derive(Default)]
struct Typed {
    email: String,
    password: String,
    again: String,
}

/// Answers `GET /setup/{link}`. Looking uses nothing up.
pub async fn show(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    if Way::of(&request, &state.sign_in.settings) == Way::Plain {
        return Ok(login::not_by_plain_http());
    }
    Ok(match look_at(&state, &path).await? {
        Ok(good) => page(StatusCode::OK, &good, "", None),
        Err(reason) => refused(reason),
    })
}

/// Answers `POST /setup/{link}`.
pub async fn use_up(
    request: HttpRequest,
    payload: web::Payload,
    path: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let way = Way::of(&request, &state.sign_in.settings);
    if way == Way::Plain {
        return Ok(login::not_by_plain_http());
    }
    let good = match look_at(&state, &path).await? {
        Ok(good) => good,
        Err(reason) => return Ok(refused(reason)),
    };
    let typed = typed(body::form(&request, payload, &state).await?)?;
    let email = match &good {
        Good::FirstAdmin => typed.email.trim(),
        Good::Password(account) => account.email.as_str(),
    };
    if let Err(reason) = check(&typed, email) {
        return Ok(page(StatusCode::BAD_REQUEST, &good, &typed.email, Some(&reason)));
    }
    Ok(match links::use_up(&state, &path, email, typed.password).await? {
        Ok(text) => login::signed_in(way, text, &state, "/"),
        Err(reason) => refused(reason),
    })
}

/// What a link is good for.
async fn look_at(
    state: &web::Data<AppState>,
    link: &str,
) -> Result<Result<Good, NotGood>, ApiError> {
    let (state, link) = (state.clone(), link.to_owned());
    Ok(web::block(move || links::look_at(&state, &link)).await??)
}

/// Reads the form.
fn typed(fields: Vec<(String, String)>) -> Result<Typed, ApiError> {
    let mut typed = Typed::default();
    for (name, value) in fields {
        match name.as_str() {
            "email" => typed.email = value,
            "password" => typed.password = value,
            "again" => typed.again = value,
            _ => return Err(ApiError::Body("it has a field that nobody knows".to_owned())),
        }
    }
    Ok(typed)
}

/// Why what was typed is not taken, if it is not.
fn check(typed: &Typed, email: &str) -> Result<(), String> {
    if !accounts::is_email(email) {
        return Err("An email address is needed, for example ada@example.com.".to_owned());
    }
    passwords::check_strength(&typed.password, &typed.again, email)
        .map_err(|weak| format!("Not taken: {weak}."))
}

/// The page with the form.
fn page(status: StatusCode, good: &Good, email: &str, reason: Option<&str>) -> HttpResponse {
    let title = match good {
        Good::FirstAdmin => "Set up Daybook",
        Good::Password(_) => "Choose a password",
    };
    frame::answer(status, title, &form(good, email, reason))
}

/// The form.
fn form(good: &Good, email: &str, reason: Option<&str>) -> Markup {
    html! {
        @match good {
            Good::FirstAdmin => p { "This link works once. It makes the first admin, who lets others in." },
            Good::Password(account) => p { "For " strong { (account.email) } ". This link works once." },
        }
        (frame::trouble(reason))
        form.stack method="post" {
            @match good {
                Good::FirstAdmin => label {
                    span { "Email address" }
                    input type="email" name="email" value=(email) required autocomplete="username"
                        maxlength="254";
                },
                // A password manager keeps it under this name.
                Good::Password(account) => input type="email" name="email" value=(account.email)
                    autocomplete="username" readonly hidden;,
            }
            label {
                span { "Password, of " (MIN_CHARACTERS) " characters or more" }
                input type="password" name="password" required autocomplete="new-password"
                    minlength=(MIN_CHARACTERS) maxlength=(MAX_BYTES);
            }
            label {
                span { "The same once more" }
                input type="password" name="again" required autocomplete="new-password"
                    minlength=(MIN_CHARACTERS) maxlength=(MAX_BYTES);
            }
            button.primary type="submit" { "Go on" }
        }
    }
}

/// A link that is good for nothing, and what to do instead.
fn refused(reason: NotGood) -> HttpResponse {
    let (status, why) = match reason {
        NotGood::Unknown => (StatusCode::NOT_FOUND, "This is no link of this server."),
        NotGood::Used => (StatusCode::GONE, "This link has been used."),
        NotGood::Late => (StatusCode::GONE, "The time of this link is over."),
        NotGood::NotFirst => (StatusCode::GONE, "There is an account already."),
    };
    let body = html! {
        p { (why) }
        p {
            "An admin makes another one on the settings page; on the server, "
            code { "daybook account invite EMAIL" } " does."
        }
        p.buttons { a.button.primary href="/login" { "Sign in" } }
    };
    frame::answer(status, "This link opens nothing", &body)
}
