//! Cursors: where a page ended, opaque to consumers.

use chrono::NaiveDate;
use daybook_schema::api::DailyCursor;
use daybook_schema::detections::DetectionCursor;

use crate::error::ApiError;

/// Where a page of some kind of rows ended.
pub trait Cursor: Clone + Send + Sync + 'static {
    /// What it says, one thing a line; the first names the kind.
    fn lines(&self) -> String;

    /// Reads what [`Cursor::lines`] wrote; `None` when it is none, or of another kind.
    fn read(lines: &str) -> Option<Self>;
}

/// Writes a cursor: hex, so that it needs no escaping in a URL.
pub fn write(cursor: &impl Cursor) -> String {
    cursor.lines().bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a cursor.
pub fn parse<Of: Cursor>(text: &str) -> Result<Of, ApiError> {
    unhex(text).and_then(|lines| Of::read(&lines)).ok_or_else(|| {
        ApiError::parameter("cursor", "the `next_cursor` of the page before", "3120323032362d...")
    })
}

impl Cursor for DailyCursor {
    fn lines(&self) -> String {
        format!("1\n{}\n{}\n{}\n{}", self.day, self.user_id, self.connection_id, self.model)
    }

    fn read(lines: &str) -> Option<DailyCursor> {
        let mut parts = lines.splitn(5, '\n');
        if parts.next()? != "1" {
            return None;
        }
        Some(DailyCursor {
            day: day(parts.next()?)?,
            user_id: parts.next()?.parse().ok()?,
            connection_id: parts.next()?.parse().ok()?,
            model: parts.next()?.to_owned(),
        })
    }
}

impl Cursor for DetectionCursor {
    fn lines(&self) -> String {
        format!("det1\n{}\n{}\n{}", self.day, self.last_at, self.id)
    }

    fn read(lines: &str) -> Option<DetectionCursor> {
        let mut parts = lines.splitn(4, '\n');
        if parts.next()? != "det1" {
            return None;
        }
        Some(DetectionCursor {
            day: day(parts.next()?)?,
            last_at: parts.next()?.parse().ok()?,
            id: parts.next()?.parse().ok()?,
        })
    }
}

/// A day.
fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// Text out of hex; `None` when it is none.
fn unhex(text: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = text
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    String::from_utf8(bytes?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_as_it_was_written() {
        let cursor = DailyCursor {
            day: NaiveDate::default(),
            user_id: -7,
            model: "odd\nmodel\u{e9}".to_owned(),
            connection_id: 3,
        };
        assert_eq!(parse(&write(&cursor)), Ok(cursor));
        for wrong in ["", "zz", "31", "310a", "é"] {
            assert!(parse::<DailyCursor>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_cursor_of_other_rows_is_none() {
        let cursor = DetectionCursor { day: NaiveDate::default(), last_at: 7, id: -7 };
        assert_eq!(parse(&write(&cursor)), Ok(cursor));
        assert!(parse::<DailyCursor>(&write(&cursor)).is_err());
    }
}
