//! `/teams`: who is in which team since when. A file is looked at before it is taken in, and what
//! stands can be downloaded first: that is the way back.

mod page;
mod upload;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use daybook_jobs::teams::{Mode, Outcome, WrongLine};
use maud::Markup;

use super::{Trouble, answer, answer_with, load};
use crate::access::Caller;
use crate::api::teams::apply;
use crate::error::ApiError;
use crate::state::AppState;
use crate::teams::{self, Listed};

/// Where this page is.
const PATH: &str = "/teams";

/// What came of a file.
enum Came {
    /// There was none.
    Nothing,
    /// What it would change, and the file itself.
    Preview { outcome: Outcome, mode: Mode, file: Vec<u8> },
    /// How many people it changed.
    Done(usize),
    /// It cannot be taken in.
    Wrong(Vec<WrongLine>),
}

/// Answers `GET /teams`.
pub async fn show(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    answer(&request, PATH, render(&request, &state, &Came::Nothing).await)
}

/// The page, with what came of a file.
async fn render(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    came: &Came,
) -> Result<Markup, Trouble> {
    let listed = load(state, Listed::load).await?;
    Ok(page::page(&Caller::let_in(request), &listed, came))
}

/// Answers `POST /teams`: says what a file would change, or takes it in.
pub async fn submit(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let upload = upload::read(&request, payload, &state).await?;
    let (mode, is_sure, file) = (upload.mode, upload.is_sure, upload.table);
    let (of, actor) = (state.clone(), Caller::let_in(&request).actor());
    let done = web::block(move || {
        let lines = teams::read(&file)?;
        let outcome = apply(&of, &lines, mode, !is_sure, &actor)?;
        Ok(match is_sure {
            true => Came::Done(outcome.changes.len()),
            false => Came::Preview { outcome, mode, file },
        })
    });
    let (status, came) = match done.await? {
        Ok(came) => (StatusCode::OK, came),
        Err(ApiError::Memberships(wrong)) => (StatusCode::BAD_REQUEST, Came::Wrong(wrong)),
        Err(error) => return Err(error),
    };
    match render(&request, &state, &came).await {
        Ok(page) => Ok(answer_with(&request, status, page)),
        Err(_) => Ok(ApiError::Unavailable.error_response()),
    }
}
