//! Cursors: where a page ended, opaque to consumers.

use chrono::NaiveDate;
use daybook_schema::api::DailyCursor;

use crate::error::ApiError;

/// Writes a cursor: hex, so that it needs no escaping in a URL.
pub fn write(cursor: &DailyCursor) -> String {
    let text = format!(
        "1\n{}\n{}\n{}\n{}",
        cursor.day, cursor.user_id, cursor.connection_id, cursor.model
    );
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a cursor.
pub fn parse(text: &str) -> Result<DailyCursor, ApiError> {
    read(text).ok_or_else(|| {
        ApiError::parameter("cursor", "the `next_cursor` of the page before", "3120323032362d...")
    })
}

/// Reads a cursor; `None` when it is none.
fn read(text: &str) -> Option<DailyCursor> {
    let bytes: Option<Vec<u8>> = text
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let text = String::from_utf8(bytes?).ok()?;
    let mut parts = text.splitn(5, '\n');
    if parts.next()? != "1" {
        return None;
    }
    Some(DailyCursor {
        day: NaiveDate::parse_from_str(parts.next()?, "%Y-%m-%d").ok()?,
        user_id: parts.next()?.parse().ok()?,
        connection_id: parts.next()?.parse().ok()?,
        model: parts.next()?.to_owned(),
    })
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
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
