//! Reads the notation of the examples in the table.

use super::Rule;

/// Reads the notation of [`Rule::caught`]: the text as it arrives, and the text as it must leave.
pub fn example(rule: &Rule, notation: &str) -> (String, String) {
    let whole = plain(notation);
    let (before, rest) = whole.split_once('«').unwrap();
    let (_, after) = rest.rsplit_once('»').unwrap();
    let left = format!("{before}<REDACTED:{}>{after}", rule.id);
    (whole.replace(['«', '»'], ""), left)
}

/// Drops `¦` and writes made up text for `{a36}`: 36 of an alphabet. The same notation is always
/// the same text.
pub fn plain(notation: &str) -> String {
    let mut text = String::new();
    let mut rest = notation;
    while let Some((front, behind)) = rest.split_once('{') {
        text.push_str(front);
        let made_up = behind.split_once('}').and_then(|(kind, after)| {
            let alphabet = alphabet(kind.chars().next()?)?;
            Some((alphabet, kind.get(1..)?.parse::<usize>().ok()?, after))
        });
        match made_up {
            Some((alphabet, length, after)) => {
                let seed =
                    text.bytes().fold(7, |seed: u64, byte| seed * 31 % 65_521 + u64::from(byte));
                text.extend(random(seed, alphabet, length));
                rest = after;
            }
            None => {
                text.push('{');
                rest = behind;
            }
        }
    }
    text.push_str(rest);
    text.replace('¦', "")
}

/// The alphabet a letter stands for.
fn alphabet(kind: char) -> Option<&'static [u8]> {
    let alphabet: &[u8] = match kind {
        'a' => b"QwErTyUiOpAsDfGhJkLzXcVbNm1234567890qWeRtYuIoPaSdFgHjKlZxCvBnM",
        'c' => b"QWERTYUIOPASDFGHJKLZXCVBNM1234567890",
        'd' => b"0123456789",
        'h' => b"0123456789abcdef",
        'l' => b"qwertyuiopasdfghjklzxcvbnm1234567890",
        't' => b"QwErTyUiOpAsDfGhJkLzXcVbNmqWeRtYuIoPaSdFgHjKlZxCvBnM",
        _ => return None,
    };
    Some(alphabet)
}

/// Letters drawn from an alphabet.
fn random(seed: u64, alphabet: &'static [u8], length: usize) -> impl Iterator<Item = char> {
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let size = u64::try_from(alphabet.len()).unwrap();
    std::iter::repeat_with(move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(alphabet[usize::try_from((state >> 33) % size).unwrap()])
    })
    .take(length)
}
