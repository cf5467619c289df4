//! `GET /healthz`, `GET /readyz`, `GET /api/v1/status`.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use chrono::{DateTime, SecondsFormat, Utc};
use daybook_schema::QueryResult;
use daybook_schema::installation;
use daybook_schema::signals::{self, QueueDepth};
use daybook_schema::store::StoreConnection;
use daybook_schema::tallies::{self, Tally};
use serde_json::json;

use crate::error::ApiError;
use crate::state::{AppState, now_micros};

/// The process runs.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// The database answers. Whether it can be written is not tried.
///
/// Asked every second by whatever sends requests here, so it costs the same however much waits.
pub async fn readyz(state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    web::block(move || state.store.read(installation::generation)).await??;
    Ok(HttpResponse::Ok().json(json!({"status": "ready"})))
}

/// How the server is: the queue, what was refused, what nobody knew.
pub async fn status(state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    let now = now_micros();
    let time_zone = state.time_zone.name();
    let database = state.store.describe();
    let limited = state.rates.limited();
    let (depth, tallies, rebuild_wanted) = web::block(move || {
        state.store.read(|conn| {
            Ok((signals::depth(conn)?, tallies::all(conn)?, installation::wants_rebuild(conn)?))
        })
    })
    .await??;
    let count = |name| total(&tallies, name);
    Ok(HttpResponse::Ok().json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "database": database,
        "time_zone": time_zone,
        "rebuild_wanted": rebuild_wanted,
        "signals": {
            "waiting": depth.waiting,
            "folded": count(tallies::FOLDED),
            "quarantined": depth.quarantined,
            "copies": count(tallies::REQUEST_COPIES),
        },
        "traces": {"kept": count(tallies::TRACES)},
        "attributes_dropped": count(tallies::DROPPED_ATTRIBUTES),
        "records": {
            "copies": count(tallies::RECORD_COPIES),
            "too_old": count(tallies::TOO_OLD),
            "refused": by_detail(&tallies, tallies::REFUSED),
        },
        "limited": limited,
        "unknown": {
            "metrics": by_detail(&tallies, tallies::UNKNOWN_METRIC),
            "events": by_detail(&tallies, tallies::UNKNOWN_EVENT),
        },
        "fold_lag_seconds": lag_seconds(&depth, now),
        "data_refreshed_at": refreshed(&depth, now),
    })))
}

/// How many payloads were scanned: all that were received are, before they are stored.
pub fn payloads_scanned(connection: &mut StoreConnection<'_>) -> QueryResult<i64> {
    let depth = signals::depth(connection)?;
    let folded = total(&tallies::all(connection)?, tallies::FOLDED);
    Ok(folded.saturating_add(depth.waiting).saturating_add(depth.quarantined))
}

/// All details of a tally together.
fn total(tallies: &[Tally], name: &str) -> i64 {
    tallies
        .iter()
        .filter(|tally| tally.name == name)
        .fold(0, |sum: i64, tally| sum.saturating_add(tally.count))
}

/// A tally by detail.
fn by_detail<'a>(tallies: &'a [Tally], name: &str) -> BTreeMap<&'a str, i64> {
    tallies
        .iter()
        .filter(|tally| tally.name == name)
        .map(|tally| (tally.detail.as_str(), tally.count))
        .collect()
}

/// How long the oldest waiting signal has waited.
#[expect(clippy::as_conversions, reason = "seconds for people to read")]
fn lag_seconds(depth: &QueueDepth, now: i64) -> f64 {
    let waited = depth.oldest_waiting.map_or(0, |since| now.saturating_sub(since).max(0));
    waited as f64 / 1.0e6
}

/// Everything received before this has been counted.
fn refreshed(depth: &QueueDepth, now: i64) -> String {
    let time = depth.oldest_waiting.unwrap_or(now);
    let time = DateTime::<Utc>::from_timestamp_micros(time).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The same, for an answer that carries figures.
pub async fn refreshed_at(state: &web::Data<AppState>) -> Result<String, ApiError> {
    let now = now_micros();
    let state = state.clone();
    let depth = web::block(move || state.store.read(signals::depth)).await??;
    Ok(refreshed(&depth, now))
}
