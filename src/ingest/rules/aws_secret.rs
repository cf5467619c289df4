//! Finds AWS secret access keys: 40 characters of base64 that only their surroundings give away.

use super::random::{classes, entropy};
use super::token::{byte_at, end_of_value, escape_end};
use std::ops::Range;

/// How far behind a keyword the secret may begin.
const KEYWORD_WINDOW_BYTES: usize = 60;

/// How far from an access key id the secret may begin, on either side.
const ID_WINDOW_BYTES: usize = 200;

/// Characters of a secret access key.
const KEY_CHARACTERS: usize = 40;

/// Characters from which the front of a key is taken for one, if the value ends there.
const CUT_OFF_CHARACTERS: usize = 20;

/// The first secret behind a keyword that ends at `from`.
pub fn after_keyword(text: &str, from: usize) -> Option<Range<usize>> {
    first_key(text, from, from + KEYWORD_WINDOW_BYTES, is_random)
}

/// The secret next to a valid access key id: the first one behind it, else the first before.
///
/// Without a word that says so, only an evident mix of capitals, small letters and digits counts.
pub fn near_id(text: &str, id: Range<usize>) -> Option<Range<usize>> {
    let strict: fn(&str) -> bool = |key| is_random(key) && classes(key) == 3 && changes(key) >= 12;
    let before = id.start.saturating_sub(ID_WINDOW_BYTES);
    first_key(text, id.end, id.end + ID_WINDOW_BYTES, strict)
        .or_else(|| first_key(text, before, id.start, strict))
}

/// The first run of exactly 40 characters that begins between `from` and `until`.
///
/// It stops at a marker: what stood there was the secret, and what follows is something else.
fn first_key(
    text: &str,
    from: usize,
    until: usize,
    accepts: fn(&str) -> bool,
) -> Option<Range<usize>> {
    let mut at = skip_run(text, from, until);
    while at < until {
        let byte = byte_at(text, at)?;
        if byte == b'<' && text.get(at..).is_some_and(|rest| rest.starts_with("<REDACTED")) {
            return None;
        }
        if unit(text, at).is_none() {
            at = escape_end(text, at).unwrap_or(at + 1);
            continue;
        }
        let (end, key) = read_key(text, at);
        let whole = key.len() == KEY_CHARACTERS && unit(text, end).is_none();
        let cut_off = (CUT_OFF_CHARACTERS..KEY_CHARACTERS).contains(&key.len())
            && end_of_value(text.get(end..).unwrap_or_default()).is_some();
        if (whole || (cut_off && classes(&key) == 3)) && accepts(&key) {
            return Some(at..end);
        }
        at = skip_run(text, end, until);
    }
    None
}

/// Reads up to 40 characters: where they end, and what they are without escapes.
fn read_key(text: &str, from: usize) -> (usize, String) {
    let mut at = from;
    let mut key = String::new();
    while let Some((character, length)) = unit(text, at).filter(|_| key.len() < KEY_CHARACTERS) {
        key.push(character);
        at += length;
    }
    (at, key)
}

/// Leaves the run that reaches across `from`, if there is one.
fn skip_run(text: &str, from: usize, until: usize) -> usize {
    let mut at = from;
    while at < until
        && let Some((_, length)) = unit(text, at)
    {
        at += length;
    }
    at
}

/// One character of a key and the bytes it takes: `/` may be written `\/` or `%2F`, `+` as `%2B`.
fn unit(text: &str, at: usize) -> Option<(char, usize)> {
    match text.as_bytes().get(at..)? {
        [b'\\', b'/', ..] => Some(('/', 2)),
        [b'%', b'2', b'F' | b'f', ..] => Some(('/', 3)),
        [b'%', b'2', b'B' | b'b', ..] => Some(('+', 3)),
        [byte, ..] if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+') => {
            Some((char::from(*byte), 1))
        }
        _ => None,
    }
}

/// Whether a run looks drawn at random: no digest in hexadecimal, no path, no sentence.
fn is_random(key: &str) -> bool {
    let hexadecimal = key.bytes().all(|byte| byte.is_ascii_hexdigit());
    let letters = key.replace('/', "");
    let wordy = letters.bytes().all(|byte| byte.is_ascii_alphabetic()) && changes(&letters) < 8;
    let least = if key.len() < KEY_CHARACTERS { 3.0 } else { 3.5 };
    !hexadecimal && !wordy && entropy(key) >= least
}

/// How often the kind of character changes from one to the next.
fn changes(key: &str) -> usize {
    let kind =
        |byte: u8| (byte.is_ascii_uppercase(), byte.is_ascii_lowercase(), byte.is_ascii_digit());
    key.bytes().zip(key.bytes().skip(1)).filter(|(a, b)| kind(*a) != kind(*b)).count()
}
