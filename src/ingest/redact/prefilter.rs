//! Says of most bodies, at the speed of the memory, that no rule's word is in them.
//!
//! Only ever a shortcut: what it lets through is looked at by the automaton, and where the
//! machine has no vector instructions for it there is none.

use aho_corasick::packed::{Config, Searcher};

/// Letters of a keyword that are looked for; each may be large or small.
const WINDOW: usize = 4;

/// Looks for the words of all rules at once.
pub struct Prefilter {
    searcher: Searcher,
}

impl Prefilter {
    /// For words that stand exactly so, and for words in any case. `None` when there are too
    /// many, or the machine cannot.
    pub fn new(exact: &[&str], keywords: &[&str]) -> Option<Prefilter> {
        let mut patterns: Vec<Vec<u8>> =
            exact.iter().map(|word| word.as_bytes().to_vec()).collect();
        for window in windows(keywords)? {
            patterns.extend(cases(&window));
        }
        let searcher = Config::new().builder().extend(patterns).build()?;
        Some(Prefilter { searcher })
    }

    /// Whether a word may be in these bytes.
    pub fn may_hold(&self, raw: &[u8]) -> bool {
        self.searcher.find(raw).is_some()
    }
}

/// Few windows of letters such that every keyword has one of them in it; `None` when a
/// keyword has no window.
fn windows(keywords: &[&str]) -> Option<Vec<Vec<u8>>> {
    let mut chosen: Vec<Vec<u8>> = Vec::new();
    for keyword in keywords {
        let keyword = keyword.to_ascii_lowercase().into_bytes();
        let all = || keyword.windows(WINDOW).filter(|window| window.is_ascii());
        if all().any(|window| chosen.iter().any(|known| known == window)) {
            continue;
        }
        let letters = |window: &&[u8]| window.iter().all(u8::is_ascii_alphabetic);
        chosen.push(all().find(letters).or_else(|| all().next())?.to_vec());
    }
    Some(chosen)
}

/// Every way to write a window in large and small letters.
fn cases(window: &[u8]) -> Vec<Vec<u8>> {
    let mut written: Vec<Vec<u8>> = vec![Vec::new()];
    for letter in window {
        let (small, large) = (letter.to_ascii_lowercase(), letter.to_ascii_uppercase());
        let mut longer = Vec::new();
        for begun in written {
            for letter in [Some(small), (large != small).then_some(large)].into_iter().flatten() {
                longer.push([begun.as_slice(), &[letter]].concat());
            }
        }
        written = longer;
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_share_windows_and_are_found_in_any_case() {
        let found = windows(&["secret_key", "aws_secret", "awssecret", "SecretKey"]);
        assert_eq!(found, Some(vec![b"secr".to_vec()]));
        assert_eq!(cases(b"a_b"), [b"a_b", b"a_B", b"A_b", b"A_B"]);
        let prefilter = Prefilter::new(&["ghp_"], &["secret_key"]);
        let prefilter = prefilter.expect("vector instructions: SSSE3 or NEON");
        for (text, expected) in [
            ("my SECRET_key is", true),
            ("x ghp_ y", true),
            ("x GHP_ y", false),
            ("nothing of that kind in here, at some length", false),
        ] {
            assert_eq!(prefilter.may_hold(text.as_bytes()), expected, "{text}");
        }
    }
}
