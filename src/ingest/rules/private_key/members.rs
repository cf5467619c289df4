//! Finds private keys that are members of JSON, and those of PuTTY's files.

use super::super::steps;
use super::super::token::{base64_url, digit, run_end};
use super::body;
use std::ops::Range;

/// How far from `kty` the members of its key may stand. An RSA key of 4,096 bits takes 3 kB.
const KEY_BYTES: usize = 6 * 1024;

/// Members that are private: of RSA and elliptic curves, and of a symmetric key.
/// <https://www.rfc-editor.org/rfc/rfc7518#section-6>
const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "k"];

/// Characters from which a member is a key.
const LEAST_MEMBER: usize = 20;

/// The private members of the JSON key that names its type at `literal`, from the first to the
/// last. What stands between them goes too: the quotes at both ends stay, and so does the JSON.
pub fn json_web_key(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let object = object_around(text, &literal)?;
    steps::look_at(object.len());
    let inside = text.get(object.clone())?;
    let mut members = PRIVATE.iter().filter_map(|name| member(inside, name));
    let first = members.next()?;
    let all = members.fold(first, |all, one| all.start.min(one.start)..all.end.max(one.end));
    Some(object.start + all.start..object.start + all.end)
}

/// The nearest braces around a place.
fn object_around(text: &str, place: &Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let front = bytes.get(place.start.saturating_sub(KEY_BYTES)..place.start)?;
    let before = front.iter().rev().take_while(|byte| **byte != b'{').count();
    let rest = bytes.get(place.end..)?;
    let after = rest.iter().take(KEY_BYTES).take_while(|byte| **byte != b'}').count();
    text.get(place.start - before..place.end + after)?;
    Some(place.start - before..place.end + after)
}

/// The value of a member, if it is long enough for a key.
fn member(inside: &str, name: &str) -> Option<Range<usize>> {
    inside.match_indices(name).find_map(|(at, _)| {
        let quoted = inside.get(..at)?.ends_with(['"', '\'']);
        let behind = run_end(inside, at + name.len(), is_quote);
        let colon = run_end(inside, behind, |byte| matches!(byte, b' ' | b':'));
        let start = run_end(inside, colon, is_quote);
        let end = run_end(inside, start, base64_url);
        let named = quoted && behind > at + name.len() && inside.get(behind..colon)?.contains(':');
        (named && start > colon && end - start >= LEAST_MEMBER).then_some(start..end)
    })
}

/// A quote, or the backslash that it is escaped with.
fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'\\')
}

/// The lines behind `Private-Lines: 14`.
pub fn putty(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let number = run_end(text, literal.end, |byte| matches!(byte, b':' | b' '));
    let from = run_end(text, number, digit);
    (from > number).then(|| body::lines(text, from))?
}
