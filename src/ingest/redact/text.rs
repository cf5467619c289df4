//! Scans one string: where in it a secret stands, and of which type. Changes nothing.

use super::MARKER_START;
use super::embedded_json::View;
use super::prefilter::Prefilter;
use crate::ingest::rules::{self, Rule};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::ops::Range;
use thiserror::Error;

/// Levels of escapes taken off. JSON three deep has three; more is nobody's honest telemetry.
const MAX_LEVELS: usize = 6;

/// The beginning of an escape that can hide a letter of a literal.
const ESCAPE: &str = "\\u00";

/// A secret in a string.
pub struct Span {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// Its type.
    pub rule: &'static Rule,
    /// The place of the rule in the table.
    rank: usize,
}

/// Why a string was not scanned.
#[derive(Debug, Error)]
pub enum Unscannable {
    /// Escapes within escapes, beyond what is taken off.
    #[error("escaped more than {MAX_LEVELS} times")]
    TooManyEscapes,
    /// The literals of the table could not be compiled.
    #[error("the table of rules is unusable")]
    NoRules,
}

/// All rules, compiled.
pub struct Scanner {
    /// Finds every literal in one pass. `None` closes every door instead of opening it.
    automaton: Option<AhoCorasick>,
    /// Most bodies need no more.
    prefilter: Option<Prefilter>,
    /// What each pattern of the automaton means.
    patterns: Vec<Pattern>,
}

/// A pattern of the automaton.
struct Pattern {
    /// The bytes as they must stand, or `None` if case is of no account.
    exact: Option<&'static str>,
    /// The rule that asked for it and its rank, or `None` for [`ESCAPE`].
    rule: Option<(usize, &'static Rule)>,
}

/// A pattern found in a text.
struct Hit {
    /// Where it stands.
    range: Range<usize>,
    /// As in [`Pattern`].
    rule: Option<(usize, &'static Rule)>,
}

impl Scanner {
    /// Compiles the table.
    pub fn new() -> Self {
        let mut words = vec![ESCAPE];
        let mut patterns = vec![Pattern { exact: Some(ESCAPE), rule: None }];
        for (rank, rule) in rules::all().enumerate() {
            for literal in rule.literals {
                words.push(literal);
                patterns.push(Pattern { exact: Some(literal), rule: Some((rank, rule)) });
            }
            for keyword in rule.keywords {
                words.push(keyword);
                patterns.push(Pattern { exact: None, rule: Some((rank, rule)) });
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(words)
            .ok();
        let exact: Vec<&str> = patterns.iter().filter_map(|pattern| pattern.exact).collect();
        let keywords: Vec<&str> = rules::all().flat_map(|rule| rule.keywords).copied().collect();
        Self { automaton, prefilter: Prefilter::new(&exact, &keywords), patterns }
    }

    /// Whether a scan of these bytes, or of any string in them, could find anything.
    ///
    /// A literal of a rule stands in one piece, or has an escape of a letter in it. An escape in
    /// an escape is still seen: whatever hides the backslash or the digits of the inner one is
    /// such an escape itself.
    pub fn may_match(&self, raw: &[u8]) -> bool {
        if self.prefilter.as_ref().is_some_and(|prefilter| !prefilter.may_hold(raw)) {
            return self.automaton.is_none();
        }
        match &self.automaton {
            Some(automaton) => {
                automaton.is_match(raw) && self.hits(automaton, raw).next().is_some()
            }
            None => true,
        }
    }

    /// The patterns that stand in these bytes, in order of their ends.
    fn hits<'a>(
        &'a self,
        automaton: &'a AhoCorasick,
        raw: &'a [u8],
    ) -> impl Iterator<Item = Hit> + 'a {
        automaton.find_overlapping_iter(raw).filter_map(|found| {
            let pattern = self.patterns.get(found.pattern().as_usize())?;
            let range = found.range();
            let exact =
                pattern.exact.is_none_or(|word| raw.get(range.clone()) == Some(word.as_bytes()));
            let real = exact && (pattern.rule.is_some() || hides_letter(raw, range.end));
            real.then_some(Hit { range, rule: pattern.rule })
        })
    }

