//! How connections are, as it is published: `health` of a connection, and why requests were
//! refused that carried no token that is known.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use daybook_schema::connection_health::NO_CONNECTION;
use daybook_schema::refused_requests::{self, RefusedRequest};
use daybook_schema::signals::SignalKind;
use serde_json::{Map, Value, json};

use super::detections::time;
use crate::connections::health::{Condition, State};
use crate::error::ApiError;
use crate::state::AppState;

/// Why requests were refused that belong to no connection: for admins alone.
pub async fn unknown_senders(state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    let rows =
        web::block(move || state.store.read(|conn| refused_requests::of(conn, NO_CONNECTION)));
    let data: Vec<Value> = rows.await??.iter().map(shown_refused).collect();
    Ok(HttpResponse::Ok().json(json!({ "data": data })))
}

/// How a connection is.
pub(super) fn shown(state: &State, now: DateTime<Utc>) -> Value {
    let received = &state.received;
    let versions: Map<String, Value> =
        state.versions.iter().map(|(version, users)| (version.clone(), json!(users))).collect();
    let steps: Map<String, Value> =
        state.steps().iter().map(|step| (step.name.to_owned(), json!(step.is_done))).collect();
    json!({
        "condition": condition(state.condition(now)),
        "steps": steps,
        "requests_accepted": received.accepted,
        "requests_refused": received.refused,
        "last_metrics_at": received.last_metrics_at.map(time),
        "last_logs_at": received.last_logs_at.map(time),
        "last_traces_at": received.last_traces_at.map(time),
        "last_refused_at": received.last_refused_at.map(time),
        "users_24h": state.users,
        "client_versions_24h": versions,
        "temporality": state.temporality(),
        "missing_attributes": state.missing(),
        "refused": state.refused.iter().map(shown_refused).collect::<Vec<Value>>(),
    })
}

/// A cause as it is published.
fn shown_refused(row: &RefusedRequest) -> Value {
    json!({
        "status": row.status,
        "signal": signal(row.kind),
        "message": row.message,
        "times": row.times,
        "first_at": time(row.first_at),
        "last_at": time(row.last_at),
    })
}

/// What a refused request was of; `None` when its path said nothing.
pub fn signal(kind: i16) -> Option<&'static str> {
    Some(match SignalKind::from_number(kind)? {
        SignalKind::Metrics => "metrics",
        SignalKind::Logs => "logs",
        SignalKind::Traces => "traces",
    })
}

/// A condition's name for programs.
fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::Waiting => "waiting",
        Condition::Refused => "refused",
        Condition::MetricsOnly => "metrics_only",
        Condition::LogsOnly => "logs_only",
        Condition::WithoutIdentity => "without_identity",
        Condition::Queued => "queued",
        Condition::Quiet => "quiet",
        Condition::Healthy => "healthy",
    }
}
