//! Reads a value, and tells a secret from a reference, a placeholder, a word or a path.

use super::super::SEAM;
use super::super::random::{classes, entropy, is_repetitive, is_wordy, stands_for_another};
use super::super::steps;
use super::super::token::{alphanumeric, run_end, uuid};
use super::name::{Kind, Name};
use std::ops::Range;

/// Bytes that are read to decide; what is accepted goes to its end.
const PROBE_BYTES: usize = 2048;

/// What stands at a value's two ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A quote, escaped or not.
    Quoted,
    /// Nothing: it ends where code would go on.
    Bare,
    /// It is a whole string by itself.
    Whole,
}

/// A value in a text.
pub struct Value<'a> {
    /// Where it stands, quotes aside.
    pub range: Range<usize>,
    /// What it says.
    text: &'a str,
    form: Form,
    /// Dots stand for the rest of it.
    elided: bool,
}

impl<'a> Value<'a> {
    /// The value that begins at `start`.
    pub fn at(text: &'a str, start: usize) -> Option<Value<'a>> {
        let whole = text.get(..start)?.ends_with(SEAM);
        let (inner, quote) = opening(text, start);
        let (end, form) = match quote {
            Some(quote) => (closing(text, inner, quote)?, Form::Quoted),
            None if whole => (piece_end(text, inner), Form::Whole),
            None => (bare_end(text, inner), Form::Bare),
        };
        let (inner, end) = past_scheme(text, inner, end);
        let value = text.get(inner..end)?;
        let elided = text.get(end..)?.starts_with("...");
        Some(Value { range: inner..end, text: value, form, elided })
    }

    /// Whether it is what its name promises.
    pub fn is_secret(&self, name: &Name) -> bool {
        let text = self.text;
        if self.elided
            || text.len() < 4
            || text.starts_with("<REDACTED")
            || self.refers()
            || stands_for_another(text)
        {
            return false;
        }
        if text.len() >= 8 && is_repetitive(text) && classes(text) < 2 {
            return false;
        }
        let is_uuid = uuid(text, 0) == Some(text.len());
        match name.kind {
            Kind::Password => self.may_be_password(),
            Kind::Secret => is_uuid || self.may_be_secret(),
            Kind::Token => is_uuid || is_random(text, 10),
            Kind::Key => !is_uuid && is_random(text, 16),
        }
    }

    /// Whether it only says where the value is: a variable, a call, a member, a path.
    fn refers(&self) -> bool {
        let text = self.text;
        let sign = text
            .starts_with(['$', '{', '<', '[', '@', '(', '*', '#', '/', '.', '~', ':', ',', '^'])
            && !(self.form != Form::Bare
                && text.starts_with(['#', '@', '*'])
                && classes(text) == 3);
        let template = has_template(text) && !(self.form == Form::Quoted && is_jumble(text));
        let percent = text.starts_with('%') && text.ends_with('%');
        sign || template || percent || (self.form == Form::Bare && is_code(text))
    }

    /// A password has a digit or a sign in it, or is too long for a word.
    fn may_be_password(&self) -> bool {
        let text = self.text;
        let digit = text.bytes().any(|byte| byte.is_ascii_digit());
        let letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
        let signs =
            text.bytes().any(|byte| byte.is_ascii_punctuation() && !b"-_./:,".contains(&byte));
        let path = text.contains('/') && is_wordy(text);
        if text.contains(char::is_whitespace) || has_line(text) || path {
            return self.form == Form::Whole;
        }
        match self.form {
            Form::Whole => !matches!(text, "true" | "false" | "null" | "none"),
            Form::Quoted => letter && (digit || signs) || digit && text.len() >= 6,
            Form::Bare => {
                text.len() >= 6 && letter && (digit || signs) && !text.ends_with(['?', ':'])
            }
        }
    }

    /// A secret is a password that is no row of words.
    fn may_be_secret(&self) -> bool {
        let text = self.text;
        let words = is_wordy(text) && text.len() < 64 && !is_jumble(text);
        self.may_be_password() && !words && text.len() >= 8 && entropy(text) >= 2.5
    }
}

/// Past the quote that opens a value, and the quote: `"`, `'`, a backtick, escaped or doubled.
fn opening(text: &str, start: usize) -> (usize, Option<&str>) {
    let at = run_end(text, start, |byte| matches!(byte, b'\\' | b'"' | b'\'' | b'`'));
    let quotes = text.get(start..at).unwrap_or_default();
    let trimmed = quotes.trim_start_matches('\\');
    if trimmed.is_empty() {
        let prefixed = text.get(start..).unwrap_or_default();
        let letter = prefixed.starts_with(['b', 'r', 'u', 'f', '@', 'L', '&']);
        let quote = prefixed.get(1..2).filter(|quote| matches!(*quote, "\"" | "'"));
        return match quote {
            Some(quote) if letter => (start + 2, Some(quote)),
            _ => (start, None),
        };
    }
    let last = quotes.rfind(|sign| sign != '\\').unwrap_or_default();
    let first = last
        - quotes
            .get(..last)
            .unwrap_or_default()
            .bytes()
            .rev()
            .take_while(|byte| *byte == b'\\')
            .count();
    (start + last + 1, quotes.get(first..=last))
}

/// Where a quoted value ends: before the same quote, as often escaped, or where the text ends.
fn closing(text: &str, from: usize, quote: &str) -> Option<usize> {
    let cut = (from + PROBE_BYTES..).find(|at| *at >= text.len() || text.is_char_boundary(*at))?;
    let probe = text.get(from..cut.min(text.len()))?;
    steps::look_at(probe.len());
    let mut at = 0;
    while let Some(found) = probe.get(at..)?.find(quote).map(|offset| at + offset) {
        let slashes =
            probe.as_bytes().get(..found)?.iter().rev().take_while(|byte| **byte == b'\\').count();
        if slashes == 0 {
            return Some(from + found);
        }
        at = found + quote.len();
    }
    let ends = [SEAM, '\n'].iter().filter_map(|end| probe.find(*end)).min();
    (cut >= text.len() || ends.is_some()).then(|| from + ends.unwrap_or(probe.len()))
}

/// Where a string by itself ends.
fn piece_end(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let length = rest.find(SEAM).unwrap_or(rest.len());
    steps::look_at(length);
    from + length
}

/// Where a bare value ends: at what ends a word in shells, settings and code.
fn bare_end(text: &str, from: usize) -> usize {
    let end = run_end(text, from, |byte| {
        !byte.is_ascii_whitespace() && !b"\"'`,;&<>)}]|\\\x1f\x1b".contains(&byte)
    });
    let value = text.get(from..end).unwrap_or_default();
    let escapes = ["%26", "%22", "%20", "%0A", "%0a", "%3B", "%3b", "%2C", "%2c", "%27"];
    let stop = value.find('%').and_then(|first| {
        let rest = value.get(first..)?;
        escapes.iter().filter_map(|escape| rest.find(escape)).min().map(|at| first + at)
    });
    let value = value.get(..stop.unwrap_or(value.len())).unwrap_or_default();
    from + value.trim_end_matches(['.', ':']).len()
}

/// Past a word such as `Bearer` that says how the rest is meant.
fn past_scheme(text: &str, from: usize, end: usize) -> (usize, usize) {
    let schemes = ["bearer", "basic", "token", "apikey", "ssws", "splunk", "key", "digest", "bot"];
    let word = run_end(text, from, alphanumeric);
    let name = text.get(from..word).unwrap_or_default().to_ascii_lowercase();
    let blank = run_end(text, word, |byte| byte == b' ');
    if word <= end && blank > word && schemes.contains(&name.as_str()) {
        let inner = if end > blank { end } else { bare_end(text, blank) };
        return (blank, inner);
    }
    (from, end)
}

/// Whether a bare value is an expression: a call, a member, a name, a constant.
fn is_code(text: &str) -> bool {
    let words = text.split(['.', ':', '-', '>']).all(|part| {
        part.bytes().next().is_none_or(|byte| byte.is_ascii_alphabetic() || byte == b'_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && (is_wordy(part) || part.is_empty())
    });
    let dotted = text.contains('.') && words && !text.bytes().any(|byte| byte == b'-');
    text.contains(['(', '[', '{', '='])
        && !text
            .trim_end_matches('=')
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte))
        || text.contains("->")
        || text.contains("::")
        || dotted
}

