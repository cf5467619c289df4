//! Reads tokens: a known beginning, then a run of an alphabet. Shared by the rows of the table;
//! names no issuer.

use super::SEAM;
use super::random::{classes, is_placeholder, is_wordy};
use super::steps;
use std::ops::{Range, RangeInclusive};

/// How much of a run is read before it is decided on. What is accepted is then followed to its
/// end; what is refused costs no more than this, however often its beginning is repeated.
const PROBE_BYTES: usize = 512;

/// Bytes a body needs when the text ends right after it: the token was cut off.
const CUT_OFF_BYTES: usize = 6;

/// Bytes a body needs when a quote follows it: it may have been cut off, or be a short example.
const CUT_OFF_QUOTED_BYTES: usize = 12;

/// What `…` becomes when bytes that are not UTF-8 are read one by one.
const LATIN_ELLIPSIS: &str = "\u{e2}\u{80}\u{a6}";

/// Which bytes a run is made of.
pub type Alphabet = fn(u8) -> bool;

/// Digits.
pub fn digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

/// Hexadecimal digits.
pub fn hexadecimal(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

/// Letters of the alphabet.
pub fn letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic()
}

/// Capitals and digits.
pub fn capital(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// Letters and digits.
pub fn alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// Letters, digits, `_`.
pub fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Letters, digits, `-` and `_`: base64 for addresses.
pub fn base64_url(byte: u8) -> bool {
    word(byte) || byte == b'-'
}

/// Letters, digits and `+`: what stands before a token by chance where it is part of base64.
fn base64_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+'
}

/// Letters, digits, `+`, `/` and `=`: base64 with its padding.
pub fn base64(byte: u8) -> bool {
    base64_plain(byte) || matches!(byte, b'/' | b'=')
}

/// All of base64, of both kinds, and `.`.
pub fn base64_any(byte: u8) -> bool {
    base64(byte) || matches!(byte, b'-' | b'_' | b'.')
}

/// The byte at a place, if the text reaches that far.
pub fn byte_at(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

/// The end of the run of `alphabet` that starts at `from`.
pub fn run_end(text: &str, from: usize, alphabet: Alphabet) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let length = rest.iter().take_while(|byte| alphabet(**byte)).count();
    steps::look_at(length);
    from + length
}

/// The part of that run a decision is made on.
pub fn probe(text: &str, from: usize, alphabet: Alphabet) -> &str {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let length = rest.iter().take(PROBE_BYTES).take_while(|byte| alphabet(**byte)).count();
    steps::look_at(length);
    text.get(from..from + length).unwrap_or_default()
}

/// A token of at least `least` bytes of `alphabet` after its literal, or fewer where the text was
/// cut off. A longer run goes as a whole.
pub fn prefixed(
    text: &str,
    literal: Range<usize>,
    alphabet: Alphabet,
    least: usize,
) -> Option<Range<usize>> {
    let body = probe(text, literal.end, alphabet);
    let whole = body.len() >= least || is_cut_off(text, &literal, body);
    (whole && !is_placeholder(body)).then(|| literal.start..run_end(text, literal.end, alphabet))
}

/// A token whose beginning may stand in words and base64 too: it starts apart, its body has one
/// of `lengths`, and neither a letter nor a digit follows. Cut off, three quarters are enough, or a
/// few characters where the literal ends with a sign that no word has.
pub fn apart(
    text: &str,
    literal: Range<usize>,
    alphabet: Alphabet,
    lengths: RangeInclusive<usize>,
) -> Option<Range<usize>> {
    if !starts_apart(text, literal.start, base64_plain) {
        return None;
    }
    let body = probe(text, literal.end, alphabet);
    let end = literal.end + body.len();
    let rest = text.get(end..)?;
    let whole = lengths.contains(&body.len())
        && !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
    let nearly = 4 * body.len() >= 3 * lengths.start() && body.len() < *lengths.start();
    let short = body.len() + 2 <= *lengths.start();
    let word = text.get(literal.clone())?;
    let cut_off = match end_of_value(rest) {
        Some(End::Quote) => nearly && classes(body) == 3,
        Some(End::Text) if short && has_sign(word) && is_front(body) => true,
        Some(End::Text) => {
            let hexadecimal_front = word.bytes().all(hexadecimal);
            nearly && (classes(body) == 3 || short && !hexadecimal_front && is_mixed(body))
        }
        None => false,
    };
    ((whole || cut_off) && !is_placeholder(body)).then_some(literal.start..end)
}

/// Whether a literal ends with a sign that no ordinary word does.
fn has_sign(literal: &str) -> bool {
    literal.len() >= 3 && literal.ends_with(['_', '-', '.'])
}

/// Whether a few characters at the end of a text are the front of something drawn at random.
fn is_front(body: &str) -> bool {
    let pairs = body.bytes().zip(body.bytes().skip(1));
    let changes = pairs.filter(|(a, b)| a.is_ascii_digit() != b.is_ascii_digit()).count();
    body.len() >= CUT_OFF_QUOTED_BYTES && changes >= 4 && !is_wordy(body)
}

