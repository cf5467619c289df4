//! Reads payment card numbers: the issuer's range, the length that goes with it, the check digit.

use std::ops::Range;

/// Digits of the longest number.
const MOST_DIGITS: usize = 19;

/// How far before a number the word for it may stand.
const NAME_BYTES: usize = 24;

/// Whether the digits of a card number begin at `shape`. What stands behind is left alone: in a
/// request it is the protocol's own, and a tag may look like a digit.
///
/// Telemetry is full of digits, and this is asked at every one of them: it allocates nothing.
pub fn may_begin(bytes: &[u8], shape: &Range<usize>) -> bool {
    if !bytes.get(shape.start).is_some_and(|first| matches!(first, b'2'..=b'6')) {
        return false;
    }
    if !is_apart(bytes, shape.start) && !begins_a_field(bytes, shape.start) {
        return false;
    }
    let (digits, count) = leading(bytes, shape.start);
    let digits = digits.get(..count).unwrap_or_default();
    lengths(digits).iter().any(|length| digits.get(..*length).is_some_and(luhn))
}

/// The first digits from `start` on, with one kind of gap between them or none, and how many
/// there are.
fn leading(bytes: &[u8], start: usize) -> ([u8; MOST_DIGITS], usize) {
    let rest = bytes.get(start..).unwrap_or_default();
    let gap = rest.get(4).copied().filter(|sign| matches!(sign, b' ' | b'-'));
    let (mut digits, mut count, mut after_gap) = ([0; MOST_DIGITS], 0, true);
    for byte in rest.iter().take(MOST_DIGITS + 8) {
        if byte.is_ascii_digit() {
            let Some(slot) = digits.get_mut(count) else { break };
            *slot = byte - b'0';
            count += 1;
            after_gap = false;
        } else if gap == Some(*byte) && !after_gap {
            after_gap = true;
        } else {
            break;
        }
    }
    (digits, count)
}

/// The card number at the beginning of `shape`, alone and complete.
pub fn range(bytes: &[u8], shape: &Range<usize>) -> Option<Range<usize>> {
    if !is_apart(bytes, shape.start) {
        return None;
    }
    let number = Number::read(bytes, shape.start)?;
    let length = number.digits.len();
    let grouped = number.groups.len() > 1;
    let closed = is_closed(bytes, number.end);
    let usual = length != 13 && length != 14 && length != 19;
    let told = grouped || usual || is_named(bytes, shape.start);
    let shaped = !grouped || is_grouping(&number.groups);
    let issued = lengths(&number.digits).contains(&length);
    let real = shaped && closed && told && issued && luhn(&number.digits);
    real.then_some(shape.start..number.end)
}

/// Digits with one kind of gap between groups, or none.
struct Number {
    /// Each digit's value.
    digits: Vec<u8>,
    /// How many stand in each group.
    groups: Vec<usize>,
    /// Where the last one ends.
    end: usize,
}

impl Number {
    /// Reads from `start` on.
    fn read(bytes: &[u8], start: usize) -> Option<Number> {
        let rest = bytes.get(start..)?;
        let gap = rest.get(4).copied().filter(|sign| matches!(sign, b' ' | b'-'));
        let mut number = Number { digits: Vec::new(), groups: vec![0], end: start };
        for (byte, at) in rest.iter().take(MOST_DIGITS + 8).zip(start..) {
            let begun = number.groups.last_mut()?;
            if byte.is_ascii_digit() {
                number.digits.push(byte - b'0');
                *begun += 1;
                number.end = at + 1;
            } else if gap == Some(*byte) && *begun > 0 {
                number.groups.push(0);
            } else {
                break;
            }
        }
        number.groups.retain(|group| *group > 0);
        Some(number)
    }
}

/// Whether a word shortly before `start` says that a card's number follows.
fn is_named(bytes: &[u8], start: usize) -> bool {
    let front = bytes.get(start.saturating_sub(NAME_BYTES)..start).unwrap_or_default();
    let names: [&[u8]; 6] = [b"card", b"visa", b"diners", b"maestro", b"unionpay", b"discover"];
    names
        .iter()
        .any(|name| front.windows(name.len()).any(|window| window.eq_ignore_ascii_case(name)))
}

/// Whether digits are grouped as on a card.
fn is_grouping(groups: &[usize]) -> bool {
    matches!(groups, [4, 4, 4, 4] | [4, 6, 5] | [4, 6, 4] | [4, 4, 4, 4, 3] | [4, 4, 4, 1])
}

/// Whether a number ends at `end`: no letter, digit or decimals behind.
fn is_closed(bytes: &[u8], end: usize) -> bool {
    match bytes.get(end..).unwrap_or_default() {
        [b'.', digit, ..] => !digit.is_ascii_digit(),
        [next, ..] => !next.is_ascii_alphanumeric() && *next != b'_',
        [] => true,
    }
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

/// Whether the two to four bytes before `start` can be a tag and a length of protobuf: a string
/// may begin there, whatever these bytes look like as text.
/// <https://protobuf.dev/programming-guides/encoding/>
fn begins_a_field(bytes: &[u8], start: usize) -> bool {
    let is_tag = |byte: u8| byte & 7 == 2;
    match bytes.get(..start).unwrap_or_default() {
        [.., tag, low, middle, _] if *low > 0x7f && *middle > 0x7f => is_tag(*tag),
        [.., tag, low, _] if *low > 0x7f => is_tag(*tag),
        [.., tag, _] => is_tag(*tag),
        _ => false,
    }
}

/// How long the numbers are that an issuer gives out with such first digits; none where there is
/// no such issuer.
fn lengths(digits: &[u8]) -> &'static [usize] {
    let front = digits.iter().take(6).fold(0u32, |front, digit| front * 10 + u32::from(*digit));
    match front {
        400_000..=499_999 => &[13, 16, 19],
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
    }
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
