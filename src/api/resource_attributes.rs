//! `/api/v1/connections/{id}/resource-attributes`: who people are where no sign-in says it.
//! Nothing of it is kept.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use daybook_schema::connections as rows;

use super::connections::{id, unknown};
use super::{body, query};
use crate::error::ApiError;
use crate::settings::Refused;
use crate::settings::attributes::{self, COLUMNS, Format, People, Person};
use crate::state::AppState;

/// Makes the attributes of a CSV file (`text/csv`), or of one person (JSON).
pub async fn make(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let format = format(request.query_string())?;
    let people = if body::is_said_to_be(&request, "text/csv") {
        let file = body::file(payload, attributes::MAX_BYTES, &state).await?;
        web::block(move || attributes::read(&file)).await??
    } else {
        one(body::json(&request, payload, &state).await?)?
    };
    let id = id(&name)?;
    let found = web::block(move || state.store.read(|conn| rows::by_id(conn, id))).await??;
    found.ok_or_else(|| unknown(&name))?;
    answer(people, format).await
}

/// The people in a form.
pub async fn answer(people: People, format: Format) -> Result<HttpResponse, ApiError> {
    let written = web::block(move || format.write(&people)).await?;
    let written = written.map_err(|error| {
        tracing::error!(%error, "attributes could not be written");
        ApiError::Unavailable
    })?;
    let mut answer = HttpResponse::Ok();
    answer.content_type(format.media_type()).insert_header(("Cache-Control", "no-store"));
    if format != Format::Json {
        let kept = format!("attachment; filename=\"{}\"", format.file());
        answer.insert_header(("Content-Disposition", kept));
    }
    Ok(answer.body(written))
}

/// The form that a query asks for.
fn format(text: &str) -> Result<Format, ApiError> {
    let mut format = Format::Json;
    for (name, value) in query::pairs(text) {
        let known = (name == "format").then(|| Format::parse(&value)).flatten();
        format = known.ok_or_else(|| {
            let all: Vec<&str> = Format::ALL.iter().map(|it| it.name()).collect();
            ApiError::parameter("format", format!("one of {}", all.join(", ")), "zip")
        })?;
    }
    Ok(format)
}

/// One person, of names of columns and values.
fn one(given: BTreeMap<String, String>) -> Result<People, ApiError> {
    let mut values = Vec::new();
    for column in COLUMNS {
        values.extend(given.get(column.name).map(|value| (column, value.clone())));
    }
    if values.len() < given.len() {
        let known: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
        return Err(ApiError::Body(format!("a person has {}", known.join(", "))));
    }
    let person = Person::new(1, values).map_err(|refused| {
        let reasons: Vec<String> = refused
            .iter()
            .map(|it| format!("{}: {}", it.column.unwrap_or("the person"), it.reason))
            .collect();
        Refused::new("person", reasons.join("; "), "correct it")
    })?;
    Ok(People { people: vec![person], ..People::default() })
}
