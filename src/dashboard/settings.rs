//! `/settings`: one's own account.

mod own;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::{answer_with, layout};
use crate::access::Caller;
use crate::api::body;
use crate::error::ApiError;
use crate::pages::login;
use crate::sign_in::change;
use crate::sign_in::cookie::{self, Way};
use crate::sign_in::logins::NotSignedIn;
use crate::sign_in::passwords::check_strength;
use crate::state::AppState;

/// Where this page is.
const PATH: &str = "/settings";

/// What came of the last form.
#[derive(Clone, Debug, Default)]
enum Outcome {
    /// Nothing was asked yet.
    #[default]
    Nothing,
    /// It was refused: why, and what to do.
    Refused(String),
}

/// Answers `GET /settings`.
pub async fn show(request: HttpRequest) -> HttpResponse {
    answer_with(&request, StatusCode::OK, page(&Caller::let_in(&request), &Outcome::Nothing))
}

/// The page.
fn page(caller: &Caller, outcome: &Outcome) -> Markup {
    let body = html! {
        div.head { h1 { "Settings" } }
        (own::panel(caller, outcome))
    };
    layout::page(caller, PATH, "Settings", &body)
}

/// Answers `POST /settings/password`: another password, and with it another login.
pub async fn password(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let caller = Caller::let_in(&request);
    let signed_in = caller.signed_in().ok_or(ApiError::Forbidden)?;
    let (mut current, mut new, mut again) = (String::new(), String::new(), String::new());
    for (name, value) in body::form(&request, payload, &state).await? {
        match name.as_str() {
            "current" => current = value,
            "password" => new = value,
            "again" => again = value,
            _ => return Err(ApiError::Body("it has a field that nobody knows".to_owned())),
        }
    }
    let refused = |status, why: String| {
        Ok(answer_with(&request, status, page(&caller, &Outcome::Refused(why))))
    };
    if let Err(weak) = check_strength(&new, &again, &signed_in.account.email) {
        return refused(StatusCode::BAD_REQUEST, format!("Not taken: {weak}."));
    }
    let address = cookie::address(&request, &state.sign_in.settings);
    match change::password(&state, &signed_in.account, current, new, address).await {
        Ok(text) => {
            let way = Way::of(&request, &state.sign_in.settings);
            Ok(login::signed_in(way, text, &state, "/settings"))
        }
        Err(NotSignedIn::Error(error)) => Err(error),
        Err(NotSignedIn::Wrong) => {
            refused(StatusCode::FORBIDDEN, "Not changed: the current password is wrong.".to_owned())
        }
        Err(NotSignedIn::Wait(_)) => refused(StatusCode::TOO_MANY_REQUESTS, login::WAIT.to_owned()),
    }
}
