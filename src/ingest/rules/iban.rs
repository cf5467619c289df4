//! Reads international bank account numbers: the country's length, and the check digits.

use std::ops::Range;

/// Characters of a number, by country, from the registry of the standard.
const LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// Whether a country stands at `shape` and enough behind it. What stands round it is left alone:
/// in a request it is the protocol's own.
pub fn may_begin(bytes: &[u8], shape: &Range<usize>) -> bool {
    let country = bytes.get(shape.start..shape.start + 2);
    let length = LENGTHS.iter().find(|(known, _)| Some(known.as_slice()) == country);
    length.is_some_and(|(_, length)| characters_end(bytes, shape.start, *length).is_some())
}

/// The number that begins with the country at `shape`, alone and complete.
pub fn range(bytes: &[u8], shape: &Range<usize>) -> Option<Range<usize>> {
    let country = bytes.get(shape.start..shape.start + 2)?;
    let length = LENGTHS.iter().find(|(known, _)| known.as_slice() == country)?.1;
    let before = shape.start.checked_sub(1).and_then(|at| bytes.get(at));
    let escape = shape.start.checked_sub(2).and_then(|at| bytes.get(at)) == Some(&b'\\');
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'_'))
        && !escape
    {
        return None;
    }
    let end = characters_end(bytes, shape.start, length)?;
    let closed = bytes.get(end).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    (closed && remainder(bytes.get(shape.start..end)?) == 1).then_some(shape.start..end)
}

/// Where `length` capitals and digits end, blanks and hyphens between them not counted.
fn characters_end(bytes: &[u8], start: usize, length: usize) -> Option<usize> {
    let mut read = 0;
    for (at, byte) in bytes.get(start..)?.iter().enumerate() {
        match byte {
            b'A'..=b'Z' | b'0'..=b'9' => read += 1,
            b' ' | b'-' if read % 2 == 0 || read > 4 => {}
            _ => return None,
        }
        if read == length {
            return Some(start + at + 1);
        }
    }
    None
}

/// The number modulo 97, its first four characters last, letters as 10 to 35.
fn remainder(number: &[u8]) -> u32 {
    let characters: Vec<u8> = number.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    let (front, rest) = characters.split_at_checked(4).unwrap_or_default();
    rest.iter().chain(front).fold(0, |remainder, character| match character {
        b'0'..=b'9' => (remainder * 10 + u32::from(character - b'0')) % 97,
        letter => (remainder * 100 + u32::from(letter - b'A') + 10) % 97,
    })
}
