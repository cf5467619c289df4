//! Reads JSON inside strings without parsing it: a view of a text with one level of escapes, or
//! its percent escapes, taken off, and the way back from places in the view to places in the text.
//!
//! A parser would lose what was cut off in the middle, JSON in the middle of other text, key order,
//! duplicate keys and long numbers. A range found in a view covers whole escapes of the text, so
//! putting a marker in its place leaves the JSON around as valid as it was.

use std::ops::Range;

/// A text with one level of escapes taken off.
pub struct View {
    /// What it says then.
    pub text: String,
    /// Where view and text drift apart: before and behind every escape, in order.
    steps: Vec<Step>,
}

/// A place where the distance between view and text changes. No text that is scanned has 4 GiB, and
/// one may be nothing but escapes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Step {
    /// Byte offset in the view.
    view: u32,
    /// Byte offset in the text it was made from.
    source: u32,
}

impl View {
    /// Takes one level of escapes off; `None` if there are none.
    ///
    /// A backslash that starts no escape stays as it is: the text need not be JSON at all.
    pub fn of(source: &str) -> Option<Self> {
        let mut view = Self { text: String::with_capacity(source.len()), steps: Vec::new() };
        let mut copied = 0;
        let mut at = 0;
        while let Some(found) = source.get(at..)?.find('\\').map(|offset| at + offset) {
            let Some((character, length)) = escape(source, found) else {
                at = found + 1;
                continue;
            };
            view.text.push_str(source.get(copied..found)?);
            view.step(found);
            view.text.push(character);
            at = found + length;
            copied = at;
            view.step(at);
        }
        view.text.push_str(source.get(copied..)?);
        (!view.steps.is_empty()).then_some(view)
    }

    /// Takes percent escapes off; `None` if there are none. Bytes that are no text stay escaped.
    pub fn percent_decoded(source: &str) -> Option<Self> {
        let mut view = Self { text: String::with_capacity(source.len()), steps: Vec::new() };
        let mut copied = 0;
        for (found, _) in source.match_indices('%') {
            let digits = source.get(found + 1..found + 3).unwrap_or_default();
            let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let Ok(byte @ 0..=0x7f) = u8::from_str_radix(digits, 16) else { continue };
            if found < copied || !hexadecimal {
                continue;
            }
            view.text.push_str(source.get(copied..found)?);
            view.step(found);
            view.text.push(char::from(byte));
            copied = found + 3;
            view.step(copied);
        }
        view.text.push_str(source.get(copied..)?);
        (!view.steps.is_empty()).then_some(view)
    }

    /// Notes that the end of the view so far stands for `source`.
    fn step(&mut self, source: usize) {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let step = Step { view: narrow(self.text.len()), source: narrow(source) };
        // Behind one escape is in front of the next, where nothing stands between them.
        if self.steps.last() != Some(&step) {
            self.steps.push(step);
        }
    }

    /// The range of the source that a range of the view stands for.
    pub fn source_range(&self, range: &Range<usize>) -> Range<usize> {
        self.source_of(range.start)..self.source_of(range.end)
    }

    /// The place in the source that a place in the view stands for.
    fn source_of(&self, view: usize) -> usize {
        let wide = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
        let behind = self.steps.partition_point(|step| wide(step.view) <= view);
        match behind.checked_sub(1).and_then(|last| self.steps.get(last)) {
            Some(step) => wide(step.source) + (view - wide(step.view)),
            None => view,
        }
    }
}

/// The character an escape at `at` stands for, and the bytes it takes.
fn escape(source: &str, at: usize) -> Option<(char, usize)> {
    let character = match source.as_bytes().get(at + 1)? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'u' => return unicode_escape(source, at),
        _ => return None,
    };
    Some((character, 2))
}

/// Reads `\uXXXX`, or two of them that make one character. Half a pair is U+FFFD.
fn unicode_escape(source: &str, at: usize) -> Option<(char, usize)> {
    let first = code_unit(source, at)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 6));
    }
    let pair = code_unit(source, at + 6)
        .filter(|second| (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(second))
        .and_then(|second| char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)));
    Some(pair.map_or((char::REPLACEMENT_CHARACTER, 6), |character| (character, 12)))
}

/// The four hexadecimal digits of `\uXXXX` at `at`.
fn code_unit(source: &str, at: usize) -> Option<u32> {
    let digits = source.get(at..at + 6)?.strip_prefix("\\u")?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(())?;
    u32::from_str_radix(digits, 16).ok()
}

/// Whether a string is a JSON object or array. Nothing is built of it: it may be large.
pub fn is_json(text: &str) -> bool {
    text.trim_ascii_start().starts_with(['{', '['])
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_the_view_covers_whole_escapes() {
        let source = r#"a\"gh\u0070_\n\ud83d\ude00\ud83dz\x"#;
        let view = View::of(source).unwrap();
        assert_eq!(view.text, "a\"ghp_\n😀\u{fffd}z\\x");
        let at = view.text.find("ghp_").unwrap();
        let range = view.source_range(&(at..at + 4));
        assert_eq!(&source[range], r"gh\u0070_");
        let at = view.text.find('😀').unwrap();
        assert_eq!(&source[view.source_range(&(at..at + 4))], r"\ud83d\ude00");
        assert_eq!(view.source_range(&(0..view.text.len())), 0..source.len());
    }

    #[test]
    fn percent_escapes_are_taken_off_once() {
        let view = View::percent_decoded("a%2Bb%252F%e2%zz%").unwrap();
        assert_eq!(view.text, "a+b%2F%e2%zz%");
        assert_eq!(view.source_range(&(1..2)), 1..4);
    }

    #[test]
    fn text_without_escapes_has_no_view() {
        assert!(View::of(r"C:\Users\x \d \ué \u12").is_none());
    }
}