/// Whether so many digits stand among its letters that nobody wrote it.
fn is_mixed(body: &str) -> bool {
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    digits >= 6 && body.len() - digits >= 2
}

/// Whether at least so many bytes of `alphabet` stand behind a literal: a hint for a row whose
/// literal is part of ordinary names.
pub fn followed(bytes: &[u8], literal: &Range<usize>, alphabet: Alphabet, least: usize) -> bool {
    let behind = bytes.get(literal.end..literal.end + least);
    behind.is_some_and(|behind| behind.iter().all(|byte| alphabet(*byte)))
}

/// The end of a part of a token: a run of `alphabet` from `from` of one of `lengths`.
pub fn part(
    text: &str,
    from: usize,
    alphabet: Alphabet,
    lengths: RangeInclusive<usize>,
) -> Option<usize> {
    let length = probe(text, from, alphabet).len();
    lengths.contains(&length).then_some(from + length)
}

/// The place behind `sign`, if it stands at `at`.
pub fn sign(text: &str, at: usize, sign: &str) -> Option<usize> {
    text.get(at..)?.starts_with(sign).then_some(at + sign.len())
}

/// The end of a UUID that begins at `at`.
pub fn uuid(text: &str, at: usize) -> Option<usize> {
    let mut end = part(text, at, alphanumeric, 8..=8)?;
    for length in [4, 4, 4, 12] {
        end = part(text, sign(text, end, "-")?, alphanumeric, length..=length)?;
    }
    Some(end)
}

/// Whether a body too short for its type is the front of one: nothing but the end of the value
/// follows, and it is no plain word.
pub fn is_cut_off(text: &str, literal: &Range<usize>, body: &str) -> bool {
    let rest = text.get(literal.end + body.len()..).unwrap_or_default();
    let marks = ["…", LATIN_ELLIPSIS, "...", "[trunc", "[TRUNC", "[Trunc"];
    let needed = match end_of_value(rest) {
        Some(End::Quote) => CUT_OFF_QUOTED_BYTES,
        Some(End::Text) => CUT_OFF_BYTES,
        None if marks.iter().any(|mark| rest.starts_with(mark)) => CUT_OFF_BYTES,
        None => return false,
    };
    body.len() >= needed && classes(body) >= 2 && starts_apart(text, literal.start, alphanumeric)
}

/// How a value ends.
pub enum End {
    /// With the whole text, or at a seam.
    Text,
    /// With a quote, escaped or not.
    Quote,
}

/// How the value ends whose last byte stands before `rest`, if it does.
pub fn end_of_value(rest: &str) -> Option<End> {
    let blank = rest.trim_ascii_start();
    if blank.is_empty() || blank.starts_with(SEAM) {
        return Some(End::Text);
    }
    rest.trim_start_matches('\\').starts_with(['"', '\'']).then_some(End::Quote)
}

/// Whether a token begins at `at`: the byte before is not of its alphabet, or ends an escape.
///
/// The escapes are `\n` and its kin, `\u0022`, `%22`, and colour codes: `ESC[32m`.
pub fn starts_apart(text: &str, at: usize, alphabet: Alphabet) -> bool {
    let bytes = text.as_bytes().get(..at).unwrap_or_default();
    match bytes {
        [] => true,
        [.., last] if !alphabet(*last) => true,
        [front @ .., b'+'] => ends_line(front),
        [.., b'\\', b'n' | b'r' | b't' | b'b' | b'f'] => true,
        [.., b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => true,
        [.., b'\\', b'u', a, b, c, d] => [a, b, c, d].iter().all(|byte| byte.is_ascii_hexdigit()),
        [front @ .., b'm'] => ends_in_colour_code(front),
        _ => false,
    }
}

/// Whether a line begins behind these bytes, so that a `+` there is the sign of a diff.
fn ends_line(bytes: &[u8]) -> bool {
    matches!(bytes, [] | [.., b'\n'] | [.., b'\\', b'n'])
}

/// Whether `ESC[` and numbers are the last thing in these bytes.
pub fn ends_in_colour_code(bytes: &[u8]) -> bool {
    let numbers = |byte: &u8| byte.is_ascii_digit() || *byte == b';';
    let length = bytes.iter().rev().take(16).take_while(|byte| numbers(byte)).count();
    let front = bytes.get(..bytes.len().saturating_sub(length)).unwrap_or_default();
    front.ends_with(b"\x1b[")
}

/// The end of a percent escape or colour code that begins at `at`.
pub fn escape_end(text: &str, at: usize) -> Option<usize> {
    match text.as_bytes().get(at..).unwrap_or_default() {
        [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
            Some(at + 3)
        }
        [0x1b, b'[', ..] => {
            let end = run_end(text, at + 2, |byte| byte.is_ascii_digit() || byte == b';');
            (byte_at(text, end) == Some(b'm')).then_some(end + 1)
        }
        _ => None,
    }
}
