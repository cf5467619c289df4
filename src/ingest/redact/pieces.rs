//! Redacts strings that belong together: a key and its value, the items of a list. They are
//! scanned as one text, so that a key gives its value away and a secret spread over items is seen,
//! and changed each for itself.

use super::embedded_json::is_json;
use super::text::{Judges, Scanner, Span};
use super::{MARKER_START, Redactions, UNSCANNABLE};
use crate::ingest::rules::SEAM;
use std::ops::Range;

/// Rounds until nothing changes any more. One nearly always does; a second proves it.
const MAX_ROUNDS: usize = 5;

/// How much of a name is given to what stands under it: as far as a rule looks from a keyword. A
/// long name over many values would be read as often.
const CONTEXT_BYTES: usize = 100;

/// Redacts `pieces`, which stand under the name `context`, until another scan finds nothing.
///
/// What cannot be scanned is replaced as a whole.
pub fn redact(
    scanner: &Scanner,
    judges: Judges,
    context: &str,
    pieces: &mut [&mut String],
    counted: &mut Redactions,
) {
    let context = end_of_name(context);
    let suspect = |text: &str| scanner.may_match(text.as_bytes());
    if !suspect(context) && !pieces.iter().any(|piece| suspect(piece)) {
        return;
    }
    for _ in 0..MAX_ROUNDS {
        let (joined, places) = join(context, pieces);
        match scanner.spans(&joined, judges) {
            Ok(spans) => {
                if !replace(pieces, &places, &spans, counted) {
                    return;
                }
            }
            Err(_) => break,
        }
    }
    for piece in pieces.iter_mut().filter(|piece| suspect(piece)) {
        give_up(piece, counted);
    }
}

/// The end of a name, on a character boundary.
fn end_of_name(name: &str) -> &str {
    let cut = name.len().saturating_sub(CONTEXT_BYTES);
    (cut..name.len()).find_map(|at| name.get(at..)).unwrap_or_default()
}

/// Replaces a string that could not be scanned.
pub fn give_up(text: &mut String, counted: &mut Redactions) {
    if text != UNSCANNABLE {
        UNSCANNABLE.clone_into(text);
        counted.add(super::UNSCANNABLE_ID);
    }
}

/// Writes the pieces in a row, behind their context, and says where each came to stand.
fn join(context: &str, pieces: &[&mut String]) -> (String, Vec<Range<usize>>) {
    let mut joined = context.to_owned();
    let mut places = Vec::with_capacity(pieces.len());
    for piece in pieces {
        if !joined.is_empty() {
            joined.push(SEAM);
        }
        let start = joined.len();
        joined.push_str(piece);
        places.push(start..joined.len());
    }
    (joined, places)
}

/// Puts markers into the pieces; whether any was changed. A span in the context is its own affair.
fn replace(
    pieces: &mut [&mut String],
    places: &[Range<usize>],
    spans: &[Span],
    counted: &mut Redactions,
) -> bool {
    let mut changed = false;
    for (piece, place) in pieces.iter_mut().zip(places) {
        let first = spans.partition_point(|span| span.range.end <= place.start);
        let inside = spans.get(first..).unwrap_or_default();
        let count = inside.partition_point(|span| span.range.start < place.end);
        let inside = inside.get(..count).unwrap_or_default();
        if inside.is_empty() {
            continue;
        }
        changed = true;
        mark(piece, place, inside, counted);
    }
    changed
}

/// Puts markers into one piece. If that breaks JSON, which takes a block quoted line by line, the
/// piece goes as a whole.
fn mark(text: &mut String, place: &Range<usize>, spans: &[Span], counted: &mut Redactions) {
    let mut marked = String::with_capacity(text.len());
    let mut copied = 0;
    for span in spans {
        let start = span.range.start.saturating_sub(place.start);
        let end = (span.range.end - place.start).min(text.len());
        marked.push_str(text.get(copied..start).unwrap_or_default());
        marked.push_str(MARKER_START);
        marked.push_str(span.rule.id);
        marked.push('>');
        counted.add(span.rule.id);
        copied = end;
    }
    marked.push_str(text.get(copied..).unwrap_or_default());
    if is_json(text) && !is_json(&marked) {
        return give_up(text, counted);
    }
    *text = marked;
}
