//! `GET /api/v1/daily-usage` and `GET /api/v1/daily-activity`.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use daybook_schema::api::{DailyActivityRow, DailyUsageRow};
use daybook_schema::counters::Basis;
use daybook_schema::{daily_rows, people};

use super::export::{CsvRow, answer, cell};
use super::query::DailyQuery;
use super::status::refreshed_at;
use crate::access::looks::{self, Look};
use crate::access::{Caller, Who};
use crate::error::ApiError;
use crate::state::AppState;

/// Consumption by user, day and model.
pub async fn usage(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let query = whose(&state, own(&request, query(&request, &state)?)?).await?;
    let (user, format) = (query.filter.user.as_deref(), query.wanted.format);
    looks::note(&request, &state, Look { what: "daily-usage", user, format }).await?;
    let refreshed = refreshed_at(&state).await?;
    let DailyQuery { filter, wanted } = query;
    let read = Arc::new(move |after: Option<&_>, limit| {
        state.store.read(|conn| daily_rows::usage(conn, &filter, after, limit))
    });
    answer::<_, DailyUsageRow>(wanted, refreshed, "daily-usage", read).await
}

/// Activity by user and day, with coverage.
pub async fn activity(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let query = whose(&state, own(&request, query(&request, &state)?)?).await?;
    let (user, format) = (query.filter.user.as_deref(), query.wanted.format);
    looks::note(&request, &state, Look { what: "daily-activity", user, format }).await?;
    let refreshed = refreshed_at(&state).await?;
    let DailyQuery { filter, wanted } = query;
    let read = Arc::new(move |after: Option<&_>, limit| {
        state.store.read(|conn| daily_rows::activity(conn, &filter, after, limit))
    });
    answer::<_, DailyActivityRow>(wanted, refreshed, "daily-activity", read).await
}

/// The query; where the organization's days are UTC days, both bases are the same rows.
fn query(request: &HttpRequest, state: &AppState) -> Result<DailyQuery, ApiError> {
    let mut query = DailyQuery::parse(request.query_string())?;
    if state.time_zone == chrono_tz::Tz::UTC {
        query.filter.basis = Basis::Utc;
    }
    Ok(query)
}

/// The query of whoever asks: a viewer's is of their own figures, whatever it names.
fn own(request: &HttpRequest, mut query: DailyQuery) -> Result<DailyQuery, ApiError> {
    let caller = Caller::let_in(request);
    let Some(signed_in) = caller.signed_in().filter(|_| !Who::Figures.lets_in(&caller)) else {
        return Ok(query);
    };
    let own = &signed_in.account.email;
    if query.filter.user.as_ref().is_some_and(|user| user != own) {
        return Err(ApiError::Forbidden);
    }
    query.filter.user = Some(own.clone());
    Ok(query)
}

/// The query of whom the usage belongs to: who was merged into somebody is that one.
async fn whose(state: &web::Data<AppState>, mut query: DailyQuery) -> Result<DailyQuery, ApiError> {
    if let Some(email) = query.filter.user.take() {
        let state = state.clone();
        let owner = web::block(move || state.store.read(|conn| people::owner_email(conn, &email)));
        query.filter.user = Some(owner.await??);
    }
    Ok(query)
}

/// A number that may be unknown: nothing, never 0.
fn known(number: Option<impl ToString>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// A text that may be unknown.
pub(super) fn text(text: Option<&String>) -> String {
    text.map(|text| cell(text)).unwrap_or_default()
}

impl CsvRow for DailyUsageRow {
    const COLUMNS: &'static [&'static str] = &[
        "date",
        "connection_id",
        "user_id",
        "user_email",
        "user_name",
        "team",
        "department",
        "cost_center",
        "model",
        "requests",
        "input_tokens",
        "output_tokens",
        "cache_read_tokens",
        "cache_creation_tokens",
        "cost_micros",
        "source",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.date.to_string(),
            self.connection_id.clone(),
            self.user_id.clone(),
            text(self.user_email.as_ref()),
            text(self.user_name.as_ref()),
            text(self.team.as_ref()),
            text(self.department.as_ref()),
            text(self.cost_center.as_ref()),
            cell(&self.model),
            known(self.requests),
            self.input_tokens.to_string(),
            self.output_tokens.to_string(),
            self.cache_read_tokens.to_string(),
            self.cache_creation_tokens.to_string(),
            self.cost_micros.to_string(),
            self.source.to_owned(),
        ]
    }
}

impl CsvRow for DailyActivityRow {
    const COLUMNS: &'static [&'static str] = &[
        "date",
        "connection_id",
        "user_id",
        "user_email",
        "user_name",
        "team",
        "department",
        "cost_center",
        "is_active",
        "sessions",
        "lines_added",
        "lines_removed",
        "commits",
        "pull_requests",
        "edits_accepted",
        "edits_rejected",
        "active_seconds_user",
        "active_seconds_cli",
        "prompts",
        "tool_calls",
        "errors",
        "edit_accepted",
        "edit_rejected",
        "multi_edit_accepted",
        "multi_edit_rejected",
        "write_accepted",
        "write_rejected",
        "notebook_edit_accepted",
        "notebook_edit_rejected",
        "coverage_complete",
        "coverage_metrics_tokens",
        "coverage_events_tokens",
        "coverage_events",
        "coverage_events_missing",
        "coverage_sessions_without_events",
        "coverage_sessions_without_metrics",
        "coverage_client_versions",
    ];

    fn cells(&self) -> Vec<String> {
        let mut cells = vec![
            self.date.to_string(),
            self.connection_id.clone(),
            self.user_id.clone(),
            text(self.user_email.as_ref()),
            text(self.user_name.as_ref()),
            text(self.team.as_ref()),
            text(self.department.as_ref()),
            text(self.cost_center.as_ref()),
            self.is_active.to_string(),
            self.sessions.to_string(),
            known(self.lines_added),
            known(self.lines_removed),
            known(self.commits),
            known(self.pull_requests),
            self.edits_accepted.to_string(),
            self.edits_rejected.to_string(),
            known(self.active_seconds_user),
            known(self.active_seconds_cli),
            known(self.prompts),
            known(self.tool_calls),
            known(self.errors),
        ];
        let tools = &self.tool_actions;
        for tool in [tools.edit, tools.multi_edit, tools.write, tools.notebook_edit] {
            cells.extend([tool.accepted.to_string(), tool.rejected.to_string()]);
        }
        let coverage = &self.coverage;
        cells.extend([
            coverage.complete.to_string(),
            coverage.metrics_tokens.to_string(),
            coverage.events_tokens.to_string(),
            coverage.events.to_string(),
            coverage.events_missing.to_string(),
            coverage.sessions_without_events.to_string(),
            coverage.sessions_without_metrics.to_string(),
            cell(&coverage.client_versions.join(" ")),
        ]);
        cells
    }
}
