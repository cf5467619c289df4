//! Finds in one pass over the bytes where a word or shape of a rule stands.
//!
//! Eight buckets of patterns are followed side by side in one machine word, a pair of bytes at a
//! time; what passes is compared in full. The number of patterns does not matter, and no vector
//! instructions are needed. Knows nothing of what a pattern means.

mod element;

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
    patterns: Vec<Pattern>,
    /// Patterns by the kind their window ends with, and by bucket.
    by_end: Vec<[Vec<Window>; BUCKETS]>,
}

/// A pattern.
struct Pattern {
    elements: Vec<Element>,
    /// The number of its bucket.
    bucket: usize,
}

/// What is compared of a pattern before anything else.
struct Window {
    /// The bits that are the same wherever the pattern stands.
    fixed: u64,
    /// What they are.
    value: u64,
    /// The number of the pattern.
    number: usize,
}

impl Pattern {
    /// What its window is compared by.
    fn fixed_bits(&self, number: usize) -> Window {
        let window = self.elements.iter().take(WINDOW);
        let shifts = (WINDOW - window.len()..WINDOW).map(|place| 8 * place);
        let nothing = Window { fixed: 0, value: 0, number };
        window.zip(shifts).fold(nothing, |window, (element, shift)| {
            let (fixed, value) = element.fixed_bits();
            Window {
                fixed: window.fixed | u64::from(fixed) << shift,
                value: window.value | u64::from(value) << shift,
                ..window
            }
        })
    }

    /// Bytes of it that are sieved.
    fn window(&self) -> usize {
        self.elements.len().min(WINDOW)
    }

    /// Where it stands if its window ends before `end`.
    fn place(&self, bytes: &[u8], end: usize) -> Option<Range<usize>> {
        let start = end.checked_sub(self.window())?;
        let range = start..start + self.elements.len();
        let found = bytes.get(range.clone())?;
        let same = self.elements.iter().zip(found).all(|(element, byte)| element.accepts(*byte));
        same.then_some(range)
    }
}

impl Sieve {
    /// Compiles patterns of three bytes or more.
    pub fn new(patterns: Vec<Vec<Element>>) -> Sieve {
        let kinds = kinds();
        let patterns: Vec<Pattern> = patterns
            .into_iter()
            .map(|elements| Pattern { bucket: bucket(&elements), elements })
            .collect();
        let mut by_end: Vec<[Vec<Window>; BUCKETS]> = Vec::new();
        by_end.resize_with(KINDS, Default::default);
        let mut pairs = Box::new([u64::MAX; KINDS * KINDS]);
        for (number, pattern) in patterns.iter().enumerate() {
            let window = pattern.elements.get(..pattern.window()).unwrap_or_default();
            let accepted: Vec<[bool; KINDS]> =
                window.iter().map(|element| accepted_kinds(*element, &kinds)).collect();
            admit(&mut pairs, 1 << pattern.bucket, &accepted);
            for (lists, accepts) in by_end.iter_mut().zip(accepted.last().into_iter().flatten()) {
                if let Some(list) = lists.get_mut(pattern.bucket).filter(|_| *accepts) {
                    list.push(pattern.fixed_bits(number));
                }
            }
        }
        Sieve { kinds, pairs, patterns, by_end }
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
                self.compare(bytes, at + 1, kind, !buckets & NOTHING, &mut visit)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Compares in full what may end before `end`.
    #[inline(never)]
    fn compare(
        &self,
        bytes: &[u8],
        end: usize,
        kind: usize,
        buckets: u64,
        visit: &mut impl FnMut(usize, Range<usize>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let last = last_bytes(bytes, end);
        let lists = self.by_end.get(kind).map(<[_; BUCKETS]>::as_slice).unwrap_or_default();
        let bits = std::iter::successors(Some(buckets), |rest| Some(rest & rest.checked_sub(1)?));
        let passed = bits.take_while(|rest| *rest != 0).map(u64::trailing_zeros);
        let passed = passed.filter_map(|bucket| lists.get(usize::try_from(bucket).ok()?));
        for window in passed.flatten() {
            if last & window.fixed == window.value
                && let Some(pattern) = self.patterns.get(window.number)
                && let Some(place) = pattern.place(bytes, end)
            {
                visit(window.number, place)?;
            }
        }
        ControlFlow::Continue(())
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

/// Patterns of one length share a bucket, so that the places before the shorter rule nothing in.
fn bucket(elements: &[Element]) -> usize {
    let shape = elements.iter().any(|element| element.is_set());
    let capital = matches!(elements.first(), Some(Element::Exactly(b'A'..=b'Z')));
    match elements.len() {
        _ if shape => 7,
        0..=3 => 0,
        4 if capital => 1,
        4 => 2,
        5 => 3,
        6 => 4,
        7 => 5,
        _ => 6,
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
