//! Finds how far a value goes: to its quote, to the end of its word, to the end of its line.

use super::super::SEAM;
use super::super::signs::is_one_of;
use super::super::steps;
use super::super::token::{alphanumeric, run_end, sign};
use super::reference::is_expression;
use std::ops::Range;

/// Bytes that are read to decide; what is accepted goes to its end.
const PROBE_BYTES: usize = 2048;

/// What stands at a value's two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A quote, escaped or not.
    Quoted,
    /// Nothing: it ends where code would go on.
    Bare,
    /// It is a whole string by itself.
    Whole,
}

/// The value that begins at `start`, quotes and the name of a scheme aside. In a line of settings
/// it may have signs in it that end a value in code.
pub fn extent(text: &str, start: usize, settings: bool) -> Option<(Range<usize>, Form)> {
    let whole = text.get(..start)?.ends_with(SEAM);
    let (inner, quote) = opening(text, start);
    let (end, form) = match quote {
        Some(quote) => (closing(text, inner, quote)?, Form::Quoted),
        None if whole => (piece_end(text, inner), Form::Whole),
        None if settings => (line_end(text, inner), Form::Bare),
        None => (bare_end(text, inner), Form::Bare),
    };
    let (inner, end) = past_scheme(text, inner, end);
    Some((inner..end, form))
}

/// Past the quote that opens a value, and the quote: `"`, `'`, a backtick, escaped or doubled.
fn opening(text: &str, start: usize) -> (usize, Option<&str>) {
    if let Some(inner) = markup_quote(text, start) {
        return (inner, text.get(start..inner));
    }
    let at = run_end(text, start, |byte| matches!(byte, b'\\' | b'"' | b'\'' | b'`'));
    let quotes = text.get(start..at).unwrap_or_default();
    if quotes.trim_start_matches('\\').is_empty() {
        let prefixed = text.get(start..).unwrap_or_default();
        let letter = prefixed.starts_with(['b', 'r', 'u', 'f', '@', 'L', '&', '$']);
        let quote = prefixed.get(1..2).filter(|quote| matches!(*quote, "\"" | "'"));
        return match quote {
            Some(quote) if letter => (start + 2, Some(quote)),
            _ => (start, None),
        };
    }
    let pair = quotes.trim_end_matches('\\');
    let goes_on = text.get(at..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    if (!goes_on || pair.len() < quotes.len())
        && let Some(first) = first_of_pair(pair)
    {
        return (start + first, None);
    }
    let last = quotes.rfind(|sign| sign != '\\').unwrap_or_default();
    let front = quotes.get(..last).unwrap_or_default();
    let slashes = front.bytes().rev().take_while(|byte| *byte == b'\\').count();
    (start + last + 1, quotes.get(last - slashes..=last))
}

/// Past a quote that is written as in markup.
fn markup_quote(text: &str, start: usize) -> Option<usize> {
    sign(text, start, "&")?;
    ["&quot;", "&#34;", "&apos;", "&#39;"].iter().find_map(|quote| sign(text, start, quote))
}

/// Behind the first of two quotes of a kind, as often escaped, with nothing between.
fn first_of_pair(quotes: &str) -> Option<usize> {
    let half = quotes.len() / 2;
    let (first, second) = quotes.split_at_checked(half)?;
    let one = first.trim_start_matches('\\').len() == 1;
    (one && first == second).then_some(half)
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
        !byte.is_ascii_whitespace() && !is_one_of(byte, b"\"'`,;&<>)}]|\\\x1f\x1b")
    });
    let value = text.get(from..end).unwrap_or_default();
    let value = value.get(..escape_at(value)).unwrap_or_default();
    from + value.trim_end_matches(['.', ':']).len()
}

/// Where an escape begins in a value that stands for a sign that ends one.
fn escape_at(value: &str) -> usize {
    let escapes = ["%26", "%22", "%20", "%0A", "%0a", "%3B", "%3b", "%2C", "%2c", "%27"];
    let stop = value.find('%').and_then(|first| {
        let rest = value.get(first..)?;
        escapes.iter().filter_map(|escape| rest.find(escape)).min().map(|at| first + at)
    });
    stop.unwrap_or(value.len())
}

/// Where a bare value ends in a line of settings: at a blank, whatever signs are in it, unless it
/// is an expression or what follows a sign is another pair or a tag.
fn line_end(text: &str, from: usize) -> usize {
    let bare = bare_end(text, from);
    if text.as_bytes().get(bare).is_none_or(|next| ends_word(*next)) {
        return bare;
    }
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let length = rest.iter().take(PROBE_BYTES).take_while(|byte| !ends_word(**byte)).count();
    steps::look_at(length);
    let word = text.get(from..from + length).unwrap_or_default();
    let word = word.get(..pair_at(word).min(escape_at(word))).unwrap_or_default();
    let word = word.trim_end_matches([',', ';', ')', ']', '}', '>', '\'', '\\', '.', ':', '|']);
    let quoted = text.get(from + word.len()..).is_some_and(|rest| rest.starts_with(['"', '`']));
    let code = quoted || word.contains("://") || is_expression(word);
    if from + word.len() > bare && !code { from + word.len() } else { bare }
}

/// What ends a word in a line of settings: a blank, a quote, a colour, the end of the string.
fn ends_word(byte: u8) -> bool {
    byte.is_ascii_whitespace() || is_one_of(byte, b"\"`\x1f\x1b")
}

/// Where another pair, a tag or an escape begins in a word: `&name=`, `;name:`, `</`, `\n`.
fn pair_at(word: &str) -> usize {
    let signs = word.char_indices().filter(|(_, sign)| "&;,|<\\".contains(*sign));
    let found = signs.map(|(at, _)| at).find(|at| {
        let name =
            run_end(word, at + 1, |byte| byte.is_ascii_alphanumeric() || is_one_of(byte, b"_-."));
        let rest = word.get(name..).unwrap_or_default();
        let small = word.get(at + 1..name).is_some_and(|name| {
            name.bytes().all(|byte| byte.is_ascii_lowercase())
                && (!name.is_empty() || at + 1 < word.len())
        });
        let behind = word.get(at + 1..).unwrap_or_default();
        let escape = word.get(*at..).is_some_and(|rest| rest.starts_with('\\'))
            && behind.starts_with(['n', 'r', 't', '"', '\'', 'u', '\\']);
        name > at + 2 && rest.starts_with(['=', ':'])
            || small && (rest.is_empty() || rest.starts_with(['\\', '&', '|', ';', ',', '\'']))
            || behind.starts_with('/')
            || escape
    });
    found.unwrap_or(word.len())
}

/// Past a word such as `Bearer` that says how the rest is meant.
fn past_scheme(text: &str, from: usize, end: usize) -> (usize, usize) {
    if let Some(inner) = sign(text, from, "base64:").filter(|inner| *inner < end) {
        return (inner, end);
    }
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
