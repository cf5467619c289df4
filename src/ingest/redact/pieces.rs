//! Redacts strings that belong together: a key and its value, the items of a list. They are
//! scanned as one text, so that a key gives its value away and a secret spread over items is seen,
//! and changed each for itself.

use super::detections::{Ledger, Replaced};
use super::embedded_json::is_json;
use super::text::{Judges, Scanner, Span};
use super::{MARKER_START, Redactions, UNSCANNABLE};
use crate::ingest::rules::SEAM;
use std::ops::Range;

/// Rounds until nothing changes any more. One nearly always does; a second proves it.
const MAX_ROUNDS: usize = 5;

/// Characters of a name that are kept in a path.
const NAME_CHARACTERS: usize = 128;

/// How much of a name is given to what stands under it: as far as a rule looks from a keyword. A
/// long name over many values would be read as often.
const CONTEXT_BYTES: usize = 100;

/// Who scans, by which rules, and where what is scanned stands.
pub struct Scan<'a> {
    /// Finds the secrets.
    pub scanner: &'a Scanner,
    /// Which rules may judge.
    pub judges: Judges,
    /// Keys the hashes of what is found.
    pub hash_key: &'a [u8; 32],
    /// The name the pieces stand under.
    pub context: &'a str,
    /// The part of the request they stand in.
    pub place: &'static str,
    /// The names of what holds them there, from the outside.
    pub names: &'a [String],
    /// Whether each second piece is the value of the one before.
    pub pairs: bool,
}

impl Scan<'_> {
    /// The keyed hash of a secret.
    pub fn hash(&self, secret: &str) -> [u8; 16] {
        hash(self.hash_key, secret)
    }

    /// The path of a piece; the value of a pair is named by its key as it is now.
    pub fn path_of(&self, piece: usize, pieces: &[&mut String]) -> String {
        let key = piece.checked_sub(1).filter(|_| self.pairs && piece % 2 == 1);
        let key = key.and_then(|key| pieces.get(key)).map(|key| beginning(key));
        let mut path = self.place.to_owned();
        for name in self.names.iter().chain(key.iter()) {
            path.push('[');
            path.push_str(name);
            path.push(']');
        }
        path
    }
}

/// As much of a name as is kept in a path: who sends a request chooses how long names are.
pub fn beginning(name: &str) -> String {
    name.chars().take(NAME_CHARACTERS).collect()
}

/// Redacts pieces that stand under one name, until another scan finds nothing.
///
/// What cannot be scanned is replaced as a whole.
pub fn redact(scan: &Scan, pieces: &mut [&mut String], counted: &mut Redactions) {
    let context = end_of_name(scan.context);
    let suspect = |text: &str| scan.scanner.may_match(text.as_bytes());
    if !suspect(context) && !pieces.iter().any(|piece| suspect(piece)) {
        return;
    }
    let mut ledger = Ledger::default();
    let mut done = false;
    for _ in 0..MAX_ROUNDS {
        let (joined, places) = join(context, pieces);
        let Ok(spans) = scan.scanner.spans(&joined, scan.judges) else { break };
        let mut marking = Marking { hash_key: scan.hash_key, ledger: &mut ledger, counted };
        if !marking.replace(pieces, &places, &spans) {
            done = true;
            break;
        }
    }
    if !done {
        // What stands behind a suspect piece may be a secret by that alone: the value of a key.
        let mut suspected = suspect(context);
        for (number, piece) in pieces.iter_mut().enumerate() {
            suspected |= suspect(piece);
            if suspected && !piece.is_empty() {
                ledger.forget(number);
                give_up(piece, counted);
            }
        }
    }
    ledger.tell(pieces, |piece, pieces| scan.path_of(piece, pieces), &mut counted.detections);
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

/// What is kept of the markers while they are written.
struct Marking<'a> {
    hash_key: &'a [u8; 32],
    ledger: &'a mut Ledger,
    counted: &'a mut Redactions,
}

impl Marking<'_> {
    /// Puts markers into the pieces; whether any was changed. A span in the context is its own
    /// affair.
    fn replace(
        &mut self,
        pieces: &mut [&mut String],
        places: &[Range<usize>],
        spans: &[Span],
    ) -> bool {
        let mut changed = false;
        for (number, (piece, place)) in pieces.iter_mut().zip(places).enumerate() {
            let first = spans.partition_point(|span| span.range.end <= place.start);
            let inside = spans.get(first..).unwrap_or_default();
            let count = inside.partition_point(|span| span.range.start < place.end);
            let inside = inside.get(..count).unwrap_or_default();
            if !inside.is_empty() {
                changed = true;
                self.mark(number, piece, place, inside);
            }
        }
        changed
    }

    /// Puts markers into one piece. If that breaks JSON, which takes a block quoted line by line,
    /// the piece goes as a whole.
    fn mark(&mut self, number: usize, text: &mut String, place: &Range<usize>, spans: &[Span]) {
        let mut marked = String::with_capacity(text.len());
        let mut copied = 0;
        for span in spans {
            let start = span.range.start.saturating_sub(place.start);
            let end = (span.range.end - place.start).min(text.len());
            marked.push_str(text.get(copied..start).unwrap_or_default());
            let from = marked.len();
            marked.push_str(MARKER_START);
            marked.push_str(span.rule.id);
            marked.push('>');
            let secret = text.get(start..end).unwrap_or_default();
            let new = Replaced {
                piece: number,
                range: from..marked.len(),
                rule: span.rule.id,
                secret_hash: hash(self.hash_key, secret),
            };
            self.ledger.note(new, secret.len());
            self.counted.add(span.rule.id);
            copied = end;
        }
        marked.push_str(text.get(copied..).unwrap_or_default());
        if is_json(text) && !is_json(&marked) {
            self.ledger.forget(number);
            return give_up(text, self.counted);
        }
        *text = marked;
    }
}

/// The keyed hash of a secret.
fn hash(key: &[u8; 32], secret: &str) -> [u8; 16] {
    let mut hash = [0; 16];
    let mut hasher = blake3::Hasher::new_keyed(key);
    hasher.update(secret.as_bytes()).finalize_xof().fill(&mut hash);
    hash
}
