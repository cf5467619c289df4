//! Tells letters that are words from letters that were drawn: by which of them follow each other.

/// Which letters often follow a letter, from `a` to `z`: nine in ten pairs in the names and
/// comments of programs, a third of all pairs.
const FOLLOWERS: [&str; 26] = [
    "abcdgilmnprstuy",
    "aeilorsu",
    "acehiklorstu",
    "adeilorsu",
    "abcdefgilmnpqrstvx",
    "aefiloru",
    "aehinrs",
    "aeiot",
    "abcdefglmnoprstvz",
    "aosu",
    "ei",
    "adeilopstuy",
    "aeimopsu",
    "acdefginostu",
    "bcdglmnoprstuvw",
    "aehiloprstu",
    "u",
    "acdegilmnorstuy",
    "acehiopstuy",
    "acehilorstuy",
    "abceilmnprst",
    "aei",
    "aei",
    "pt",
    "p",
    "e",
];

/// Pairs below which nothing can be said.
const LEAST_PAIRS: usize = 4;

/// Whether the letters of a text follow each other as in words. Few letters always do. Pairs over
/// a hump do not count: two words meet there.
pub fn read_as_words(text: &str) -> bool {
    let mut pairs = 0;
    let mut usual = 0;
    for (first, second) in text.bytes().zip(text.bytes().skip(1)) {
        let hump = first.is_ascii_lowercase() && second.is_ascii_uppercase();
        if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() && !hump {
            pairs += 1;
            usual += usize::from(is_usual(first, second));
        }
    }
    pairs < LEAST_PAIRS || 20 * usual >= 11 * pairs
}

/// Whether a letter often follows another.
fn is_usual(first: u8, second: u8) -> bool {
    let place = usize::from(first.to_ascii_lowercase().saturating_sub(b'a'));
    let followers = FOLLOWERS.get(place).copied().unwrap_or_default();
    followers.as_bytes().contains(&second.to_ascii_lowercase())
}

/// Whether a text is a name in a program: letters, short numbers and `_`, which read as words.
pub fn is_name(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !text.bytes().all(known) || text.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    let runs = |kind: fn(&u8) -> bool| {
        text.as_bytes().split(move |byte| !kind(byte)).map(<[u8]>::len).filter(|run| *run > 0)
    };
    let letters: usize = runs(u8::is_ascii_alphabetic).sum();
    letters >= 3 * runs(u8::is_ascii_alphabetic).count()
        && runs(u8::is_ascii_digit).all(|run| run <= 3)
        && humps(text) * 3 <= letters
        && read_as_words(text)
}

/// How often a capital follows a small letter.
pub fn humps(letters: &str) -> usize {
    let pairs = letters.bytes().zip(letters.bytes().skip(1));
    pairs.filter(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase()).count()
}
