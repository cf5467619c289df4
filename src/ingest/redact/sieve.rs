//! Finds in one pass over the bytes where a word or shape of a rule stands.
//!
//! Eight buckets of patterns are followed side by side in one machine word, a pair of bytes at a
//! time; what passes is looked up, and what is found there compared in full. The number of patterns does not matter, and no vector
//! instructions are needed. Knows nothing of what a pattern means.

mod element;
mod bucket;

use bucket::{Bucket, Window};
pub use element::Element;
use std::ops::{ControlFlow, Range};

/// Bytes of a pattern that are sieved; the rest is compared.
const WINDOW: usize = 8;

/// Kinds of bytes that are told apart before patterns are compared in full.
const KINDS: usize = 64;

/// Groups of patterns that are followed side by side.
const BUCKETS: usize = 8;

/// No bucket passes: the bits of all of them.
const NOTHING: u64 = 0xff;

/// Patterns that are looked for at once.
pub struct Sieve {
    /// The kind of each byte.
    kinds: [u8; 256],
    /// For two kinds in a row: which buckets they rule out, a byte for each place in the window.
    pairs: Box<[u64; KINDS * KINDS]>,
    /// The patterns.
    patterns: Vec<Vec<Element>>,
    /// What is compared of those that passed.
    buckets: [Bucket; BUCKETS],
}

impl Sieve {
    /// Compiles patterns of two bytes or more.
    pub fn new(patterns: Vec<Vec<Element>>) -> Sieve {
        let kinds = kinds();
        let mut pairs = Box::new([u64::MAX; KINDS * KINDS]);
        let mut windows: [Vec<Window>; BUCKETS] = Default::default();
        for (number, elements) in patterns.iter().enumerate() {
            let bucket = bucket(elements);
            let window = elements.get(..window_length(elements)).unwrap_or_default();
            let accepted: Vec<[bool; KINDS]> =
                window.iter().map(|element| accepted_kinds(*element, &kinds)).collect();
            admit(&mut pairs, 1 << bucket, &accepted);
            if let Some(windows) = windows.get_mut(bucket) {
                windows.extend(Window::each(window, number));
            }
        }
        Sieve { kinds, pairs, patterns, buckets: windows.map(Bucket::new) }
    }

