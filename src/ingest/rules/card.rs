//! Reads payment card numbers: the issuer's range, the length that goes with it, the check digit.

use std::ops::Range;

/// Digits of the shortest number.
const LEAST_DIGITS: usize = 13;

/// Digits of the longest number.
const MOST_DIGITS: usize = 19;

/// Whether as many digits begin at `shape` as a card number has. What stands before and behind
/// is left alone: in a request it is the protocol's own.
pub fn may_begin(bytes: &[u8], shape: &Range<usize>) -> bool {
    let rest = bytes.get(shape.start..).unwrap_or_default();
    let gap = |byte: &u8| matches!(byte, b' ' | b'-');
    let run =
        rest.iter().take(MOST_DIGITS + 8).take_while(|byte| byte.is_ascii_digit() || gap(byte));
    run.filter(|byte| byte.is_ascii_digit()).count() >= LEAST_DIGITS
}

/// The card number at the beginning of `shape`, alone and complete.
pub fn range(bytes: &[u8], shape: &Range<usize>) -> Option<Range<usize>> {
    if !is_apart(bytes, shape.start) {
        return None;
    }
    let rest = bytes.get(shape.start..)?;
    let gap = rest.get(4).copied().filter(|sign| matches!(sign, b' ' | b'-'));
    numbered(bytes, shape.start, gap)
}

/// Reads digits with `gap` between groups, or none, and judges them.
fn numbered(bytes: &[u8], start: usize, gap: Option<u8>) -> Option<Range<usize>> {
    let mut digits = Vec::with_capacity(MOST_DIGITS);
    let mut groups = vec![0usize];
    let mut end = start;
    for byte in bytes.get(start..)?.iter().take(MOST_DIGITS + 8) {
        if byte.is_ascii_digit() {
            digits.push(byte - b'0');
            *groups.last_mut()? += 1;
        } else if gap == Some(*byte) && *groups.last()? > 0 {
            groups.push(0);
        } else {
            break;
        }
        end += 1;
    }
    if groups.last() == Some(&0) {
        groups.pop();
        end -= 1;
    }
    let grouped = gap.is_some();
    let shape = !grouped
        || matches!(
            groups.as_slice(),
            [4, 4, 4, 4] | [4, 6, 5] | [4, 6, 4] | [4, 4, 4, 4, 3] | [4, 4, 4, 1]
        );
    let closed = bytes.get(end).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    let decimal =
        bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    let told = grouped || digits.len() != 13 && digits.len() != 14 && digits.len() != 19;
    (shape && closed && !decimal && told && is_issued(&digits) && luhn(&digits))
        .then_some(start..end)
}

/// Whether a number begins at `start`: no digit, letter or decimal point before.
fn is_apart(bytes: &[u8], start: usize) -> bool {
    match bytes.get(..start).unwrap_or_default() {
        [.., b'\\', b'n' | b'r' | b't'] | [] => true,
        [.., b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => true,
        [.., digit, b'.' | b'-' | b'+'] if digit.is_ascii_alphanumeric() => false,
        [.., last] => !last.is_ascii_alphanumeric() && *last != b'_',
    }
}

/// Whether an issuer gives out numbers that begin so and are as long.
fn is_issued(digits: &[u8]) -> bool {
    let front = digits.iter().take(6).fold(0u32, |front, digit| front * 10 + u32::from(*digit));
    let lengths = match front {
        400_000..=499_999 => [13, 16, 19].as_slice(),
        510_000..=559_999 | 222_100..=272_099 => &[16],
        340_000..=349_999 | 370_000..=379_999 => &[15],
        601_100..=601_199 | 644_000..=659_999 => &[16, 17, 18, 19],
        352_800..=358_999 => &[16, 17, 18, 19],
        300_000..=305_999 | 360_000..=369_999 | 380_000..=399_999 => &[14, 16],
        620_000..=629_999 => &[16, 17, 18, 19],
        500_000..=509_999 | 560_000..=589_999 | 639_000..=639_999 | 670_000..=679_999 => {
            &[16, 18, 19]
        }
        _ => &[],
    };
    lengths.contains(&digits.len())
}

/// Whether the check digit is right.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([false, true].into_iter().cycle())
        .map(|(digit, doubled)| match (u32::from(*digit), doubled) {
            (digit, false) => digit,
            (digit, true) => digit * 2 % 10 + digit * 2 / 10,
        })
        .sum();
    sum.is_multiple_of(10)
}