    /// The secrets in a text, in order and apart from each other.
    ///
    /// Looks at the text as it stands and with its escapes taken off, level by level, for as long
    /// as there is something to look for.
    pub fn spans(&self, text: &str) -> Result<Vec<Span>, Unscannable> {
        let automaton = self.automaton.as_ref().ok_or(Unscannable::NoRules)?;
        let mut spans = Vec::new();
        let mut views: Vec<View> = Vec::new();
        loop {
            let current = views.last().map_or(text, |view| view.text.as_str());
            let seen = self.scan_level(automaton, current, |mut span| {
                for view in views.iter().rev() {
                    span.range = view.source_range(&span.range);
                }
                spans.push(span);
            });
            if !seen.any {
                break;
            }
            let Some(view) = View::of(current) else { break };
            if views.len() == MAX_LEVELS {
                if seen.escape {
                    return Err(Unscannable::TooManyEscapes);
                }
                break;
            }
            views.push(view);
        }
        Ok(merge(spans))
    }

    /// Scans a text as it stands.
    fn scan_level(&self, automaton: &AhoCorasick, text: &str, mut found: impl FnMut(Span)) -> Seen {
        let mut seen = Seen::default();
        let mut covered: Vec<usize> = Vec::new();
        for hit in self.hits(automaton, text.as_bytes()) {
            seen.any = true;
            let Some((rank, rule)) = hit.rule else {
                seen.escape = true;
                continue;
            };
            covered.resize(covered.len().max(rank + 1), 0);
            let Some(done) = covered.get_mut(rank) else {
                continue;
            };
            if hit.range.start < *done || is_in_marker(text, hit.range.start) {
                continue;
            }
            if let Some(range) = (rule.find)(text, hit.range) {
                *done = range.end;
                found(Span { range: whole_escapes(text, range), rule, rank });
            }
        }
        seen
    }
}

/// What a scan came across.
#[derive(Default)]
struct Seen {
    /// Any pattern at all.
    any: bool,
    /// An escape that hides a letter.
    escape: bool,
}

/// Whether the two digits at `at`, behind `\u00`, stand for a character that can be in a literal
/// or in another escape. Not the quotes, `&`, `<` and `>`, which some encoders always escape.
fn hides_letter(raw: &[u8], at: usize) -> bool {
    let digits = raw.get(at..at + 2).and_then(|digits| std::str::from_utf8(digits).ok());
    let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
    code.is_some_and(|code| matches!(code, b' '..=b'~') && !b"\"'&<>".contains(&code))
}

/// Whether `at` lies in a marker that was put there by an earlier scan.
fn is_in_marker(text: &str, at: usize) -> bool {
    let floor = at.saturating_sub(MARKER_START.len() + 48);
    let front = text.as_bytes().get(floor..at).unwrap_or_default();
    let name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let behind = front.iter().rev().take_while(|byte| name(**byte)).count();
    let start = at - behind;
    let ends_start =
        text.as_bytes().get(..start).is_some_and(|front| front.ends_with(MARKER_START.as_bytes()));
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let length = rest.iter().take(49).take_while(|byte| name(**byte)).count();
    let id = text.get(start..start + length).unwrap_or_default();
    ends_start && rest.get(length) == Some(&b'>') && rules::all().any(|rule| rule.id == id)
}

/// Moves a start out of the middle of an escape: `\npm_` may be a line break and `pm_`.
fn whole_escapes(text: &str, range: Range<usize>) -> Range<usize> {
    let front = text.as_bytes().get(..range.start).unwrap_or_default();
    let slashes = front.iter().rev().take_while(|byte| **byte == b'\\').count();
    if slashes.is_multiple_of(2) { range } else { range.start - 1..range.end }
}

/// Puts spans in order and joins those that overlap; the rule listed first names the result.
fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.range.start, span.rank));
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.range.start < last.range.end => {
                last.range.end = last.range.end.max(span.range.end);
                if span.rank < last.rank {
                    (last.rank, last.rule) = (span.rank, span.rule);
                }
            }
            _ => merged.push(span),
        }
    }
    merged
}
