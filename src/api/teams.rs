//! `/api/v1/teams/memberships`: who is in which team since when, as files say it.

use actix_web::{HttpRequest, HttpResponse, web};
use daybook_jobs::teams::{self as work, Change, Line, Mode, NotImported, Outcome, WrongLine};
use daybook_schema::team_memberships::Membership;
use daybook_schema::users::public_id;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body;
use super::query::pairs;
use crate::access::Caller;
use crate::error::ApiError;
use crate::state::{AppState, now_micros};
use crate::teams::{self, Column, Listed, MAX_BYTES, MAX_LINES};

/// Most changes that an answer tells one by one.
const MAX_CHANGES: usize = 1000;

/// Memberships as JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    memberships: Vec<GivenLine>,
}

/// One of them. What the listing says of a user can be sent back as it is.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GivenLine {
    email: Option<String>,
    user_id: Option<String>,
    team: Option<String>,
    department: Option<String>,
    cost_center: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

/// All memberships: `format` is `json`, or `csv`, which can be sent back.
pub async fn list(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let mut is_csv = false;
    for (name, value) in pairs(request.query_string()) {
        is_csv = match (name.as_str(), value.as_str()) {
            ("format", "csv") => true,
            ("format", "json") => false,
            ("format", _) => return Err(ApiError::parameter(name, "`json` or `csv`", "csv")),
            _ => return Err(ApiError::parameter(name, "format", "format")),
        };
    }
    let listed = web::block(move || state.store.read(Listed::load)).await??;
    if !is_csv {
        return Ok(HttpResponse::Ok().json(teams::json(&listed)));
    }
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(("Content-Disposition", "attachment; filename=\"teams.csv\""))
        .body(teams::csv(&listed)))
}

/// Puts a file in the place of all memberships.
pub async fn replace(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    import(&request, payload, state, Mode::Replace).await
}

/// Takes in a file: on the days it covers things are as it says, everything else stays.
pub async fn amend(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    import(&request, payload, state, Mode::Amend).await
}

/// Takes in a file, or with `preview=true` says what that would change.
async fn import(
    request: &HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
    mode: Mode,
) -> Result<HttpResponse, ApiError> {
    let mut preview = false;
    for (name, value) in pairs(request.query_string()) {
        preview = match (name.as_str(), value.as_str()) {
            ("preview", "true") => true,
            ("preview", "false") => false,
            _ => return Err(ApiError::parameter("preview", "`true` or `false`", "true")),
        };
    }
    let is_csv = body::is_said_to_be(request, "text/csv");
    if !is_csv && !body::is_said_to_be(request, "application/json") {
        return Err(ApiError::MediaType);
    }
    let file = body::file(payload, MAX_BYTES, &state).await?;
    let actor = Caller::let_in(request).actor();
    let outcome = web::block(move || {
        let lines = if is_csv { teams::read(&file)? } else { of_json(&file)? };
        apply(&state, &lines, mode, preview, &actor)
    });
    Ok(HttpResponse::Ok().json(shown(&outcome.await??, mode, preview)))
}

/// Writes lines, or says what they would change. Blocks.
pub fn apply(
    state: &AppState,
    lines: &[Line],
    mode: Mode,
    preview: bool,
    actor: &str,
) -> Result<Outcome, ApiError> {
    Ok(match preview {
        true => work::preview(&state.store, &state.keys, lines, mode)?,
        false => work::import(&state.store, &state.keys, lines, mode, actor, now_micros())?,
    })
}

/// Lines out of JSON; their numbers are their places.
fn of_json(file: &[u8]) -> Result<Vec<Line>, ApiError> {
    let Given { memberships } =
        serde_json::from_slice(file).map_err(|error| ApiError::Body(error.to_string()))?;
    if memberships.len() > MAX_LINES {
        return Err(ApiError::Body(format!("there are at most {MAX_LINES} memberships")));
    }
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(&memberships) {
        match line.read(number) {
            Ok(line) => lines.push(line),
            Err(why) => wrong.extend(why),
        }
    }
    if wrong.is_empty() { Ok(lines) } else { Err(wrong.into()) }
}

impl GivenLine {
    /// The line it is; an email outranks an id.
    fn read(&self, number: u64) -> Result<Line, Vec<WrongLine>> {
        teams::given(number, |column| {
            let field = match column {
                Column::Email => self.email.as_ref().or(self.user_id.as_ref()),
                Column::Team => self.team.as_ref(),
                Column::Department => self.department.as_ref(),
                Column::CostCenter => self.cost_center.as_ref(),
                Column::From => self.from.as_ref(),
                Column::To => self.to.as_ref(),
            };
            field.map_or("", String::as_str)
        })
    }
}

/// What changes, as the API shows it.
fn shown(outcome: &Outcome, mode: Mode, preview: bool) -> Value {
    let rows = |rows: &[Membership]| -> Vec<Value> {
        let row = |row: &Membership| {
            let names = row.names();
            json!({
                "team": names.team,
                "department": names.department,
                "cost_center": names.cost_center,
                "from": row.from(),
                "to": row.to(),
            })
        };
        rows.iter().map(row).collect()
    };
    let change = |change: &Change| {
        json!({
            "user_id": public_id(change.user_id),
            "email": outcome.emails.get(&change.user_id),
            "before": rows(&change.before),
            "after": rows(&change.after),
        })
    };
    let changes: Vec<Value> = outcome.changes.iter().take(MAX_CHANGES).map(change).collect();
    json!({
        "preview": preview,
        "mode": mode.name(),
        "people": outcome.people,
        "changed": outcome.changes.len(),
        "changes": changes,
    })
}

impl From<Vec<WrongLine>> for ApiError {
    fn from(wrong: Vec<WrongLine>) -> ApiError {
        ApiError::Memberships(wrong)
    }
}

impl From<NotImported> for ApiError {
    fn from(reason: NotImported) -> ApiError {
        match reason {
            NotImported::Wrong(wrong) => wrong.into(),
            NotImported::Store(error) => error.into(),
        }
    }
}
