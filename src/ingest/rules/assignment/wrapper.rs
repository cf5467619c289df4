//! Looks into what a value is wrapped in: brackets, `Some("..")`, `String::from("..")`.

use super::super::signs::is_one_of;
use super::super::token::run_end;

/// How long the name of a constructor may be.
const NAME_BYTES: usize = 40;

/// Functions that give back what they are given, whatever they are written in.
const CONSTRUCTORS: [&str; 14] = [
    "from",
    "new",
    "some",
    "just",
    "byte",
    "bytes",
    "string",
    "str",
    "b64decode",
    "decode",
    "encode",
    "parse",
    "unhexlify",
    "fromhex",
];

/// Where the quote of a wrapped string stands, if a wrapper stands at `at`.
pub fn inside(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    if rest.starts_with(['"', '\'', '`', '\\']) {
        return None;
    }
    let named = at + rest.strip_prefix("new ").map_or(0, |_| 4);
    let probe = text.as_bytes().get(named..)?;
    let length = probe.iter().take(NAME_BYTES).take_while(|byte| is_path(**byte)).count();
    let bracket = text.as_bytes().get(named + length)?;
    let name = text.get(named..named + length)?;
    let opens = match bracket {
        b'(' => name.is_empty() || is_constructor(name),
        _ => return list(text, at),
    };
    opens.then(|| quote(text, named + length + 1))?
}

/// `["..`: the first of a list.
fn list(text: &str, at: usize) -> Option<usize> {
    text.get(at..)?.starts_with('[').then(|| quote(text, at + 1))?
}

/// The place of a quote, past blanks.
fn quote(text: &str, at: usize) -> Option<usize> {
    let start = run_end(text, at, |byte| byte.is_ascii_whitespace());
    text.get(start..)?.trim_start_matches('\\').starts_with(['"', '\'', '`']).then_some(start)
}

/// Bytes of the path to a function.
fn is_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || is_one_of(byte, b"_.:<>[]&")
}

/// Whether a function makes a value of a string, and does not fetch one by a name: it is known
/// for that, or it is a type whose name says so.
fn is_constructor(path: &str) -> bool {
    let last = path.rsplit(['.', ':', ']', '>', '&']).next().unwrap_or_default();
    let small = last.to_ascii_lowercase();
    let of_string = small.ends_with("string") || small.ends_with("bytes") || small == "secret";
    let made = of_string && !small.starts_with("get") && !small.starts_with("read");
    CONSTRUCTORS.contains(&small.as_str()) || made
}
