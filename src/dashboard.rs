//! The pages for people: rendered here, whole, readable without script.
//!
//! Who may see them is decided before a request comes here. Everything that came by
//! telemetry is text: escaped where it is written, with hidden letters written out.

pub mod filter;
pub mod surroundings;
pub mod overview;
pub mod daily;
pub mod people;
pub mod teams;
pub mod security;
pub mod connections;
pub mod me;
pub mod settings;
pub mod audit;
mod layout;
mod filter_bar;
mod actions;
mod upload;
mod freshness;
mod definitions;
mod states;
pub mod numbers;
pub mod dates;
mod text;

use actix_web::http::StatusCode;
use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use daybook_schema::QueryResult;
use daybook_schema::people as people_rows;
use daybook_schema::store::StoreConnection;
use maud::Markup;

use crate::access::Caller;
use crate::assets;
use crate::error::ApiError;
use crate::state::AppState;
use filter::{View, WrongParameter};

/// What a page may load and do: its own files, and nothing inline.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'";

/// The headers every page carries, whatever its answer is.
pub fn headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("Content-Security-Policy", CONTENT_SECURITY_POLICY))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("Referrer-Policy", "same-origin"))
        // Figures are their reader's alone, and change by the minute.
        .add(("Cache-Control", "private, no-cache"))
}

/// Why a page shows something else than what was asked for.
#[derive(Debug)]
enum Trouble {
    /// A parameter is wrong.
    Wrong(WrongParameter),
    /// The database did not answer.
    Unavailable,
}

impl From<WrongParameter> for Trouble {
    fn from(wrong: WrongParameter) -> Trouble {
        Trouble::Wrong(wrong)
    }
}

impl From<ApiError> for Trouble {
    fn from(_: ApiError) -> Trouble {
        Trouble::Unavailable
    }
}

/// A request for a page: everything a page is made of besides the database.
struct Asked {
    /// What it asks for.
    view: View,
    /// When it came.
    now: DateTime<Utc>,
    /// Who asks.
    caller: Caller,
    /// How the client reaches this server, e.g. `https://daybook.example.com`.
    address: String,
}

impl Asked {
    /// Reads a request.
    fn read(request: &HttpRequest, state: &AppState) -> Result<Asked, Trouble> {
        let now = Utc::now();
        let view = View::parse(request.query_string(), state.time_zone, now)?;
        Ok(Asked { view, now, caller: Caller::let_in(request), address: address(request) })
    }
}

impl Asked {
    /// The same of whom the usage belongs to: who was merged into somebody is that one.
    async fn of_owner(mut self, state: &web::Data<AppState>) -> Result<Asked, Trouble> {
        if let Some(email) = self.view.filter.user.take() {
            let owner = load(state, move |conn| people_rows::owner_email(conn, &email)).await?;
            self.view.filter.user = Some(owner);
        }
        Ok(self)
    }
}

/// How the client reaches this server.
pub(crate) fn address(request: &HttpRequest) -> String {
    let connection = request.connection_info();
    format!("{}://{}", connection.scheme(), connection.host())
}

/// Reads from the database, off the threads that answer.
async fn load<T: Send + 'static>(
    state: &web::Data<AppState>,
    work: impl FnOnce(&mut StoreConnection<'_>) -> QueryResult<T> + Send + 'static,
) -> Result<T, Trouble> {
    let store = state.store.clone();
    match web::block(move || store.read(work)).await {
        Ok(Ok(loaded)) => Ok(loaded),
        Ok(Err(error)) => {
            tracing::error!(%error, "a page could not be read from the database");
            Err(Trouble::Unavailable)
        }
        Err(_) => Err(Trouble::Unavailable),
    }
}

/// The answer to a request for the page at `path`.
fn answer(request: &HttpRequest, path: &str, page: Result<Markup, Trouble>) -> HttpResponse {
    let caller = Caller::let_in(request);
    let (status, page) = match page {
        Ok(page) => (StatusCode::OK, page),
        Err(Trouble::Wrong(wrong)) => {
            (StatusCode::BAD_REQUEST, states::wrong(&caller, path, &wrong))
        }
        Err(Trouble::Unavailable) => {
            (StatusCode::SERVICE_UNAVAILABLE, states::unavailable(&caller, path))
        }
    };
    answer_with(request, status, page)
}

/// A page as an answer of some status.
fn answer_with(request: &HttpRequest, status: StatusCode, page: Markup) -> HttpResponse {
    let mut answer = HttpResponse::build(status);
    answer.content_type("text/html; charset=utf-8");
    assets::compressed(request, answer, page.into_string().into_bytes())
}

#[cfg(test)]
mod tests;
