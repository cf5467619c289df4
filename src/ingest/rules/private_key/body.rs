//! Follows the body of a private key block that has no END, line by line.

use super::super::SEAM;
use super::super::token::{byte_at, end_of_value, escape_end, run_end};
use super::{LEAST_BODY, is_base64, is_mixed};
use std::ops::Range;

/// Characters of body that are enough where the text, or the string around it, ends after them.
const LEAST_CUT_OFF_BODY: usize = 16;

/// Characters in a row from which they are taken for a line of base64.
const LEAST_LINE: usize = 16;

/// A run of base64 in a body.
enum Line {
    /// One like the others.
    Full,
    /// A shorter one: the last.
    Last,
    /// The number of a line in a listing.
    Number,
    /// No base64.
    Other,
}

/// The lines of a body that begins behind `from`, without what stands before them.
pub fn lines(text: &str, from: usize) -> Option<Range<usize>> {
    let (start, _) = skip_between(text, from, false);
    Some(start..end(text, from)?)
}

/// The end of the body that begins at `from`; `None` if there is not enough of it for a key.
pub fn end(text: &str, from: usize) -> Option<usize> {
    let mut end = None;
    let mut length = 0;
    let mut at = from;
    loop {
        let (start, quoted) = skip_between(text, at, length == 0);
        let stop = line_end(text, start);
        let line = read(text, start, stop, quoted);
        match line {
            Line::Other => break,
            Line::Last if length == 0 => break,
            Line::Number => at = stop,
            Line::Full | Line::Last => {
                length += stop - start;
                end = Some(stop);
                at = stop;
            }
        }
        if matches!(line, Line::Last) {
            break;
        }
    }
    let rest = text.get(end?..)?;
    let cut_off = end_of_value(rest).is_some() || rest.starts_with(['.', '…', '[']);
    end.filter(|_| length >= LEAST_BODY || (cut_off && length >= LEAST_CUT_OFF_BODY))
}

/// The end of a run of base64 and its padding.
fn line_end(text: &str, start: usize) -> usize {
    let stop = run_end(text, start, is_base64);
    run_end(text, stop, |byte| byte == b'=').min(stop + 2)
}

/// Says what a run is. Behind a quote only a long one counts, and none that names a value.
fn read(text: &str, start: usize, stop: usize, quoted: bool) -> Line {
    let run = text.get(start..stop).unwrap_or_default();
    let rest = text.get(stop..).unwrap_or_default();
    let digits = run.bytes().all(|byte| byte.is_ascii_digit());
    if (1..=6).contains(&run.len()) && digits && !quoted && ends_number(rest) {
        return Line::Number;
    }
    let goes_on = rest.starts_with(['=', '_', '(', ':']);
    let named = quoted && rest.trim_start_matches('\\').starts_with("\":");
    if goes_on || named || !is_mixed(run) {
        return Line::Other;
    }
    let letters = run.bytes().all(|byte| byte.is_ascii_alphabetic());
    match run.len() {
        length if length >= 2 * LEAST_LINE => Line::Full,
        _ if quoted => Line::Other,
        length if length >= LEAST_LINE => Line::Full,
        length if length.is_multiple_of(4) && !letters => Line::Last,
        _ => Line::Other,
    }
}

/// Whether digits before `rest` number a line of a listing.
fn ends_number(rest: &str) -> bool {
    rest.starts_with(['\t', ' ', ':', '|', '→', '-']) || rest.starts_with("\\t")
}

/// Skips what may stand between two lines of a body, and says whether a quote was among it.
fn skip_between(text: &str, from: usize, before_body: bool) -> (usize, bool) {
    let mut at = from;
    let mut quoted = false;
    while let Some(rest) = text.get(at..) {
        let Some(character) = rest.chars().next() else {
            break;
        };
        if before_body && let Some(length) = header_length(rest) {
            at += length;
        } else if let Some(length) = line_break_length(rest) {
            at += length;
        } else if let Some(end) = escape_end(text, at) {
            at = end;
        } else if character == '+' && quoted || matches!(character, '"' | '\'' | ',' | '`' | SEAM) {
            quoted = true;
            at += 1;
        } else if character.is_whitespace()
            || matches!(character, '\\' | '|' | '>' | '→' | '│' | ':')
        {
            at += character.len_utf8();
        } else if is_diff_sign(text, at) || checksum_follows(rest) {
            at += 1;
        } else {
            break;
        }
    }
    (at, quoted)
}

/// The bytes of an escaped line break or tab, however often its backslash was escaped.
fn line_break_length(rest: &str) -> Option<usize> {
    let slashes = rest.bytes().take_while(|byte| *byte == b'\\').count();
    let letter = rest.as_bytes().get(slashes)?;
    (slashes > 0 && matches!(letter, b'n' | b'r' | b't')).then_some(slashes + 1)
}

/// Whether a diff's sign stands at `at`: right behind a line break.
fn is_diff_sign(text: &str, at: usize) -> bool {
    let (before, rest) = text.split_at_checked(at).unwrap_or_default();
    let sign = rest.starts_with(['-', '+']) && !rest.starts_with("--");
    sign && (before.ends_with(['\n', '\t', ' '])
        || before.ends_with("\\n")
        || before.ends_with("\\t"))
}

/// Whether an OpenPGP checksum follows: `=` and four characters.
fn checksum_follows(rest: &str) -> bool {
    rest.starts_with('=') && run_end(rest, 1, is_base64) == 5
}

/// The bytes of a header such as `Proc-Type: 4,ENCRYPTED` up to the end of its line.
fn header_length(rest: &str) -> Option<usize> {
    let name = run_end(rest, 0, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let value = rest.get(name..)?.strip_prefix(": ")?;
    if name == 0 || name > 32 {
        return None;
    }
    let line =
        value.bytes().take(128).take_while(|byte| !matches!(byte, b'\n' | b'\\' | b'"')).count();
    let word = value
        .bytes()
        .take(128)
        .take_while(|byte| !matches!(byte, b' ' | b'\n' | b'\\' | b'"'))
        .count();
    let ends = matches!(byte_at(value, line), Some(b'\n' | b'\\'));
    Some(name + 2 + if ends { line } else { word })
}
