//! Tells what was drawn at random from what somebody wrote. Knows no type of credential.

mod letters;

use super::signs::is_one_of;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
pub use letters::is_name;
use letters::{humps, read_as_words};
use std::sync::LazyLock;

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
    let mut row = 0;
    let mut before = 0;
    body.bytes().any(|byte| {
        let goes_on = matches!(byte, b'x' | b'X') && byte == before;
        row = if goes_on { row + 1 } else { 1 };
        before = byte;
        goes_on && row == 4
    })
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
    let mut counts = [0u32; 256];
    let mut length = 0.0;
    for byte in body.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
        length += 1.0;
    }
    // Each byte that occurs, once: most of the table is empty.
    let seen = body.bytes().filter_map(|byte| {
        let count = std::mem::take(counts.get_mut(usize::from(byte))?);
        (count > 0).then_some(f64::from(count) / length)
    });
    seen.map(|share: f64| -share * share.log2()).sum()
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
    let vowel = |byte: u8| is_one_of(byte, b"aeiouyAEIOUY");
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
    begins_with(value.as_bytes(), b"xxx")
        || value.contains('[') && is_redacted(value.as_bytes())
        || classes(value) < 3 && OTHERS.is_match(&in_plain_letters(value))
}

/// Whether another redactor put its mark there.
fn is_redacted(value: &[u8]) -> bool {
    let mark = b"[redacted";
    value.windows(mark.len()).any(|window| begins_with(window, mark))
}

/// Whether it begins with these letters, large or small.
fn begins_with(value: &[u8], letters: &[u8]) -> bool {
    value.get(..letters.len()).is_some_and(|front| front.eq_ignore_ascii_case(letters))
}

/// Words by which people say that a value is none. One automaton: every value of an assignment is
/// asked for all of them.
#[expect(clippy::expect_used, reason = "the words are known, and a test looks for them")]
static OTHERS: LazyLock<AhoCorasick> = LazyLock::new(|| {
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
    let built = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(words);
    built.expect("two dozen short words fit into an automaton")
});

/// In small letters, and with the letters that some signs are written for.
fn in_plain_letters(value: &str) -> Vec<u8> {
    let plain = |letter: u8| match letter {
        b'$' => b's',
        b'0' => b'o',
        other => other.to_ascii_lowercase(),
    };
    value.bytes().map(plain).collect()
}
