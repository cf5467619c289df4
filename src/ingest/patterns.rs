//! Patterns of the organization's own: regular expressions an admin adds to the built-in rules.
//!
//! Every one is checked before it may run, so that none takes the ingest's time or memory, and
//! none hides what nobody wanted hidden. Refused with the reason and the cure.

mod pattern;
mod ordinary;
mod add;
mod change;
mod try_out;
pub mod watch;

pub use add::{NewPattern, NotAdded, add};
pub use change::{Change, change};
pub use ordinary::matches_of_ordinary_text;
pub use pattern::{MAX_MATCH_BYTES, MAX_PATTERN_BYTES, Pattern, PatternError};
pub use try_out::{MAX_SAMPLE_BYTES, NotTried, Tried, try_out};

use std::ops::Range;

use daybook_schema::redaction_patterns::RedactionPattern;
use regex::bytes::{RegexSet, RegexSetBuilder};

/// Most places one pattern may be found at in one string; what is left of the string is then
/// replaced whole, rather than let through.
pub const MAX_MATCHES: usize = 1_000;

/// The patterns that are switched on, compiled.
#[derive(Debug, Default)]
pub struct Patterns {
    patterns: Vec<Pattern>,
    /// All of them at once, over a request's bytes.
    any: Option<RegexSet>,
}

/// A place a pattern was found at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<'a> {
    /// The pattern's name: the type in the marker.
    pub name: &'a str,
    pub range: Range<usize>,
}

impl Patterns {
    /// Compiles stored patterns. One that no longer compiles is left out, and said in the log.
    pub fn compile(rows: &[RedactionPattern]) -> Patterns {
        let mut patterns = Vec::new();
        for row in rows.iter().filter(|row| row.enabled) {
            match Pattern::compile(&row.name, &row.pattern) {
                Ok(pattern) => patterns.push(pattern),
                Err(error) => {
                    tracing::error!(pattern = row.id, %error, "a stored pattern cannot be used");
                }
            }
        }
        let texts = patterns.iter().map(Pattern::anywhere);
        let any = RegexSetBuilder::new(texts).size_limit(64 << 20).build().ok();
        Patterns { any: any.filter(|_| !patterns.is_empty()), patterns }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether a request's bytes could hold a match.
    pub fn may_match(&self, raw: &[u8]) -> bool {
        self.any.as_ref().map_or(!self.patterns.is_empty(), |any| any.is_match(raw))
    }

    /// Every match in a string, in order. Those that overlap are one, under the name of the
    /// earlier, or of two that begin together the longer.
    pub fn find<'a>(&'a self, text: &str) -> Vec<Match<'a>> {
        let mut found: Vec<Match<'a>> = Vec::new();
        for pattern in &self.patterns {
            for range in pattern.find(text) {
                found.push(Match { name: pattern.name(), range });
            }
        }
        found.sort_by_key(|it| (it.range.start, usize::MAX - it.range.end));
        let mut apart: Vec<Match<'a>> = Vec::new();
        for it in found {
            match apart.last_mut().filter(|last| it.range.start < last.range.end) {
                Some(last) => last.range.end = last.range.end.max(it.range.end),
                None => apart.push(it),
            }
        }
        apart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Patterns by name and text.
    fn patterns(of: &[(&str, &str)]) -> Patterns {
        let row = |(name, pattern): &(&str, &str)| RedactionPattern {
            id: 1,
            name: (*name).to_owned(),
            pattern: (*pattern).to_owned(),
            enabled: true,
            created_at: 0,
            rescan_from: None,
            rescan_found: 0,
        };
        Patterns::compile(&of.iter().map(row).collect::<Vec<_>>())
    }

    #[test]
    fn overlapping_matches_are_one_under_the_name_of_the_earlier_and_longer() {
        let patterns = patterns(&[
            ("short", "TKT-[0-9]{2}"),
            ("long", "TKT-[0-9]{2,6}"),
            ("tail", "4-[a-z]{3}"),
        ]);
        let text = "see TKT-1234-abc and TKT-99";
        let found: Vec<(&str, &str)> =
            patterns.find(text).iter().map(|it| (it.name, &text[it.range.clone()])).collect();
        assert_eq!(found, [("long", "TKT-1234-abc"), ("short", "TKT-99")]);
        assert!(patterns.may_match(text.as_bytes()));
        assert!(!patterns.may_match(b"nothing here"));
    }

    #[test]
    fn without_patterns_nothing_is_looked_at() {
        assert!(!Patterns::default().may_match(b"anything"));
        assert!(patterns(&[]).is_empty());
    }
}
