//! `GET /api/v1/detections` and `GET /api/v1/detections/counts`: what redaction found.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use daybook_schema::api::DetectionRow;
use daybook_schema::connections::public_id;
use daybook_schema::detections::{self, Detection, DetectionCursor, DetectionFilter};
use serde_json::{Value, json};

use super::daily::text;
use super::export::{CsvRow, Wanted, answer, cell};
use super::query::{self, Given};
use super::status::{payloads_scanned, refreshed_at};
use crate::access::looks::{self, Look};
use crate::error::ApiError;
use crate::state::AppState;

/// The parameters of the rows.
const NAMES: &[&str] =
    &["from", "to", "type", "user", "connection", "session", "limit", "cursor", "format"];

/// The parameters of the counts.
const COUNTS_NAMES: &[&str] = &["from", "to", "type", "user", "connection", "session"];

/// Where a secret was found, row by row, the latest first.
pub async fn rows(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let (filter, wanted) = parse(request.query_string(), NAMES)?;
    let (user, format) = (filter.email.as_deref(), wanted.format);
    looks::note(&request, &state, Look { what: "detections", user, format }).await?;
    let refreshed = refreshed_at(&state).await?;
    let read = Arc::new(move |after: Option<&DetectionCursor>, limit| {
        let found =
            state.store.read(|conn| detections::page(conn, &filter, after.copied(), limit))?;
        Ok(found.iter().map(|it| (cursor(it), row(it))).collect())
    });
    answer::<_, DetectionRow>(wanted, refreshed, "detections", read).await
}

/// How often each type was found, by day.
pub async fn counts(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let (filter, _) = parse(request.query_string(), COUNTS_NAMES)?;
    let (from, to) = (filter.from, filter.to);
    let (found, people, payloads) = web::block(move || {
        state.store.read(|conn| {
            let found = detections::by_day_and_rule(conn, &filter)?;
            Ok((found, detections::people(conn, &filter)?, payloads_scanned(conn)?))
        })
    })
    .await??;
    Ok(HttpResponse::Ok().json(json!({
        "from": from,
        "to": to,
        "detections": found.iter().fold(0_i64, |sum, (_, _, times)| sum.saturating_add(*times)),
        "people": people,
        "payloads_scanned": payloads,
        "by_type": by_type(&found),
        "by_day": by_day(&found),
    })))
}

/// Where a page ends that ends with this detection.
pub fn cursor(detection: &Detection) -> DetectionCursor {
    DetectionCursor { day: detection.day, last_at: detection.last_at, id: detection.id }
}

/// Reads a query string.
fn parse(
    query: &str,
    names: &[&str],
) -> Result<(DetectionFilter, Wanted<DetectionCursor>), ApiError> {
    let mut given = Given::default();
    let (mut rule, mut email, mut connection, mut session_id) = (None, None, None, None);
    for (name, value) in query::pairs(query) {
        match name.as_str() {
            "type" => rule = Some(value),
            "user" => email = Some(query::user(&value)?),
            "connection" => connection = Some(query::connection(&value)?),
            "session" => session_id = Some(value),
            name => given.take(name, &value, names)?,
        }
    }
    let wanted = given.wanted()?;
    let (from, to) = (wanted.from, wanted.to);
    Ok((DetectionFilter { from, to, rule, email, connection, session_id }, wanted))
}

/// All days together, the most frequent first.
fn by_type(found: &[(NaiveDate, String, i64)]) -> Vec<Value> {
    let mut totals: BTreeMap<&str, i64> = BTreeMap::new();
    for (_, rule, times) in found {
        let total = totals.entry(rule).or_default();
        *total = total.saturating_add(*times);
    }
    let mut totals: Vec<(&str, i64)> = totals.into_iter().collect();
    totals.sort_by_key(|(rule, times)| (std::cmp::Reverse(*times), *rule));
    totals.iter().map(|(rule, times)| json!({"type": rule, "times": times})).collect()
}

/// Day by day, the earliest first; days without any are left out.
fn by_day(found: &[(NaiveDate, String, i64)]) -> Vec<Value> {
    let mut days: BTreeMap<NaiveDate, BTreeMap<&str, i64>> = BTreeMap::new();
    for (day, rule, times) in found {
        days.entry(*day).or_default().insert(rule, *times);
    }
    let line = |(day, types): (&NaiveDate, &BTreeMap<&str, i64>)| {
        let times = types.values().fold(0_i64, |sum, times| sum.saturating_add(*times));
        json!({"day": day, "times": times, "by_type": types})
    };
    days.iter().map(line).collect()
}

/// A detection as it is published.
fn row(detection: &Detection) -> DetectionRow {
    let detection = detection.clone();
    DetectionRow {
        id: format!("det_{:016x}", detection.id),
        day: detection.day,
        kind: detection.rule,
        path: detection.path,
        user_email: detection.email,
        session_id: detection.session_id,
        connection_id: public_id(detection.connection_id),
        before: detection.text_before,
        after: detection.text_after,
        secret: detection.secret_hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        times: detection.times,
        first_at: time(detection.first_at),
        last_at: time(detection.last_at),
    }
}

/// A time, to the microsecond.
pub fn time(micros: i64) -> String {
    let time = DateTime::<Utc>::from_timestamp_micros(micros).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

impl CsvRow for DetectionRow {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "day",
        "type",
        "path",
        "user_email",
        "session_id",
        "connection_id",
        "before",
        "after",
        "secret",
        "times",
        "first_at",
        "last_at",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.day.to_string(),
            cell(&self.kind),
            cell(&self.path),
            text(self.user_email.as_ref()),
            text(self.session_id.as_ref()),
            self.connection_id.clone(),
            cell(&self.before),
            cell(&self.after),
            self.secret.clone(),
            self.times.to_string(),
            self.first_at.clone(),
            self.last_at.clone(),
        ]
    }
}
