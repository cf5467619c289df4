//! Tells what was drawn at random from what somebody wrote. Knows no type of credential.

mod letters;

pub use letters::is_name;
use letters::{humps, read_as_words};

/// How many of upper case, lower case and digits occur.
pub fn classes(body: &str) -> usize {
    let upper = body.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = body.bytes().any(|byte| byte.is_ascii_lowercase());
    let digit = body.bytes().any(|byte| byte.is_ascii_digit());
    [upper, lower, digit].iter().filter(|present| **present).count()
}

/// Whether somebody typed this body to stand for a real one.
pub fn is_placeholder(body: &str) -> bool {
    is_repetitive(body)
        || is_ascending(body)
        || is_blanked(body)
        || (classes(body) < 3 && names_itself(body))
}

/// Whether a row of `x` stands in it, as in a form to be filled in.
pub fn is_blanked(body: &str) -> bool {
    body.contains("xxxx") || body.contains("XXXX")
}

/// Whether it has fewer than six different bytes.
pub fn is_repetitive(body: &str) -> bool {
    let mut seen = [0u64; 4];
    body.bytes().all(|byte| {
        if let Some(bits) = seen.get_mut(usize::from(byte / 64)) {
            *bits |= 1 << (byte % 64);
        }
        seen.iter().map(|bits| bits.count_ones()).sum::<u32>() < 6
    })
}

/// Whether it only counts upwards, through the letters and the digits.
fn is_ascending(body: &str) -> bool {
    let wraps = |a: u8, b: u8| {
        matches!((a, b), (b'9' | b'z' | b'Z', b'0' | b'1' | b'a' | b'A') | (b'0', b'a' | b'A'))
    };
    let next = |a: u8, b: u8| a.checked_add(1) == Some(b) || wraps(a, b);
    body.bytes().zip(body.bytes().skip(1)).all(|(a, b)| next(a, b))
}

/// Whether it says in words that it is none. Asked only of bodies without the mix of upper case,
/// lower case and digits: a long random one spells a short word now and then.
fn names_itself(body: &str) -> bool {
    let body = body.to_ascii_lowercase();
    ["your", "example", "xxxx", "placeholder", "redacted", "changeme"]
        .iter()
        .any(|word| body.contains(word))
}

/// Bits of information per byte, from how often each byte occurs.
pub fn entropy(body: &str) -> f64 {
    let mut counts = [0.0; 256];
    let mut length = 0.0;
    for byte in body.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1.0;
        }
        length += 1.0;
    }
    let seen = counts.iter().filter(|count| **count > 0.0);
    seen.map(|count: &f64| -(count / length) * (count / length).log2()).sum()
}

/// Whether it is made of words: runs of letters and short numbers with signs between, and the
/// letters on the whole read as words.
pub fn is_wordy(body: &str) -> bool {
    body.split(|sign: char| !sign.is_ascii_alphanumeric()).all(is_word) && read_as_words(body)
}

/// Whether a run is a word, in small letters, capitals or humps, perhaps with a short number.
fn is_word(run: &str) -> bool {
    let letters = run.trim_end_matches(|last: char| last.is_ascii_digit());
    let number = run.len() - letters.len();
    if letters.is_empty() {
        return number <= 4;
    }
    let letters = letters.strip_prefix(|first: char| first.is_ascii_digit()).unwrap_or(letters);
    let plain = letters.bytes().all(|byte| byte.is_ascii_alphabetic());
    plain
        && number <= 3
        && letters.len() <= 48
        && humps(letters) * 3 <= letters.len()
        && is_speakable(letters)
}

/// Whether vowels come often enough for a word somebody would say.
fn is_speakable(letters: &str) -> bool {
    let vowel = |byte: u8| b"aeiouyAEIOUY".contains(&byte);
    let vowels = letters.bytes().filter(|byte| vowel(*byte)).count();
    let mut longest = 0;
    let mut row = 0;
    for byte in letters.bytes() {
        row = if vowel(byte) { 0 } else { row + 1 };
        longest = longest.max(row);
    }
    letters.len() < 8 || (5 * vowels >= letters.len() && longest <= 6)
}

/// Whether a value says that somebody should put another there.
pub fn stands_for_another(value: &str) -> bool {
    if value.ends_with("...") || value.ends_with('…') || is_blanked(value) {
        return true;
    }
    let plain = in_plain_letters(value);
    plain.starts_with("xxx")
        || plain.contains("[redacted")
        || classes(value) < 3 && names_another(&plain)
}

/// Whether one of the words stands in it by which people say that a value is none.
fn names_another(plain: &str) -> bool {
    let words = [
        "your",
        "example",
        "xxxx",
        "placeholder",
        "redacted",
        "changeme",
        "change_me",
        "change-me",
        "insert",
        "fake",
        "dummy",
        "sample",
        "secret_here",
        "goes here",
        "goes_here",
        "...",
        "…",
        "todo",
        "not_long",
        "not_real",
        "notapass",
        "****",
        "super_secret",
        "supersecret",
        "mypassword",
    ];
    words.iter().any(|word| plain.contains(word))
}

/// In small letters, and with the letters that some signs are written for.
fn in_plain_letters(value: &str) -> String {
    let plain = |letter: char| match letter {
        '$' => 's',
        '0' => 'o',
        other => other.to_ascii_lowercase(),
    };
    value.chars().map(plain).collect()
}
