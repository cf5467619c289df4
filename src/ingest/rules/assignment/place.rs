//! Says from what stands before a name that it is none: part of a path, a resource or a type.

use super::super::signs::is_one_of;
use super::super::token::hexadecimal;
use super::between::{Gap, Link};
use super::name::Name;

/// Bytes of a line that are read before a name.
const LINE_BYTES: usize = 64;

/// Whether the name is a user in an address, a step of a path or of a resource's name, or a type.
pub fn is_no_name(text: &str, name: &Name, gap: &Gap) -> bool {
    let front = text.get(..name.range.start).unwrap_or_default();
    let behind = text.get(name.range.end..).unwrap_or_default();
    let glued = behind.starts_with(':') && gap.at == name.range.end + 1;
    let step = glued && front.ends_with(':');
    let type_name = front.ends_with("::") && behind.trim_start_matches('\\').starts_with('"');
    let named =
        text.get(name.literal.clone()).is_some_and(|word| word.eq_ignore_ascii_case("auth"));
    let commit =
        gap.link == Link::Hanging && (front.ends_with('/') || named && is_commit(text, gap.at));
    front.ends_with("//") || step || type_name || commit
}

/// Whether forty hexadecimal digits stand there: the name of a commit.
fn is_commit(text: &str, at: usize) -> bool {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    rest.iter().take(41).take_while(|byte| hexadecimal(**byte)).count() == 40
}

/// Whether a name is the first of its line, or of its string, that is given a value, as in
/// settings: nothing before it has the signs of code, of a list of pairs or of an address.
pub fn starts_line(text: &str, name: &Name) -> bool {
    let front = text.as_bytes().get(..name.range.start).unwrap_or_default();
    let behind = text.get(name.range.end..).unwrap_or_default();
    if front.trim_ascii_end().ends_with(b"\"") {
        return !behind.starts_with(['"', '\\']);
    }
    for byte in front.iter().rev().take(LINE_BYTES) {
        match byte {
            b'\n' | b'\x1f' => return true,
            byte if is_one_of(*byte, b"\"'`(){}[]=?&;,<\\@") => return false,
            _ => {}
        }
    }
    front.len() < LINE_BYTES
}

/// Whether a command that sets a variable, or a hyphen, stands before the name: a blank is then
/// as good as an equals sign.
pub fn is_set(text: &str, name: &Name) -> bool {
    let front = text.as_bytes().get(name.range.start.saturating_sub(LINE_BYTES)..name.range.start);
    let front = front.unwrap_or_default();
    if text.get(name.range.clone()).is_some_and(|own| own.starts_with('-')) {
        return !front.ends_with(b"[");
    }
    let apart = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'-';
    let mut words = front.trim_ascii_end().rsplit(apart);
    let command: &[&[u8]] = &[b"set", b"setx", b"setenv", b"configure"];
    front.ends_with(b" ")
        && words.find(|word| !word.starts_with(b"-")).is_some_and(|word| command.contains(&word))
}
