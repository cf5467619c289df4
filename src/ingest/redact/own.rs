//! Replaces what an organization's own patterns match, once the built-in rules are done.
//!
//! A pattern sees a string as it stands, and JSON in it as text. It never judges what usage is
//! counted by (see `is_kept`), nor a marker.

use std::ops::Range;

use daybook_jobs::detection::Detection;
use daybook_schema::agents::claude_code::is_kept;

use super::detections::{end, start};
use super::embedded_json::is_json;
use super::pieces::{Scan, give_up};
use super::{MARKER_START, Redactions};
use crate::ingest::patterns::{Match, Patterns};

/// No marker is longer: who writes the beginnings of many must not have all behind each read.
const MAX_MARKER_BYTES: usize = 128;

/// Redacts pieces that stand under one name; see [`super::pieces::redact`].
pub fn redact(
    patterns: &Patterns,
    scan: &Scan,
    pieces: &mut [&mut String],
    counted: &mut Redactions,
) {
    for number in 0..pieces.len() {
        let key = number.checked_sub(1).filter(|_| scan.pairs && number % 2 == 1);
        if key.and_then(|key| pieces.get(key)).is_some_and(|key| is_kept(key)) {
            continue;
        }
        if !pieces.get(number).is_some_and(|piece| patterns.may_match(piece.as_bytes())) {
            continue;
        }
        let path = scan.path_of(number, pieces);
        if let Some(piece) = pieces.get_mut(number) {
            redact_one(patterns, scan, path, piece, counted);
        }
    }
}

/// Redacts one string.
fn redact_one(
    patterns: &Patterns,
    scan: &Scan,
    path: String,
    text: &mut String,
    counted: &mut Redactions,
) {
    let markers = markers(text);
    let apart = |found: &Match<'_>| {
        let first = markers.partition_point(|it| it.end <= found.range.start);
        markers.get(first).is_none_or(|it| found.range.end <= it.start)
    };
    let found: Vec<Match<'_>> = patterns.find(text).into_iter().filter(apart).collect();
    if found.is_empty() {
        return;
    }
    let (marked, places) = mark(text, &found);
    if is_json(text) && !is_json(&marked) {
        return give_up(text, counted);
    }
    for (found, place) in found.iter().zip(places) {
        let secret = text.get(found.range.clone()).unwrap_or_default();
        counted.add(found.name.to_owned());
        counted.detections.push(Detection {
            rule: found.name.to_owned(),
            path: path.clone(),
            before: end(marked.get(..place.start).unwrap_or_default()).to_owned(),
            after: start(marked.get(place.end..).unwrap_or_default()).to_owned(),
            secret_hash: scan.hash(secret),
        });
    }
    *text = marked;
}

/// Where markers stand already, in order.
fn markers(text: &str) -> Vec<Range<usize>> {
    let end = |at: usize| {
        let longest = text.as_bytes().get(at..)?.iter().take(MAX_MARKER_BYTES);
        Some(at + longest.copied().position(|byte| byte == b'>')? + 1)
    };
    text.match_indices(MARKER_START).filter_map(|(at, _)| Some(at..end(at)?)).collect()
}

/// The text with markers, and where they stand.
fn mark(text: &str, found: &[Match<'_>]) -> (String, Vec<Range<usize>>) {
    let mut marked = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(found.len());
    let mut copied = 0;
    for Match { name, range } in found {
        marked.push_str(text.get(copied..range.start).unwrap_or_default());
        let from = marked.len();
        marked.push_str(MARKER_START);
        marked.push_str(name);
        marked.push('>');
        places.push(from..marked.len());
        copied = range.end;
    }
    marked.push_str(text.get(copied..).unwrap_or_default());
    (marked, places)
}
