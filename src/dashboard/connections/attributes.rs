//! `/connections/{id}/attributes`: who people are where no sign-in says it. One person by a
//! form, many by a file; nothing of either is kept.

mod page;

use super::settings::{connection, unkept};
use super::*;
use crate::api::body;
use crate::api::resource_attributes::answer as give;
use crate::dashboard::upload;
use crate::error::ApiError;
use crate::settings::attributes::{self, COLUMNS, Column, NotExpressed, People, Person};
use page::{Draft, Outcome};

/// Where a connection's attributes are.
fn attributes_path(id: i32) -> String {
    format!("{}/attributes", path_of(id))
}

/// Answers `GET /connections/{id}/attributes`.
pub async fn show(
    request: HttpRequest,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let row = connection(&state, &name).await?;
    let page = page::page(&Caller::let_in(&request), &row, &Draft::default(), &Outcome::Nothing);
    Ok(answer_with(&request, StatusCode::OK, page))
}

/// Answers `POST /connections/{id}/attributes`: the attributes of one person.
pub async fn one_person(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let mut draft = Draft::default();
    for (name, value) in body::form(&request, payload, &state).await? {
        let column = COLUMNS.iter().find(|column| column.name == name);
        let column = column.ok_or_else(|| ApiError::Body("nobody knows a field".to_owned()))?;
        draft.typed.push((column, value));
    }
    let row = connection(&state, &name).await?;
    let (status, outcome) = match Person::new(1, draft.typed.clone()) {
        Ok(person) => (StatusCode::OK, Outcome::One(person)),
        Err(refused) => (StatusCode::BAD_REQUEST, Outcome::Refused(refused)),
    };
    Ok(unkept(answer_with(
        &request,
        status,
        page::page(&Caller::let_in(&request), &row, &draft, &outcome),
    )))
}

/// Answers `POST /connections/{id}/attributes/file`: shows what a file gives, or gives it.
pub async fn file(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let max_bytes = attributes::MAX_BYTES;
    let upload = upload::read(&request, payload, &state, &["format"], max_bytes).await?;
    let row = connection(&state, &name).await?;
    // The form in which it is wanted; none to be shown.
    let format = attributes::Format::parse(upload.word("format"));
    let table = upload.table;
    let read = web::block(move || (attributes::read(&table), table)).await?;
    let (status, outcome) = match read {
        (Ok(people), _) if format.is_some() => {
            return Ok(unkept(give(people, format.unwrap_or(attributes::Format::Json)).await?));
        }
        (Ok(people), table) => (StatusCode::OK, Outcome::Many { people, table }),
        (Err(refused), _) => (StatusCode::BAD_REQUEST, Outcome::NoTable(refused)),
    };
    let page = page::page(&Caller::let_in(&request), &row, &Draft::default(), &outcome);
    Ok(unkept(answer_with(&request, status, page)))
}