/// Whether signs of many kinds stand among letters as in no template, path or expression:
/// brackets are closed by those of another kind.
fn is_jumble(text: &str) -> bool {
    let mut kinds: Vec<u8> = text.bytes().filter(u8::is_ascii_punctuation).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.len() >= 6 && !text.contains(char::is_whitespace) && !is_nested(text)
}

/// Whether every bracket that closes has one of its kind to close.
fn is_nested(text: &str) -> bool {
    let mut open = Vec::new();
    text.chars().all(|sign| {
        match sign {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' => return open.pop() == Some(sign),
            _ => {}
        }
        true
    })
}

/// Whether a variable is filled into it: `${name}`, `{{ name }}`, `%(name)s`, `$(name)`.
fn has_template(text: &str) -> bool {
    let filled = |(open, close): &(&str, &str)| {
        text.match_indices(open).any(|(at, _)| {
            let inner = text.get(at + open.len()..).unwrap_or_default();
            let name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:| -$'\"(),".contains(&byte);
            inner.get(run_end(inner, 0, name)..).is_some_and(|rest| rest.starts_with(close))
        })
    };
    let pairs = [
        ("${", "}"),
        ("{{", "}}"),
        ("#{", "}"),
        ("%(", ")"),
        ("$(", ")"),
        ("<%", "%>"),
        ("{", "}"),
    ];
    let marks = ["://", "%s", "%@", "*****"].iter().any(|mark| text.contains(mark));
    marks || pairs.iter().any(filled)
}

/// Whether it is a number, a colon and more, or a prefix, a colon and a name: ports, types.
fn is_qualified(text: &str) -> bool {
    text.split_once(':').is_some_and(|(front, rest)| {
        let number = front.bytes().all(|byte| byte.is_ascii_digit());
        number || is_wordy(rest) && (is_wordy(front) || rest.len() >= 12)
    })
}

/// Whether three signs stand in a row: somebody drew a line.
fn has_line(text: &str) -> bool {
    let sign = |byte: &u8| matches!(byte, b'-' | b'_' | b'.' | b'=' | b'+');
    let body = text.trim_end_matches('=').as_bytes();
    body.windows(3).any(|three| three.iter().all(sign))
}

/// Whether a value was drawn at random: digits among letters, no row of words, no version.
fn is_random(text: &str, least: usize) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let only_digits = letters == 0 && digits >= 20;
    let only_letters = digits == 0 && text.len() >= 20 && entropy(text) >= 3.5;
    plain
        && text.len() >= least
        && (digits >= 1 && letters >= 2 || only_digits || only_letters)
        && entropy(text) >= 2.5
        && (!is_wordy(text) || is_jumble(text))
        && !is_qualified(text)
        && !has_line(text)
}
