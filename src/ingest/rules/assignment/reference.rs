//! Tells a value from what only says where it is: a variable, a call, a member, a path, a pattern.

use super::super::random::{is_name, is_wordy};
use super::super::signs::is_one_of;

/// Whether a variable is filled into it: `${name}`, `{{ name }}`, `%(name)s`, `$(name)`.
pub fn has_template(text: &str) -> bool {
    if !text.bytes().any(|byte| is_one_of(byte, b"{(%*:")) {
        return false;
    }
    let filled = |(open, close): &(&str, &str)| {
        text.match_indices(open).any(|(at, _)| {
            let inner = text.get(at + open.len()..).unwrap_or_default();
            let name =
                |byte: &u8| byte.is_ascii_alphanumeric() || is_one_of(*byte, b"_.:| -$'\"(),");
            let length = inner.bytes().take_while(name).count();
            inner.get(length..).is_some_and(|rest| rest.starts_with(close))
                && inner.get(..length).is_some_and(are_names)
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
    let marks = ["://", "*****"].iter().any(|mark| text.contains(mark));
    let verbs = ["%s", "%@"].iter().any(|verb| text.contains(verb)) && is_wordy(text);
    marks || verbs || pairs.iter().any(filled)
}

/// Whether the whole of it, by how it begins, is a variable, a placeholder, a path, a pattern, a
/// list, a comment.
pub fn is_reference(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return true };
    let rest = text.get(first.len_utf8()..).unwrap_or_default();
    match first {
        '$' => is_name(rest) || is_plain(rest) || rest.starts_with(['(', '{', '[']),
        '<' => text.ends_with('>') || is_plain(rest),
        '{' | '[' | '(' => is_nested(text) || is_plain(rest) || rest.starts_with(['"', '\'']),
        '/' | '.' | '~' => is_path(text) || is_expression(text),
        '^' => is_pattern(text) || is_plain(rest),
        '%' => text.ends_with('%'),
        '@' | '*' | '#' | ':' | ',' => is_plain(rest),
        _ => false,
    }
}

/// Whether it is words, with few signs between.
fn is_plain(text: &str) -> bool {
    is_wordy(text) && !is_strange(text)
}

/// Whether two signs stand in it that stand between no words.
pub fn is_strange(text: &str) -> bool {
    let strange = |byte: &u8| byte.is_ascii_punctuation() && !is_one_of(*byte, b"-_./:,");
    text.bytes().filter(strange).count() >= 2
}

/// Whether it is a path: its first steps are words.
fn is_path(text: &str) -> bool {
    let mut steps = text.split('/').filter(|step| !matches!(*step, "" | "." | ".." | "~"));
    steps.next().is_none_or(|first| is_wordy(first) && first.len() < 20)
}

/// Whether it is a regular expression.
fn is_pattern(text: &str) -> bool {
    text.ends_with('$')
        || [".*", "[a-", "[A-", "[0-", "(?", "\\d", "\\w", "]+"]
            .iter()
            .any(|mark| text.contains(mark))
}

/// Whether a bare value is an expression: a call, a member, names with operators between.
pub fn is_expression(text: &str) -> bool {
    if !text.bytes().any(|byte| is_one_of(byte, b"([{=<>:?.")) {
        return false;
    }
    let operator = |sign: char| "([{=<".contains(sign);
    let signs = text.trim_end_matches('=').contains(operator)
        || ["->", "::", "?."].iter().any(|sign| text.contains(sign));
    signs && (are_names(text) || is_call(text) || text.contains("::")) || is_member(text)
}

/// Whether what stands between the signs are names and short numbers.
fn are_names(text: &str) -> bool {
    let word = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    text.split(|sign| !word(sign)).all(is_name_or_short)
}

/// Whether it is a name, or too short to tell.
fn is_name_or_short(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let upper = part.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
    let lower = part.bytes().any(|byte| byte.is_ascii_lowercase());
    let short = part.len() <= 3 && digits < 3 && !(upper && (lower || digits > 0));
    digits == part.len() && digits <= 5 || short || part.len() > 3 && is_name(part)
}

/// Whether a name stands before its first bracket, and those that close match.
fn is_call(text: &str) -> bool {
    let front = text.split(['(', '[']).next().unwrap_or_default();
    let open = brackets(text);
    text.contains(['(', '[']) && front.len() >= 3 && are_names(front) && open.is_some()
}

/// Whether it is names with dots, colons or arrows between.
fn is_member(text: &str) -> bool {
    let part = |part: &str| {
        let name =
            part.bytes().next().is_none_or(|byte| byte.is_ascii_alphabetic() || byte == b'_')
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        name && (part.is_empty() || is_wordy(part) || is_name(part))
    };
    text.contains('.') && text.split(['.', ':', '>', '?']).all(part)
}

/// Whether signs of many kinds stand among letters as in no template, path or expression:
/// brackets are closed by those of another kind.
pub fn is_jumble(text: &str) -> bool {
    let mut kinds: Vec<u8> = text.bytes().filter(u8::is_ascii_punctuation).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.len() >= 6 && !text.contains(char::is_whitespace) && !is_nested(text)
}

/// Whether every bracket that closes has one of its kind to close, and none stays open.
fn is_nested(text: &str) -> bool {
    brackets(text).is_some_and(|open| open.is_empty())
}

/// What would close the brackets that stay open; nothing if one closes another's.
fn brackets(text: &str) -> Option<Vec<char>> {
    let mut open = Vec::new();
    let closed = text.chars().all(|sign| {
        match sign {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' => return open.pop() == Some(sign),
            _ => {}
        }
        true
    });
    closed.then_some(open)
}
