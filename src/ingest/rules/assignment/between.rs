//! Finds where a value begins behind a name: past closing quotes, a type, an operator, a quote.

use super::super::SEAM;
use super::super::random::classes;
use super::super::token::{run_end, sign};
use super::name::{Kind, Name};

/// Bytes that may stand between a name and its value.
const BETWEEN_BYTES: usize = 48;

/// Where the value of a name begins, its opening quote not taken off.
pub fn end(text: &str, name: &Name) -> Option<usize> {
    let from = name.range.end;
    let rest = text.get(from..)?;
    if rest.starts_with(SEAM) {
        return Some(from + SEAM.len_utf8());
    }
    let closed = skip(text, from, is_closing);
    let blank = skip(text, closed, is_blank);
    let typed = skip_type(text, blank);
    let operated = operator_end(text, typed).or_else(|| comma_end(text, closed, blank, from));
    if let Some(at) = operated {
        return within(from, skip(text, at, is_space));
    }
    let said = [" is ", " is: ", " was "].iter().find_map(|verb| sign(text, closed, verb));
    if let Some(at) = said
        .filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(['"', '\'', '`', '\\'])))
    {
        return Some(at);
    }
    if let Some(at) = said.filter(|at| is_drawn(text, *at)) {
        return Some(at);
    }
    if let Some(at) = attribute_end(text, closed) {
        return within(from, at);
    }
    hanging(text, name, closed, blank)
}

/// A place that is not too far from the name.
fn within(from: usize, at: usize) -> Option<usize> {
    (at - from <= BETWEEN_BYTES).then_some(at)
}

/// Skips bytes of a kind, a bounded number of them.
fn skip(text: &str, from: usize, kind: fn(u8) -> bool) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    from + rest.iter().take(BETWEEN_BYTES).take_while(|byte| kind(**byte)).count()
}

/// What closes a name: quotes, escaped or not, and brackets.
fn is_closing(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`' | b']' | b')' | b'\\')
}

/// Blanks within a line.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Blanks and line ends.
fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

/// Skips the word `string` or `String` before an operator.
fn skip_type(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let types = ["string", "String", "str", "char*", ": string", ": str", ": String", ": &str"];
    let found = types.iter().find(|name| {
        let behind = rest.strip_prefix(**name).map(str::trim_start);
        behind.is_some_and(|behind| behind.starts_with('='))
    });
    found.map_or(from, |name| skip(text, from + name.len(), is_blank))
}

/// The end of `=`, `:`, `:=`, `=>`, `?=`, `.=`, `::=`, `!=`, `>` and their kin.
fn operator_end(text: &str, from: usize) -> Option<usize> {
    let end = skip(text, from, |byte| {
        matches!(byte, b'=' | b':' | b'>' | b'<' | b'?' | b'.' | b'!' | b'+' | b'|' | b'-' | b'~')
    });
    let operator = text.get(from..end)?;
    let percent = ["%3D", "%3d", "%3A", "%3a"]
        .iter()
        .any(|sign| text.get(end..).is_some_and(|rest| rest.starts_with(sign)));
    if percent && operator.is_empty() {
        return Some(end + 3);
    }
    let closing_tag = operator.contains("</");
    let assigns = operator.ends_with(['=', ':', '>']) || operator.contains([':', '=']);
    (assigns && end - from <= 5 && !closing_tag && operator != "->" && operator != "::")
        .then(|| operator.rfind(['=', ':', '>']).map_or(end, |at| from + at + 1))
}

/// The end of a comma or opening bracket: `("API_KEY", "..")`, `assign("..")`.
fn comma_end(text: &str, closed: usize, blank: usize, from: usize) -> Option<usize> {
    let rest = text.get(blank..)?;
    let quoted = closed > from;
    let quote_follows = rest.get(1..)?.trim_start().starts_with(['"', '\'', '`', '\\']);
    let opens = rest.starts_with(',') && quoted || rest.starts_with('(') && !quoted;
    (opens && quote_follows).then_some(blank + 1)
}

/// The end of `" value="`: the value stands in an attribute beside the name.
fn attribute_end(text: &str, closed: usize) -> Option<usize> {
    let blank = skip(text, closed, is_blank);
    let rest = text.get(blank..)?.get(..6)?;
    rest.eq_ignore_ascii_case("value=").then_some(blank + 6)
}

/// A value that follows by a blank or a hyphen alone: `acme SECRET 3c0c..`, `secret-3c0c..`.
fn hanging(text: &str, name: &Name, closed: usize, blank: usize) -> Option<usize> {
    let start = if text.get(closed..)?.starts_with('-') { closed + 1 } else { blank };
    let random = is_drawn(text, start);
    let body = body(text, start);
    let glued = text.get(closed..)?.starts_with('-');
    let told = match name.kind {
        Kind::Key => false,
        _ => !glued || classes(body) < 3,
    };
    (start > name.range.end && closed == name.range.end && random && told).then_some(start)
}

/// The run of characters of a token at `start`.
fn body(text: &str, start: usize) -> &str {
    let run = run_end(text, start, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'/')
    });
    text.get(start..run).unwrap_or_default()
}

/// Whether digits and letters are mixed there as in no word.
fn is_drawn(text: &str, start: usize) -> bool {
    let body = body(text, start);
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    let letters = body.bytes().filter(u8::is_ascii_alphabetic).count();
    (20..=200).contains(&body.len()) && digits >= 4 && letters >= 4
}
