//! Reads United States social security numbers: areas and groups that are given out.

use std::ops::Range;

/// How far behind the word nine digits without signs may begin.
const NEAR_BYTES: usize = 24;

/// Whether a number may begin at `found`, or follow the word there. What stands round it is left
/// alone: in a request it is the protocol's own.
pub fn may_begin(bytes: &[u8], found: &Range<usize>) -> bool {
    if bytes.get(found.start).is_some_and(u8::is_ascii_digit) {
        return split(bytes, found.start).is_some_and(|digits| is_issued(&digits));
    }
    let rest = bytes.get(found.end..).unwrap_or_default();
    rest.iter().take(NEAR_BYTES).any(u8::is_ascii_digit)
}

/// The number whose first digits are at `found`, or that follows the word there.
pub fn range(bytes: &[u8], found: &Range<usize>) -> Option<Range<usize>> {
    if bytes.get(found.start)?.is_ascii_digit() {
        return grouped(bytes, found.start);
    }
    let last = found.end.checked_sub(1)?;
    let joined = bytes.get(found.end).is_some_and(u8::is_ascii_lowercase);
    let before = found.start.checked_sub(1).and_then(|at| bytes.get(at));
    if joined || before.is_some_and(u8::is_ascii_alphanumeric) || bytes.get(last).is_none() {
        return None;
    }
    let start = (found.end..found.end + NEAR_BYTES)
        .find(|at| bytes.get(*at).is_some_and(u8::is_ascii_digit))?;
    bare(bytes, start)
}

/// Three, two and four digits with the same sign between.
fn grouped(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let digits = split(bytes, start)?;
    let alone = is_apart(bytes, start) && is_closed(bytes, start + 11);
    (alone && is_issued(&digits)).then_some(start..start + 11)
}

/// The digits of three groups with one sign between.
fn split(bytes: &[u8], start: usize) -> Option<[u8; 9]> {
    let [a, b, c, one, d, e, two, f, g, h, i] = bytes.get(start..start + 11)? else {
        return None;
    };
    let split = one == two && matches!(one, b'-' | b' ' | b'.');
    split.then_some([a, b, c, d, e, f, g, h, i].map(|byte| *byte))
}

/// Nine digits in a row.
fn bare(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let digits = bytes.get(start..start + 9)?;
    (is_closed(bytes, start + 9) && is_issued(digits)).then_some(start..start + 9)
}

/// Whether nothing before makes it part of a longer number.
fn is_apart(bytes: &[u8], start: usize) -> bool {
    match bytes.get(..start).unwrap_or_default() {
        [.., b'\\', b'n' | b'r' | b't'] | [] => true,
        [.., b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => true,
        [.., last] => !last.is_ascii_alphanumeric() && !matches!(last, b'-' | b'.' | b'_' | b'+'),
    }
}

/// Whether nothing behind makes it part of a longer number.
fn is_closed(bytes: &[u8], end: usize) -> bool {
    match bytes.get(end..).unwrap_or_default() {
        [b'-' | b'.', next, ..] => !next.is_ascii_alphanumeric(),
        [next, ..] => !next.is_ascii_alphanumeric() && *next != b'_',
        [] => true,
    }
}

/// Whether the area, group and serial are given out.
fn is_issued(digits: &[u8]) -> bool {
    let all = digits.iter().all(u8::is_ascii_digit);
    let area = digits.get(..3).unwrap_or_default();
    let never = area == b"000" || area == b"666" || area.starts_with(b"9");
    let group = digits.get(3..5) != Some(b"00");
    let serial = digits.get(5..) != Some(b"0000");
    all && !never && group && serial
}
