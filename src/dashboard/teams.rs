//! `/teams`: who is in which team since when. A file is looked at before it is taken in, and what
//! stands can be downloaded first: that is the way back.

mod page;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use daybook_jobs::teams::{Mode, Outcome, WrongLine};
use maud::Markup;

use super::{Trouble, answer, answer_with, load, upload};
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
    let words = ["mode", "sure"];
    let upload = upload::read(&request, payload, &state, &words, teams::MAX_BYTES).await?;
    let mode = mode(upload.word("mode"))?;
    let is_sure = upload.word("sure") == "yes";
    let file = upload.table;
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

/// What becomes of what stood before; without a word, what is least.
fn mode(word: &str) -> Result<Mode, ApiError> {
    match [Mode::Amend, Mode::Replace].into_iter().find(|mode| mode.name() == word) {
        Some(mode) => Ok(mode),
        None if word.is_empty() => Ok(Mode::default()),
        None => Err(ApiError::Body("expected `amend` or `replace`".to_owned())),
    }
}
