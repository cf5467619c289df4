//! Finds where a value begins behind a name: past closing quotes, a type, an operator, a wrapper.

use super::super::SEAM;
use super::super::random::classes;
use super::super::signs::is_one_of;
use super::super::token::{escape_end, run_end, sign};
use super::name::{Kind, Name};
use super::{beside, place, wrapper};

/// Bytes that may stand between a name and its value.
const BETWEEN_BYTES: usize = 96;

/// Operators that are no ASCII signs: percent escapes, wide signs and arrows, and what these
/// become when bytes that are not UTF-8 are read one by one.
const WIDE: [&str; 12] = [
    "%3D",
    "%3d",
    "%3A",
    "%3a",
    "：",
    "＝",
    "→",
    "⇒",
    "\u{ef}\u{bc}\u{9a}",
    "\u{ef}\u{bc}\u{9d}",
    "\u{e2}\u{86}\u{92}",
    "\u{e2}\u{87}\u{92}",
];

/// What leads from a name to its value.
pub struct Gap {
    /// Where the value begins, its opening quote not taken off.
    pub at: usize,
    /// How it is tied to the name.
    pub link: Link,
    /// Whether a type stands before it: it is code, where a string has quotes.
    pub typed: bool,
}

impl Gap {
    /// A gap with no type in it.
    fn new(at: usize, link: Link) -> Gap {
        Gap { at, link, typed: false }
    }
}

/// How strongly a value is tied to its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It is given to it.
    Assigned,
    /// It is held against it: code does so with names.
    Compared,
    /// It only follows: in a list, a table, a call.
    Listed,
    /// It hangs on it by a blank or a hyphen.
    Hanging,
}

/// What leads from a name to its value.
pub fn gap(text: &str, name: &Name) -> Option<Gap> {
    let from = name.range.end;
    if let Some(at) = text.get(from..)?.starts_with(SEAM).then_some(from + SEAM.len_utf8()) {
        return Some(Gap::new(at, Link::Assigned));
    }
    let closed = past_closing(text, from);
    let blank = past_blanks(text, closed);
    let assigned = |at| Gap::new(at, Link::Assigned);
    operated(text, blank)
        .or_else(|| beside::value(text, closed).map(assigned))
        .or_else(|| listed(text, name, closed, blank))
        .or_else(|| said(text, closed).map(assigned))
        .or_else(|| hanging(text, name, closed, blank))
        .filter(|gap| gap.at - from <= BETWEEN_BYTES)
}

/// Past what closes a name: quotes, escaped or not, brackets, signs for bold, colours.
fn past_closing(text: &str, from: usize) -> usize {
    past(text, from, |byte| matches!(byte, b'"' | b'\'' | b'`' | b']' | b')' | b'\\' | b'*'))
}

/// Past blanks within a line.
fn past_blanks(text: &str, from: usize) -> usize {
    past(text, from, |byte| matches!(byte, b' ' | b'\t'))
}

/// Past blanks and line ends.
fn past_spaces(text: &str, from: usize) -> usize {
    past(text, from, |byte| byte.is_ascii_whitespace())
}

