//! Finds private key blocks, whole or broken: escaped, on one line, quoted line by line, cut off at
//! either end. Reads a text once however many markers it holds: each search ends at the next.

mod body;
mod members;

pub use members::{json_web_key, putty};

use super::random::classes;
use super::token::run_end;
use std::ops::Range;

/// The longest block looked at, from BEGIN to END. A 16,384 bit RSA key takes 13 kB.
const BLOCK_BYTES: usize = 64 * 1024;

/// How far BEGIN or END may stand before `PRIVATE KEY`.
const LABEL_BYTES: usize = 48;

/// Characters of body from which text after a BEGIN is a key and not talk about keys.
const LEAST_BODY: usize = 32;

/// Characters in a row that no name in code has.
const LEAST_NAMELESS: usize = 48;

/// Finds the block that the words `PRIVATE KEY` at `literal` open or close.
pub fn find(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let marker = Marker::around(text, &literal)?;
    if !marker.opens {
        return tail(text, &marker.range);
    }
    let from = marker.range.end;
    if let Some(end) = closing(text, from) {
        let body = text.get(from..end.start)?;
        if is_key_body(body) {
            return Some(marker.range.start..end.end);
        }
    }
    let end = body::end(text, from)?;
    Some(marker.range.start..end)
}

/// A BEGIN or END line.
struct Marker {
    /// From its first dash to its last.
    range: Range<usize>,
    /// Whether it is a BEGIN.
    opens: bool,
}

impl Marker {
    /// Reads the marker that has `literal` in it: dashes, BEGIN or END, the kind, and dashes.
    fn around(text: &str, literal: &Range<usize>) -> Option<Self> {
        let floor = literal.start.saturating_sub(LABEL_BYTES);
        let front = text.as_bytes().get(floor..literal.start)?;
        let label = front.iter().rev().take_while(|byte| is_label(**byte)).count();
        let label = text.get(literal.start - label..literal.start)?;
        let dashes = label.rfind('-').map_or(0, |at| at + 1);
        let kind = label.get(dashes..)?;
        let word = kind.trim_start_matches([' ', '+']);
        let opens = word.starts_with("BEGIN");
        let leading = label.get(..dashes)?.bytes().rev().take_while(|byte| *byte == b'-').count();
        ((opens || word.starts_with("END")) && leading >= 2).then(|| Self {
            range: literal.start - kind.len() - leading..line_end(text, literal.end),
            opens,
        })
    }
}

/// Bytes between the first dash of a marker and the words `PRIVATE KEY`.
fn is_label(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b' ' | b'+' | b'%')
}

/// The end of a marker line whose `PRIVATE KEY` ends at `from`.
fn line_end(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let block = [" BLOCK", "+BLOCK", "%20BLOCK"].iter().find(|word| rest.starts_with(**word));
    let from = from + block.map_or(0, |word| word.len());
    let blanks = run_end(text, from, |byte| byte == b' ');
    let end = run_end(text, blanks, |byte| byte == b'-');
    if end > blanks { end } else { from }
}

/// The END marker that closes a block whose body begins at `from`, unless another begins first.
fn closing(text: &str, from: usize) -> Option<Range<usize>> {
    let mut at = from;
    let limit = from + BLOCK_BYTES;
    while let Some(found) = text.get(at..)?.find("--").map(|offset| at + offset) {
        let after = run_end(text, found, |byte| matches!(byte, b'-' | b' ' | b'+'));
        let rest = text.get(after..).unwrap_or_default();
        if found > limit || rest.starts_with("BEGIN") {
            return None;
        }
        let words = ["PRIVATE KEY", "PRIVATE+KEY", "PRIVATE%20KEY"];
        let label =
            rest.as_bytes().iter().take(LABEL_BYTES + 16).take_while(|byte| is_label(**byte));
        let label = rest.get(..label.count()).unwrap_or_default();
        let word = words.iter().find_map(|word| label.find(word).map(|offset| offset + word.len()));
        if rest.starts_with("END")
            && let Some(length) = word
        {
            return Some(found..line_end(text, after + length));
        }
        at = after;
    }
    None
}

/// Whether a key stands between BEGIN and END, and not the code or the talk between two mentions:
/// enough base64, and most of it that, or a line too long for a name.
fn is_key_body(body: &str) -> bool {
    let runs = || body.split(|character| !is_base64_char(character)).filter(|run| is_mixed(run));
    let length: usize = runs().map(str::len).filter(|length| *length >= 8).sum();
    let solid = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
    length >= LEAST_BODY && (2 * length >= solid || runs().any(|run| run.len() >= LEAST_NAMELESS))
}

/// Whether a character belongs to base64 with its padding.
fn is_base64_char(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '=')
}

/// The same without padding, for bytes.
fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// Whether a run is more than one lower case word.
fn is_mixed(run: &str) -> bool {
    classes(run) >= 2 || run.contains(['+', '/', '='])
}

/// A block whose beginning was cut off: full lines of base64 right before an END marker.
fn tail(text: &str, end: &Range<usize>) -> Option<Range<usize>> {
    let floor = end.start.saturating_sub(BLOCK_BYTES);
    let front = text.as_bytes().get(floor..end.start)?;
    let body =
        |byte: &u8| is_base64(*byte) || matches!(byte, b'=' | b'\n' | b'\r' | b'\t' | b' ' | b'\\');
    let length = front.iter().rev().take_while(|byte| body(byte)).count();
    let front = text.get(end.start - length..end.start)?;
    let mut start = end.start - length;
    for run in front.split_inclusive(|character: char| !is_base64_char(character)) {
        let line = run.trim_end_matches(|character: char| !is_base64_char(character));
        if line.len() >= LEAST_BODY && is_mixed(line) {
            let escape = text.get(..start)?.ends_with('\\') && line.starts_with(['n', 'r', 't']);
            return Some(start + usize::from(escape)..end.end);
        }
        start += run.len();
    }
    None
}
