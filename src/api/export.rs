//! JSON pages, and whole exports as CSV or NDJSON, streamed page by page.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes};
use chrono::NaiveDate;
use daybook_schema::QueryResult;
use daybook_schema::api::Page;
use futures::stream::try_unfold;
use serde::Serialize;

use super::cursor::{self, Cursor};
use crate::error::ApiError;

/// Rows that are read at once for an export.
const EXPORT_PAGE: i64 = 2000;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Csv,
    Ndjson,
}

impl Format {
    /// Reads `format`.
    pub fn parse(value: &str) -> Result<Format, ApiError> {
        match value {
            "json" => Ok(Format::Json),
            "csv" => Ok(Format::Csv),
            "ndjson" => Ok(Format::Ndjson),
            _ => Err(ApiError::parameter("format", "`json`, `csv` or `ndjson`", "csv")),
        }
    }
}

/// A row that can be a line of CSV.
pub trait CsvRow: Serialize + Send + 'static {
    /// The columns' names.
    const COLUMNS: &'static [&'static str];

    /// The row's cells, in the same order.
    fn cells(&self) -> Vec<String>;
}

/// Which rows are asked for, and how they are to be written.
#[derive(Clone, Debug)]
pub struct Wanted<At> {
    /// First and last day, inclusive.
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub limit: i64,
    /// Whether `limit` was given: exports without one are whole.
    pub limited: bool,
    pub after: Option<At>,
    pub format: Format,
}

/// Reads a page of rows after a cursor.
pub type ReadPage<At, Row> =
    Arc<dyn Fn(Option<&At>, i64) -> QueryResult<Vec<(At, Row)>> + Send + Sync>;

/// Answers a query in the format it asks for.
pub async fn answer<At: Cursor, Row: CsvRow>(
    wanted: Wanted<At>,
    refreshed_at: String,
    name: &str,
    read: ReadPage<At, Row>,
) -> Result<HttpResponse, ApiError> {
    if wanted.format == Format::Json {
        return page(wanted, refreshed_at, read).await;
    }
    let (content_type, extension) = match wanted.format {
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        _ => ("application/x-ndjson", "ndjson"),
    };
    let file = format!("attachment; filename=\"{name}-{}-{}.{extension}\"", wanted.from, wanted.to);
    Ok(HttpResponse::Ok()
        .content_type(content_type)
        .insert_header(("Content-Disposition", file))
        .insert_header(("X-Data-Refreshed-At", refreshed_at))
        .streaming(lines(wanted, read)))
}

/// One page of JSON.
async fn page<At: Cursor, Row: CsvRow>(
    wanted: Wanted<At>,
    data_refreshed_at: String,
    read: ReadPage<At, Row>,
) -> Result<HttpResponse, ApiError> {
    let limit = wanted.limit;
    let mut rows =
        web::block(move || read(wanted.after.as_ref(), limit.saturating_add(1))).await??;
    // One row more than asked for tells whether there is a next page.
    let has_more = i64::try_from(rows.len()).is_ok_and(|found| found > limit);
    if has_more {
        rows.pop();
    }
    let next_cursor = rows.last().filter(|_| has_more).map(|(at, _)| cursor::write(at));
    let data = rows.into_iter().map(|(_, row)| row).collect();
    Ok(HttpResponse::Ok().json(Page { data, next_cursor, data_refreshed_at }))
}

/// Where an export stands.
struct Progress<At> {
    after: Option<At>,
    left: i64,
    begun: bool,
}

/// The lines of an export, a chunk a page of rows.
fn lines<At: Cursor, Row: CsvRow>(
    wanted: Wanted<At>,
    read: ReadPage<At, Row>,
) -> impl futures::Stream<Item = Result<Bytes, ApiError>> {
    let format = wanted.format;
    let begin = Progress {
        after: wanted.after,
        left: if wanted.limited { wanted.limit } else { i64::MAX },
        begun: false,
    };
    try_unfold(begin, move |at| {
        let read = Arc::clone(&read);
        async move {
            if at.left == 0 {
                return Ok(None);
            }
            let limit = at.left.min(EXPORT_PAGE);
            let rows = web::block(move || read(at.after.as_ref(), limit)).await??;
            let found = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let next = Progress {
                after: rows.last().map(|(at, _)| at.clone()),
                left: if found < limit { 0 } else { at.left - found },
                begun: true,
            };
            let text = match format {
                Format::Csv => csv_lines(&rows, !at.begun),
                _ => json_lines(&rows),
            };
            Ok(Some((Bytes::from(text), next)))
        }
    })
}

/// Rows as NDJSON.
fn json_lines<At, Row: CsvRow>(rows: &[(At, Row)]) -> Vec<u8> {
    let mut text = Vec::new();
    for (_, row) in rows {
        if serde_json::to_writer(&mut text, row).is_ok() {
            text.push(b'\n');
        }
    }
    text
}

/// Rows as CSV, with the header when they are the first.
fn csv_lines<At, Row: CsvRow>(rows: &[(At, Row)], header: bool) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut written = Ok(());
    if header {
        written = writer.write_record(Row::COLUMNS);
    }
    for (_, row) in rows {
        written = written.and_then(|()| writer.write_record(row.cells()));
    }
    written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default()
}

/// A text of telemetry as a cell: a spreadsheet must not take it for a formula.
pub fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_no_formula_in_an_export() {
        assert_eq!(cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(cell("@cmd"), "'@cmd");
        assert_eq!(cell("claude-opus-5-5"), "claude-opus-5-5");
    }
}
