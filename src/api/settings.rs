//! `/api/v1/connections/{id}/settings`: what makes developers report, in every form. The token
//! is in it, so only who may change a connection is answered.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use daybook_schema::connections as rows;
use serde::Deserialize;
use serde_json::{Value, json};

use super::connections::{id, of, unknown};
use super::{body, query};
use crate::access::Caller;
use crate::connections::{latest_token_text, token_text};
use crate::dashboard;
use crate::error::ApiError;
use crate::settings::forms::{self, FORMS, File};
use crate::settings::merge::merge as merge_into;
use crate::settings::options::CHOICES;
use crate::settings::{Options, Refused, published, variables};
use crate::state::AppState;

/// What a request chooses.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// The token's id; the latest one unless it is said.
    pub token: Option<String>,
    /// Names and values of choices.
    pub choices: Vec<(String, String)>,
}

/// What `POST .../merge` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Merge {
    /// The file that is there.
    file: String,
    #[serde(default = "user_settings")]
    form: String,
    token: Option<String>,
    #[serde(default)]
    choices: BTreeMap<String, String>,
}

/// The form that is merged into unless another is named.
fn user_settings() -> String {
    "user-settings".to_owned()
}

/// Answers with the forms there are; with `form`, with that one and its files; with `file`,
/// with that file alone.
pub async fn show(
    request: HttpRequest,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let (mut form, mut file, mut chosen) = (None, None, Chosen::default());
    for (name, value) in query::pairs(request.query_string()) {
        match name.as_str() {
            "form" => form = Some(forms::form(&value)?),
            "file" => file = Some(value),
            "token" => chosen.token = Some(value),
            _ => chosen.choices.push((name, value)),
        }
    }
    let options = load(&request, &state, &name, chosen).await?;
    let Some(form) = form else {
        let all: Vec<Value> = FORMS.iter().map(published::form).collect();
        return Ok(secret().json(json!({ "data": all })));
    };
    let files = form.files(&options)?;
    match file {
        None => Ok(secret().json(published::form_with_files(form, &options, &files))),
        Some(name) => Ok(download(find(files, &name)?)),
    }
}

/// Merges into a file that is there.
pub async fn merge(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let asked: Merge = body::json(&request, payload, &state).await?;
    let form = forms::form(&asked.form)?;
    if !form.merges {
        let cure = "choose one whose `merges` is true";
        return Err(Refused::new("form", "it is no file to merge into", cure).into());
    }
    let chosen = Chosen { token: asked.token, choices: asked.choices.into_iter().collect() };
    let options = load(&request, &state, &name, chosen).await?;
    let merged = merge_into(&asked.file, &variables(&options, form.way))?;
    Ok(secret().json(published::merged(&merged)))
}

/// The options of a connection, with its token in them.
pub async fn load(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    name: &str,
    chosen: Chosen,
) -> Result<Options, ApiError> {
    let id = id(name)?;
    let address = dashboard::address(request);
    let (state, of_id) = (state.clone(), chosen.token.clone());
    let actor = Caller::let_in(request).actor();
    let found = web::block(move || {
        let Some(row) = state.store.read(|conn| rows::by_id(conn, id))? else {
            return Ok(None);
        };
        let text = match &of_id {
            Some(token) => token_text(&state.store, &state.seal, id, token, &actor)?,
            None => latest_token_text(&state.store, &state.seal, id, &actor)?,
        };
        Ok(Some((row, text)))
    })
    .await?;
    let found = found.map_err(|reason| of(reason, name))?;
    let (row, text) = found.ok_or_else(|| unknown(name))?;
    let mut options = Options::new(&address, &text, &row.name)?;
    for (name, value) in &chosen.choices {
        if !options.choose(name, value)? {
            let names: Vec<&str> = CHOICES.iter().map(|choice| choice.name).collect();
            let expected = format!("one of endpoint, token, form, file, {}", names.join(", "));
            let name: String = name.chars().take(48).collect();
            return Err(ApiError::parameter(name, expected, "tool_details=on"));
        }
    }
    Ok(options)
}

/// The file of a name.
pub fn find(files: Vec<File>, name: &str) -> Result<File, Refused> {
    let names: Vec<&str> = files.iter().map(|file| file.name).collect();
    let cure = format!("choose of {}", names.join(", "));
    files
        .into_iter()
        .find(|file| file.name == name)
        .ok_or_else(|| Refused::new("file", "the form has no such file", cure))
}

/// A file to keep.
pub fn download(file: File) -> HttpResponse {
    let kept = format!("attachment; filename=\"{}\"", file.name);
    secret()
        .content_type(file.media_type)
        .insert_header(("Content-Disposition", kept))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .body(file.text)
}

/// An answer with a token in it: nobody on the way keeps it.
fn secret() -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.insert_header(("Cache-Control", "no-store"));
    answer
}
