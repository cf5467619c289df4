//! `GET /api/v1/audit-log`: who did what, as JSON page by page or whole as CSV.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, SecondsFormat};
use daybook_schema::audit_log::{self, AuditRow};
use daybook_schema::store::Store;
use serde_json::{Value, json};

use super::export::cell;
use super::query;
use crate::access::Caller;
use crate::error::ApiError;
use crate::state::{AppState, now_micros};

/// Rows that are read at once.
const ROWS: i64 = 1000;

/// What is asked for.
struct Asked {
    /// Entries before this one, the latest first.
    before: i64,
    is_csv: bool,
}

/// Answers with entries, the latest first. That it was taken away is an entry too.
pub async fn rows(
    request: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let asked = parse(request.query_string())?;
    let entry = Caller::let_in(&request).did("audit.export", "audit log", "");
    let body = web::block(move || {
        state.store.write(|conn| audit_log::record(conn, &entry, now_micros()))?;
        match asked.is_csv {
            true => csv(&state.store, asked.before).map(Body::Csv),
            false => page(&state.store, asked.before).map(Body::Json),
        }
    });
    Ok(match body.await?? {
        Body::Json(page) => HttpResponse::Ok().json(page),
        Body::Csv(bytes) => HttpResponse::Ok()
            .content_type("text/csv; charset=utf-8")
            .insert_header(("Content-Disposition", "attachment; filename=\"audit-log.csv\""))
            .body(bytes),
    })
}

/// What is answered.
enum Body {
    Json(Value),
    Csv(Vec<u8>),
}

/// Reads a query string.
fn parse(query: &str) -> Result<Asked, ApiError> {
    let mut asked = Asked { before: i64::MAX, is_csv: false };
    for (name, value) in query::pairs(query) {
        match (name.as_str(), value.as_str()) {
            ("format", "csv") => asked.is_csv = true,
            ("format", "json") => asked.is_csv = false,
            ("format", _) => {
                return Err(ApiError::parameter("format", "`json` or `csv`", "csv"));
            }
            ("before", value) => {
                let wrong = || ApiError::parameter("before", "the number of an entry", "100");
                asked.before = value.parse().map_err(|_| wrong())?;
            }
            (unknown, _) => {
                let shown: String = unknown.chars().take(40).collect();
                return Err(ApiError::parameter(shown, "`before` or `format`", "format=csv"));
            }
        }
    }
    Ok(asked)
}

/// One page.
fn page(store: &Store, before: i64) -> Result<Value, ApiError> {
    let rows = store.read(|conn| audit_log::page(conn, before, ROWS))?;
    let next = rows.last().map(|last| last.id).filter(|id| *id > 1);
    let data: Vec<Value> = rows.iter().map(shown).collect();
    Ok(json!({"data": data, "next_before": next}))
}

/// Every entry.
fn csv(store: &Store, before: i64) -> Result<Vec<u8>, ApiError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["entry", "time", "actor", "action", "subject", "detail"];
    writer.write_record(header).map_err(|_| ApiError::Unavailable)?;
    let mut before = before;
    loop {
        let rows = store.read(|conn| audit_log::page(conn, before, ROWS))?;
        let Some(last) = rows.last() else { break };
        before = last.id;
        for row in &rows {
            let cells = [
                row.id.to_string(),
                time(row.at),
                cell(&row.actor),
                cell(&row.action),
                cell(&row.subject),
                cell(&row.detail),
            ];
            writer.write_record(cells).map_err(|_| ApiError::Unavailable)?;
        }
    }
    writer.into_inner().map_err(|_| ApiError::Unavailable)
}

/// An entry as it is published.
fn shown(row: &AuditRow) -> Value {
    json!({
        "entry": row.id,
        "time": time(row.at),
        "actor": row.actor,
        "action": row.action,
        "subject": row.subject,
        "detail": row.detail,
    })
}

/// A time, to the second.
pub fn time(micros: i64) -> String {
    let time = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