/// Past bytes of a kind, a bounded number of them, and colour codes and quotes written as in
/// markup among them.
fn past(text: &str, from: usize, kind: fn(u8) -> bool) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while at - from < BETWEEN_BYTES {
        let step = match bytes.get(at) {
            Some(0x1b) => escape_end(text, at),
            Some(b'&') if kind(b'"') => {
                sign(text, at, "&quot;").or_else(|| sign(text, at, "&#34;"))
            }
            Some(byte) if kind(*byte) => Some(at + 1),
            _ => None,
        };
        match step {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

/// A value behind an operator, perhaps with a type before it and a wrapper behind.
fn operated(text: &str, blank: usize) -> Option<Gap> {
    let typed = past_type(text, blank);
    let (end, operator) = operator(text, typed)?;
    let compared = matches!(operator, "==" | "===" | "!=" | "!==" | "=~" | "!~")
        || matches!(operator, ">" | ">=" | "<=") && text.get(..typed)?.ends_with(' ');
    let start = value_start(text, end, operator)?;
    let wrapped = wrapper::inside(text, start);
    let link = match wrapped {
        Some(_) => Link::Listed,
        None if compared => Link::Compared,
        None => Link::Assigned,
    };
    Some(Gap { at: wrapped.unwrap_or(start), link, typed: typed > blank })
}

/// Where the value begins behind an operator. Behind an equals sign only a string may stand on the
/// next line: a setting without a value is not given the next setting.
fn value_start(text: &str, end: usize, operator: &str) -> Option<usize> {
    let blank = past_blanks(text, end);
    let start = past_spaces(text, block(text, blank).unwrap_or(blank));
    let crossed = text.get(blank..start)?.contains('\n');
    let string = text.get(start..)?.starts_with(['"', '\'', '`']);
    if !crossed || string {
        return Some(start);
    }
    let names =
        run_end(text, start, |byte| byte.is_ascii_alphanumeric() || is_one_of(byte, b"_-+."));
    let another = text.get(names..)?.starts_with([':', '=']);
    (!operator.ends_with('=') && !another).then_some(start)
}

/// Past the sign that a block of lines follows: `|`, `>-`.
fn block(text: &str, at: usize) -> Option<usize> {
    let sign = text.get(at..)?.starts_with(['|', '>']).then_some(at + 1)?;
    let end = run_end(text, sign, |byte| matches!(byte, b'-' | b'+' | b'0'..=b'9'));
    let rest = text.get(end..)?;
    (rest.starts_with('\n') || rest.starts_with("\r\n")).then_some(end)
}

/// Past a type before an operator: `string`, `: &str`, `{ get; set; }`.
fn past_type(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let end = match rest.as_bytes() {
        [b'{', ..] => {
            run_end(text, from + 1, |byte| byte.is_ascii_lowercase() || is_one_of(byte, b"; ")) + 1
        }
        [b':', ..] => past(text, past_blanks(text, from + 1), is_type),
        _ => past(text, from, is_type),
    };
    let behind = past_blanks(text, end);
    let equals = text.get(behind..).unwrap_or_default();
    let typed = end - from <= 32 && equals.starts_with('=') && !equals.starts_with("==");
    let spaced = behind > end && !rest.starts_with("::");
    if typed && spaced { behind } else { from }
}

/// Bytes of a type.
fn is_type(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || is_one_of(byte, b"_<>&'*[]?")
}

/// The end of `=`, `:`, `:=`, `=>`, `?=`, `.=`, `::=`, `!=`, `>` and their kin, and itself.
fn operator(text: &str, from: usize) -> Option<(usize, &str)> {
    let rest = text.get(from..)?;
    if rest.starts_with(|first: char| first == '%' || !first.is_ascii()) {
        let found = WIDE.iter().find(|sign| rest.starts_with(**sign))?;
        return Some((from + found.len(), found));
    }
    let signs =
        rest.bytes().take(BETWEEN_BYTES).take_while(|byte| is_one_of(*byte, b"=:><?.!+|-~"));
    let end = from + signs.count();
    let operator = text.get(from..end)?;
    if operator == "->" && text.get(..from)?.ends_with(' ') {
        return text.get(end..)?.starts_with(' ').then_some((end, operator));
    }
    let closing_tag = operator.contains("</");
    let assigns = operator.ends_with(['=', ':', '>']) || operator.contains([':', '=']);
    let end = operator.rfind(['=', ':', '>']).map_or(end, |at| from + at + 1);
    let known = assigns && operator.len() <= 5 && !closing_tag;
    (known && operator != "->" && operator != "::").then_some((end, text.get(from..end)?))
}

/// A value behind a comma, an opening bracket, a bar, or a blank: `("API_KEY", "..")`,
/// `assign("..")`, `| password | .. |`, `set API_KEY ".."`.
fn listed(text: &str, name: &Name, closed: usize, blank: usize) -> Option<Gap> {
    let rest = text.get(blank..)?;
    let quoted = closed > name.range.end;
    let after = || past_spaces(text, blank + 1);
    let quote_follows =
        |at: usize| text.get(at..).is_some_and(|rest| rest.starts_with(['"', '\'', '`', '\\']));
    let front = text.get(..name.range.start)?;
    let row = || front.trim_end_matches([' ', '*', '`']).ends_with('|');
    let opens = rest.starts_with(',') && quoted || rest.starts_with('(') && !quoted;
    let at = match rest.as_bytes().first()? {
        b',' | b'(' if opens && quote_follows(after()) => after(),
        b'|' if row() => after(),
        b'"' | b'\'' if blank > closed => blank,
        _ if blank > closed && place::is_set(text, name) => blank,
        b'>' | b'a'..=b'z' if blank > closed => element(text, name, blank)?,
        _ => return None,
    };
    Some(Gap::new(at, Link::Listed))
}

/// The content of an element whose tag has attributes: `<ns:password type="x">..`.
fn element(text: &str, name: &Name, blank: usize) -> Option<usize> {
    let front = text.get(..name.range.start)?;
    let prefix = front.trim_end_matches(|last: char| last.is_ascii_alphanumeric() || last == ':');
    if !prefix.ends_with('<') || front.len() - prefix.len() > 32 {
        return None;
    }
    let bytes = text.as_bytes().get(blank..)?;
    let length = bytes.iter().take(BETWEEN_BYTES).position(|byte| is_one_of(*byte, b"><\n"))?;
    let tag = text.get(blank..blank + length)?;
    let closes = bytes.get(length) == Some(&b'>') && !tag.ends_with('/');
    closes.then_some(blank + length + 1)
}

/// A value that a verb leads to, in quotes or drawn.
fn said(text: &str, closed: usize) -> Option<usize> {
    let at = [" is ", " is: ", " was "].iter().find_map(|verb| sign(text, closed, verb))?;
    let quoted = text.get(at..)?.starts_with(['"', '\'', '`', '\\']);
    (quoted || is_drawn(text, at)).then_some(at)
}

/// A value that follows by a blank or a hyphen alone: `acme SECRET 3c0c..`, `secret-3c0c..`.
fn hanging(text: &str, name: &Name, closed: usize, blank: usize) -> Option<Gap> {
    let glued = text.get(closed..)?.starts_with('-');
    let at = if glued { closed + 1 } else { blank };
    let told = name.kind != Kind::Key && (!glued || classes(body(text, at)) < 3);
    let hangs = at > name.range.end && closed == name.range.end;
    (hangs && told && is_drawn(text, at)).then_some(Gap::new(at, Link::Hanging))
}

/// The run of characters of a token at `start`.
fn body(text: &str, start: usize) -> &str {
    let run = run_end(text, start, |byte| byte.is_ascii_alphanumeric() || is_one_of(byte, b"-_+/"));
    text.get(start..run).unwrap_or_default()
}

/// Whether digits and letters are mixed there as in no word.
fn is_drawn(text: &str, start: usize) -> bool {
    let body = body(text, start);
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    let letters = body.bytes().filter(u8::is_ascii_alphabetic).count();
    (20..=200).contains(&body.len()) && digits >= 4 && letters >= 4
}
