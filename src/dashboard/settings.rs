//! `/settings`: one's own account; for admins, everybody's accounts and the API tokens.

mod own;
mod accounts;
mod tokens;
mod forms;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use daybook_schema::QueryResult;
use daybook_schema::accounts::{self as account_rows, Account};
use daybook_schema::store::StoreConnection;
use daybook_schema::tokens::{self as token_rows, ApiToken};
use maud::{Markup, html};

use super::layout::{Status, status};
use super::{Trouble, answer, answer_with, layout, load, text};
use crate::access::{Caller, Who};
use crate::state::AppState;

pub use forms::{add_account, add_token, back, change_account, change_token, password};

/// Where this page is.
const PATH: &str = "/settings";

/// What came of the last form.
#[derive(Clone, Debug, Default)]
enum Outcome {
    /// Nothing was asked yet.
    #[default]
    Nothing,
    /// One's own password was not changed: why, and what to do.
    Password(String),
    /// Something else was refused.
    Refused(String),
    /// A link for the owner of an account, shown this once.
    Link { email: String, url: String },
    /// The text of a token, shown this once.
    Token(String),
}

/// What admins see besides.
struct Administered {
    accounts: Vec<Account>,
    tokens: Vec<ApiToken>,
}

impl Administered {
    /// Reads it.
    fn load(connection: &mut StoreConnection<'_>) -> QueryResult<Administered> {
        let accounts = account_rows::all(connection)?;
        Ok(Administered { accounts, tokens: token_rows::all_api(connection)? })
    }
}

/// Answers `GET /settings`.
pub async fn show(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    answer(&request, PATH, render(&request, &state, &Outcome::Nothing).await)
}

/// The page, with what came of a form, as an answer that nobody keeps.
async fn with_outcome(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    status: StatusCode,
    outcome: &Outcome,
) -> HttpResponse {
    let mut answer = match render(request, state, outcome).await {
        Ok(page) => answer_with(request, status, page),
        trouble => answer(request, PATH, trouble),
    };
    let no_store = actix_web::http::header::HeaderValue::from_static("no-store");
    answer.headers_mut().insert(actix_web::http::header::CACHE_CONTROL, no_store);
    answer
}

/// The page.
async fn render(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    outcome: &Outcome,
) -> Result<Markup, Trouble> {
    let caller = Caller::let_in(request);
    let administered = match Who::Admin.lets_in(&caller) {
        true => Some(load(state, Administered::load).await?),
        false => None,
    };
    let body = html! {
        div.head { h1 { "Settings" } }
        (said(outcome))
        (own::panel(&caller, outcome))
        @if let Some(administered) = &administered {
            section.card aria-labelledby="of-teams" {
                h2 #of-teams { "Teams" }
                p { "Who is in which team since when: " a href="/teams" { "upload or download the file of memberships" } "." }
            }
            (accounts::panel(&caller, &administered.accounts))
            (tokens::panel(&caller, &administered.tokens))
        }
    };
    Ok(layout::page(&caller, PATH, "Settings", &body))
}

/// What came of the last form, where it is not said beside it.
fn said(outcome: &Outcome) -> Markup {
    html! {
        @match outcome {
            Outcome::Nothing | Outcome::Password(_) => {}
            Outcome::Refused(why) => p.banner role="alert" {
                (status(Status::Warn, "Not done")) " " (text::plain(why))
            },
            Outcome::Link { email, url } => section.card role="status" {
                p { "With this link, " strong { bdi { (text::plain(email)) } } " chooses a password. It is shown this once, and good for 7 days." }
                pre #once tabindex="0" { (url) }
                button type="button" data-copy="once" hidden { "Copy" }
            },
            Outcome::Token(token) => section.card role="status" {
                p { "The API token. It is shown this once; keep it where you keep passwords." }
                pre #once tabindex="0" { (token) }
                button type="button" data-copy="once" hidden { "Copy" }
            },
        }
    }
}
