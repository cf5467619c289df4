//! Knows the markers that earlier scans put into a text, and leaves them alone.

use super::super::MARKER_START;
use crate::ingest::rules;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// Bytes of the longest type and the `>`.
const TYPE_BYTES: usize = 49;

/// Whether `at` lies in a marker.
pub fn is_in_marker(text: &str, at: usize) -> bool {
    let floor = at.saturating_sub(MARKER_START.len() + TYPE_BYTES);
    let front = text.as_bytes().get(floor..at).unwrap_or_default();
    let behind = front.iter().rev().take_while(|byte| is_type(**byte)).count();
    let start = at - behind;
    let front = text.as_bytes().get(..start).unwrap_or_default();
    front.ends_with(MARKER_START.as_bytes()) && type_length(text, start).is_some()
}

/// A range without the markers at its ends; `None` if nothing is left of it, or a marker stands
/// in its middle: what was secret there has gone.
pub fn without(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let found = text.get(range.clone())?;
    let mut starts = memchr::memchr_iter(b'<', found.as_bytes());
    let is_marker =
        |at: &usize| found.get(*at..).is_some_and(|rest| rest.starts_with(MARKER_START));
    let Some(at) = starts.find(is_marker) else { return Some(range) };
    let start = range.start + at + MARKER_START.len();
    match type_length(text, start) {
        None => Some(range),
        Some(_) if found.starts_with("-----") => Some(range),
        Some(_) => None,
    }
}

/// The bytes of a known type at `start`, if `>` follows it.
fn type_length(text: &str, start: usize) -> Option<usize> {
    let rest = text.as_bytes().get(start..)?;
    let length = rest.iter().take(TYPE_BYTES).take_while(|byte| is_type(**byte)).count();
    let id = text.get(start..start + length)?;
    (rest.get(length) == Some(&b'>') && IDS.contains(id)).then_some(length)
}

/// Every type there is.
static IDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    rules::all().map(|rule| rule.id).chain([super::super::UNSCANNABLE_ID]).collect()
});

/// Bytes of a type.
fn is_type(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}