    /// Visits the patterns in these bytes, by number and place, in order of their windows' ends.
    pub fn each(
        &self,
        bytes: &[u8],
        mut visit: impl FnMut(usize, Range<usize>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut state = 0u64;
        let mut before = 0usize;
        for (at, byte) in bytes.iter().enumerate() {
            let kind = self.kind(*byte);
            state = state << 8 | self.ruled_out(before, kind);
            before = kind;
            let buckets = state >> 56;
            if buckets != NOTHING {
                self.compare(bytes, at + 1, !buckets & NOTHING, &mut visit)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Compares in full what may end before `end`. Apart from the loop, which it would slow down.
    #[inline(never)]
    fn compare(
        &self,
        bytes: &[u8],
        end: usize,
        buckets: u64,
        visit: &mut impl FnMut(usize, Range<usize>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let last = last_bytes(bytes, end);
        let bits = std::iter::successors(Some(buckets), |rest| Some(rest & rest.checked_sub(1)?));
        let passed = bits.take_while(|rest| *rest != 0).map(u64::trailing_zeros);
        let passed = passed.filter_map(|bucket| self.buckets.get(usize::try_from(bucket).ok()?));
        for window in passed.flat_map(|bucket| bucket.same_as(last)) {
            if let Some(place) = self.place(window, bytes, end) {
                visit(window.number, place)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Where a pattern stands if its window ends before `end`.
    fn place(&self, window: &Window, bytes: &[u8], end: usize) -> Option<Range<usize>> {
        let elements = self.patterns.get(window.number)?;
        let start = end.checked_sub(window_length(elements))?;
        let range = start..start + elements.len();
        let found = bytes.get(range.clone())?;
        let mut rest = elements.iter().zip(found).skip(window.decided);
        rest.all(|(element, byte)| element.accepts(*byte)).then_some(range)
    }

    /// The kind of a byte.
    #[expect(clippy::indexing_slicing, reason = "there is an entry for every byte")]
    fn kind(&self, byte: u8) -> usize {
        usize::from(self.kinds[usize::from(byte)])
    }

    /// The buckets that two kinds in a row rule out.
    #[expect(clippy::indexing_slicing, reason = "the index is cut to the length of the table")]
    fn ruled_out(&self, before: usize, kind: usize) -> u64 {
        self.pairs[(before * KINDS + kind) % (KINDS * KINDS)]
    }
}

/// The bytes of a window that ends before `end`, the last one uppermost.
fn last_bytes(bytes: &[u8], end: usize) -> u64 {
    let window = end.checked_sub(WINDOW).and_then(|start| bytes.get(start..end));
    match window.and_then(|window| <[u8; WINDOW]>::try_from(window).ok()) {
        Some(window) => u64::from_le_bytes(window),
        None => {
            let front = bytes.get(..end).unwrap_or_default();
            front.iter().fold(0, |last, byte| last >> 8 | u64::from(*byte) << 56)
        }
    }
}

/// How much of a pattern is sieved.
fn window_length(elements: &[Element]) -> usize {
    elements.len().min(WINDOW)
}

/// Words of about one length share a bucket, so that the places before the shorter rule nothing
/// in. Shapes are kept from words, and those of digits from the rest: what they accept is wide.
fn bucket(elements: &[Element]) -> usize {
    let digits = elements.iter().filter(|element| element.is_digits()).count();
    let shape = elements.iter().any(|element| element.is_set());
    match elements.len() {
        0..=3 if shape => 1,
        0..=3 => 0,
        _ if shape && 2 * digits > elements.len() => 6,
        _ if shape => 7,
        4 => 2,
        5 => 3,
        6 | 7 => 4,
        _ => 5,
    }
}

/// Lets the windows of a pattern pass through its bucket.
fn admit(pairs: &mut [u64; KINDS * KINDS], bucket: u64, accepted: &[[bool; KINDS]]) {
    let lead = WINDOW - accepted.len();
    for (index, pair) in pairs.iter_mut().enumerate() {
        let (before, kind) = (index / KINDS, index % KINDS);
        let accepts = |place: usize, kind: usize| {
            accepted.get(place).and_then(|kinds| kinds.get(kind)).copied().unwrap_or_default()
        };
        for place in 0..WINDOW {
            let fits = match place.checked_sub(lead) {
                None => true,
                Some(0) => accepts(0, kind),
                Some(inner) => accepts(inner, kind) && accepts(inner - 1, before),
            };
            if fits {
                *pair &= !(bucket << (8 * place));
            }
        }
    }
}

/// Which kinds have a byte that an element accepts.
fn accepted_kinds(element: Element, kinds: &[u8; 256]) -> [bool; KINDS] {
    let mut accepted = [false; KINDS];
    for (byte, kind) in (0..=u8::MAX).zip(kinds) {
        if let Some(entry) = accepted.get_mut(usize::from(*kind)) {
            *entry |= element.accepts(byte);
        }
    }
    accepted
}

/// Letters each for itself, digits as one, the signs that patterns hold, and two kinds of rest.
fn kinds() -> [u8; 256] {
    let mut kinds = [0; 256];
    for (byte, kind) in (0..=u8::MAX).zip(&mut kinds) {
        let sign = b"_-.:/\\%= ".iter().zip(55..).find(|(sign, _)| **sign == byte);
        *kind = match (byte, sign) {
            (_, Some((_, number))) => number,
            (b'a'..=b'z', _) => byte - b'a' + 1,
            (b'A'..=b'Z', _) => byte - b'A' + 27,
            (b'0'..=b'9', _) => 53,
            (b'!'..=b'~', _) => 54,
            _ => 0,
        };
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found, as text.
    fn found(sieve: &Sieve, text: &str) -> Vec<(usize, String)> {
        let mut all = Vec::new();
        let _ = sieve.each(text.as_bytes(), |number, place| {
            all.push((number, text[place].to_owned()));
            ControlFlow::Continue(())
        });
        all
    }

    #[test]
    fn patterns_are_found_wherever_they_stand_and_nothing_else_is() {
        let exact = |word: &str| word.bytes().map(Element::Exactly).collect::<Vec<_>>();
        let any_case = |word: &str| word.bytes().map(Element::AnyCase).collect::<Vec<_>>();
        let sieve = Sieve::new(vec![
            exact("ghp_"),
            any_case("secret_access_key"),
            any_case("key"),
            Element::shape("999-99-9"),
        ]);
        assert_eq!(found(&sieve, "GHP_ nothing of that kind 12-345 ke"), []);
        assert_eq!(found(&sieve, "ghp_"), [(0, "ghp_".to_owned())]);
        let text = "KEY Secret_Access_KEY 123-45-6 ghp_ghp_secret_access";
        let wanted = [
            (2, "KEY"),
            (1, "Secret_Access_KEY"),
            (2, "KEY"),
            (3, "123-45-6"),
            (0, "ghp_"),
            (0, "ghp_"),
        ];
        assert_eq!(found(&sieve, text), wanted.map(|(number, text)| (number, text.to_owned())));
    }

    #[test]
    fn every_pattern_of_every_length_is_found_behind_every_byte() {
        let words: Vec<String> =
            (3..20).map(|length| "aZ0_-.b%c".repeat(3)[..length].to_owned()).collect();
        let patterns = words.iter().map(|word| word.bytes().map(Element::Exactly).collect());
        let sieve = Sieve::new(patterns.collect());
        for (number, word) in words.iter().enumerate() {
            for byte in 0..128u8 {
                let text = format!("{}{word}", char::from(byte));
                assert!(found(&sieve, &text).contains(&(number, word.clone())), "{text}");
            }
        }
    }
}
