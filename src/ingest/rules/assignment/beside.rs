//! Finds a value that stands in a field beside the field with the name: `name: TOKEN`, then
//! `value: ..`.

use super::super::signs::is_one_of;
use super::super::token::{run_end, sign};

/// How far behind the name its value's field may begin.
const BESIDE_BYTES: usize = 80;

/// Words for the field with the value.
const FIELDS: [&str; 2] = ["value", "body"];

/// Where the value begins in the field beside the name. `closed` lies behind the name's quote.
pub fn value(text: &str, closed: usize) -> Option<usize> {
    property(text, closed).or_else(|| field(text, closed))
}

/// `<key>ApiKey</key><string>..`: a property list.
fn property(text: &str, closed: usize) -> Option<usize> {
    let element = run_end(text, sign(text, closed, "</key>")?, |byte| byte.is_ascii_whitespace());
    sign(text, element, "<string>")
}

/// `"name":"API_KEY","value":"..`, with at most one field between.
fn field(text: &str, closed: usize) -> Option<usize> {
    let rest = text.as_bytes().get(closed..)?;
    let quoted =
        text.as_bytes().get(closed.checked_sub(1)?).is_some_and(|last| is_one_of(*last, b"\"'"));
    let parted = match rest {
        [b' ', ..] => quoted || rest.starts_with(b" --") || is_attribute(rest),
        [first, ..] => first.is_ascii_whitespace() || is_one_of(*first, b",;"),
        [] => false,
    };
    if !parted {
        return None;
    }
    let mut fields = 0;
    for (at, byte) in rest.iter().enumerate().take(BESIDE_BYTES) {
        match byte {
            b'}' | b']' | b')' | b'>' | b'{' | b'\x1f' => return None,
            b'-' if rest.get(at + 1) == Some(&b' ') => return None,
            b':' | b'=' if fields == 1 => return None,
            b':' | b'=' => fields += 1,
            b'v' | b'V' | b'b' => {
                if let Some(value) = named(text, closed + at) {
                    return Some(value);
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether a blank and `value=` stand there.
fn is_attribute(bytes: &[u8]) -> bool {
    bytes.get(..7).is_some_and(|front| front.eq_ignore_ascii_case(b" value="))
}

/// Where the value of a field begins whose name stands at `at`.
fn named(text: &str, at: usize) -> Option<usize> {
    let front = text.get(..at)?;
    let behind = text.get(at..)?;
    let word = FIELDS.iter().find(|field| {
        behind.get(..field.len()).is_some_and(|word| word.eq_ignore_ascii_case(field))
    })?;
    if front.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '_') {
        return None;
    }
    let end = run_end(text, at + word.len(), |byte| matches!(byte, b'"' | b'\'' | b'\\'));
    let blank = run_end(text, end, |byte| byte == b' ');
    let operated = sign(text, blank, ":").or_else(|| sign(text, blank, "="));
    let option = front.ends_with("--") && blank > end;
    let start = operated.or(option.then_some(blank))?;
    Some(run_end(text, start, |byte| byte == b' '))
}
