//! `/connections/{id}/settings`: what makes developers report, in every form, ready to copy or
//! download. The token is on the page only where somebody asked for it: it is copied without
//! being seen, and without script shown on request.

mod asked;
mod page;
mod forms;
mod merged;

use daybook_schema::connections::Connection;

use super::one::One;
use super::*;
use crate::access::Who;
use crate::api::connections::unknown;
use crate::api::settings::{Chosen, load as load_with_token};
use crate::api::{body, query};
use crate::error::ApiError;
use crate::settings::forms::FORMS;
use crate::settings::{Options, merge, variables};
use asked::{Asked, Shown};

/// Where a connection's settings are.
fn settings_path(id: i32) -> String {
    format!("{}/settings", path_of(id))
}

/// What the connection's page says of it: the settings file itself, copied without being seen,
/// and the other forms there are.
pub(super) fn panel(one: &One, caller: &Caller) -> Markup {
    let path = settings_path(one.row.id);
    let can_copy = Who::Admin.lets_in(caller)
        && one.tokens.iter().any(|token| token.revoked_at.is_none() && token.sealed.is_some());
    html! {
        section.card #settings aria-labelledby="settings-forms" {
            h2 #settings-forms { "Settings" small { " what makes Claude Code report here" } }
            @if can_copy { (copy_file(&path, caller)) }
            ul.choose {
                @for form in FORMS {
                    li { a href={ (path) "?form=" (form.id) } { (form.title) } " " span.muted { (form.purpose) } }
                }
                li {
                    a href={ (path_of(one.row.id)) "/attributes" } { "Resource attributes" }
                    " " span.muted { "Who people are, where no sign-in says it: Bedrock, Vertex, gateways, API keys." }
                }
            }
        }
    }
}

/// A button that copies the settings file of one machine, made as nobody chose otherwise.
fn copy_file(path: &str, caller: &Caller) -> Markup {
    html! {
        form.copied action={ (path) "/file" } method="post" data-copy-secret hidden {
            (caller.form_token())
            input type="hidden" name="form" value="user-settings";
            button.primary type="submit" name="file" value="settings.json" { "Copy settings.json" }
            span.muted { "With the newest token in it. To try it on one machine: " code { "~/.claude/settings.json" } }
        }
    }
}

/// Answers `GET /connections/{id}/settings`: the token is left out.
pub async fn show(
    request: HttpRequest,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let asked = Asked::parse(query::pairs(request.query_string()))?;
    let row = connection(&state, &name).await?;
    let options = Options::masked(&address(&request), &row.name)?;
    let shown = Shown::new(asked, options, Caller::let_in(&request));
    let status = shown.status();
    Ok(answer_with(&request, status, page::page(&row, &shown)))
}

/// Answers `POST /connections/{id}/settings`: the same with the token.
pub async fn show_with_token(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let asked = Asked::parse(body::form(&request, payload, &state).await?)?;
    let row = connection(&state, &name).await?;
    let options = load_with_token(&request, &state, &name, Chosen::default()).await?;
    let shown = Shown { has_token: true, ..Shown::new(asked, options, Caller::let_in(&request)) };
    Ok(unkept(answer_with(&request, shown.status(), page::page(&row, &shown))))
}

/// Answers `POST /connections/{id}/settings/file`: one file, with the token in it.
pub async fn file(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let asked = Asked::parse(body::form(&request, payload, &state).await?)?;
    let wanted = asked.file.clone();
    let options = load_with_token(&request, &state, &name, Chosen::default()).await?;
    let shown = Shown::new(asked, options, Caller::let_in(&request));
    if let Some(refused) = shown.refused {
        return Err(refused.into());
    }
    let files = shown.asked.form.files(&shown.options)?;
    Ok(crate::api::settings::download(crate::api::settings::find(files, &wanted)?))
}

/// Answers `POST /connections/{id}/settings/merge`: what was pasted, with the variables in it.
pub async fn merge_into(
    request: HttpRequest,
    payload: web::Payload,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let asked = Asked::parse(body::form(&request, payload, &state).await?)?;
    let row = connection(&state, &name).await?;
    let options = load_with_token(&request, &state, &name, Chosen::default()).await?;
    let mut shown =
        Shown { has_token: true, ..Shown::new(asked, options, Caller::let_in(&request)) };
    if shown.asked.form.merges && shown.refused.is_none() {
        let ours = variables(&shown.options, shown.asked.form.way);
        shown.merged = Some(merge::merge(&shown.asked.pasted, &ours));
    }
    Ok(unkept(answer_with(&request, shown.status(), page::page(&row, &shown))))
}

/// The connection of a public id.
pub(super) async fn connection(
    state: &web::Data<AppState>,
    name: &str,
) -> Result<Connection, ApiError> {
    let id = daybook_schema::connections::parse_public_id(name).ok_or_else(|| unknown(name))?;
    let store = state.store.clone();
    let row = web::block(move || store.read(|conn| connections::by_id(conn, id))).await??;
    row.ok_or_else(|| unknown(name))
}

/// An answer that nobody keeps.
pub(super) fn unkept(mut answer: HttpResponse) -> HttpResponse {
    use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
