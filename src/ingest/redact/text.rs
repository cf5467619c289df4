//! Scans one string: where in it a secret stands, and of which type. Changes nothing.

mod markers;
mod level;

use super::base64_runs;
use super::sieve::{Element, Sieve};
use crate::ingest::rules::{self, Group, Rule, steps};
use level::Level;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::ops::{ControlFlow, Range};
use std::panic::{AssertUnwindSafe, catch_unwind};
use thiserror::Error;

/// Levels of escapes taken off. JSON three deep has three; more is nobody's honest telemetry.
pub const MAX_LEVELS: usize = 6;

/// How often each byte of a string may be looked at, on the whole. Ordinary text is below ten.
const MOST_LOOKS: usize = 50;

/// Bytes that may be looked at of a string however short it is.
const LEAST_LOOKED_AT: usize = 200_000;

/// The beginning of an escape that can hide a letter of a literal.
const ESCAPE: &str = "\\u00";

/// A percent escape, as a shape.
const PERCENT: &str = "%ff";

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
    /// Rules would read it again and again.
    #[error("looked at more than {MOST_LOOKS} times")]
    TooMuchWork,
    /// A rule panicked over it.
    #[error("a rule panicked")]
    Panicked,
}

/// Which rules may judge a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judges {
    /// All that are switched on.
    All,
    /// Those that go by what no ordinary text has. For ids and names that attribution needs.
    Certain,
}

impl Judges {
    /// Whether a rule is one of them.
    fn have(self, rule: &Rule) -> bool {
        self == Judges::All || !rule.group.guesses()
    }
}

/// What a scan keeps to.
#[derive(Clone, Copy)]
struct Bounds {
    judges: Judges,
    /// The count of bytes looked at when it began.
    begun: usize,
    /// How many it may look at.
    most: usize,
}

/// All rules, compiled.
pub struct Scanner {
    /// Finds every word and shape in one pass.
    sieve: Sieve,
    /// What each of its patterns means.
    patterns: Vec<Meaning>,
}

/// What a pattern means.
#[derive(Clone, Copy)]
enum Meaning {
    /// A rule is to be asked; its place in the table.
    Rule(usize, &'static Rule),
    /// An escape may hide a letter.
    Escape,
    /// A percent escape may hide one.
    Percent,
}

impl Scanner {
    /// Compiles the rules of some families.
    pub fn new(groups: &[Group]) -> Self {
        Self::of(rules::all().filter(|rule| groups.contains(&rule.group)))
    }

    /// Compiles rules; those listed first name what several find.
    pub fn of(rules: impl Iterator<Item = &'static Rule>) -> Self {
        let mut patterns = vec![Meaning::Escape, Meaning::Percent];
        let exactly = |word: &str| word.bytes().map(Element::Exactly).collect::<Vec<_>>();
        let mut elements = vec![exactly(ESCAPE), Element::shape(PERCENT)];
        for (rank, rule) in rules.enumerate() {
            let any_case = |word: &&str| word.bytes().map(Element::AnyCase).collect::<Vec<_>>();
            let literals = rule.literals.iter().map(|word| exactly(word));
            let shapes = rule.shapes.iter().map(|shape| Element::shape(shape));
            for pattern in literals.chain(rule.keywords.iter().map(any_case)).chain(shapes) {
                elements.push(pattern);
                patterns.push(Meaning::Rule(rank, rule));
            }
        }
        Self { sieve: Sieve::new(elements), patterns }
    }

    /// Whether a scan of these bytes, or of any string in them, could find anything.
    ///
    /// A literal of a rule stands in one piece, or has an escape of a letter in it, or is part of
    /// a run of base64 that decodes to text. An escape in an escape is still seen: whatever hides
    /// the backslash or the digits of the inner one is such an escape itself.
    ///
    /// A panic of a rule is a yes: what it panics over is then looked at closely, and replaced.
    pub fn may_match(&self, raw: &[u8]) -> bool {
        let hit = || {
            self.hits(raw, |meaning, range| match meaning {
                Meaning::Rule(_, rule) if !(rule.hint)(raw, &range) => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            })
        };
        let any = || hit().is_break() || base64_runs::any_text(raw);
        catch_unwind(AssertUnwindSafe(any)).unwrap_or(true)
    }

    /// Visits what stands in these bytes, in order of the ends. Hints are not asked.
    fn hits(
        &self,
        raw: &[u8],
        mut visit: impl FnMut(Meaning, Range<usize>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        steps::look_at(raw.len());
        self.sieve.each(raw, |number, range| {
            let Some(meaning) = self.patterns.get(number).copied() else {
                return ControlFlow::Continue(());
            };
            let real = match meaning {
                Meaning::Rule(..) => true,
                Meaning::Escape => hides_letter(raw, range.end),
                Meaning::Percent => hides_letter(raw, range.start + 1),
            };
            if real { visit(meaning, range) } else { ControlFlow::Continue(()) }
        })
    }

    /// The secrets in a text, in order and apart from each other.
    ///
    /// Looks at the text as it stands, with its escapes taken off level by level, with its percent
    /// escapes taken off, and at the text that stands in it as base64.
    pub fn spans(&self, text: &str, judges: Judges) -> Result<Vec<Span>, Unscannable> {
        let scan = || self.every_span(text, judges);
        catch_unwind(AssertUnwindSafe(scan)).unwrap_or(Err(Unscannable::Panicked))
    }

    /// The same, where nothing panics.
    fn every_span(&self, text: &str, judges: Judges) -> Result<Vec<Span>, Unscannable> {
        let most = LEAST_LOOKED_AT + MOST_LOOKS * text.len();
        let bounds = Bounds { judges, begun: steps::count(), most };
        let mut finds = Finds::default();
        self.search(&Level::top(text), bounds, &mut finds)?;
        let mut spans = finds.spans;
        for run in base64_runs::texts(text) {
            let mut inner = Finds::default();
            self.search(&Level::top(&run.text), bounds, &mut inner)?;
            spans.extend(
                merge(inner.spans)
                    .into_iter()
                    .take(1)
                    .map(|span| Span { range: run.range.clone(), ..span }),
            );
        }
        Ok(merge(spans))
    }

    /// Searches a text and what it says with its escapes taken off.
    fn search(&self, level: &Level, bounds: Bounds, finds: &mut Finds) -> Result<(), Unscannable> {
        if level.depth > 0 && !finds.texts.insert(finds.hasher.hash_one(level.text)) {
            return Ok(());
        }
        let seen = self.scan(level.text, bounds, |span| {
            finds.spans.push(Span { range: level.source_range(span.range), ..span });
        });
        if seen.too_much {
            return Err(Unscannable::TooMuchWork);
        }
        if !seen.any {
            return Ok(());
        }
        if let Some(view) = level.unescaped() {
            if level.depth == MAX_LEVELS {
                return if seen.escape { Err(Unscannable::TooManyEscapes) } else { Ok(()) };
            }
            self.search(&level.below(&view), bounds, finds)?;
        }
        match seen.percent.then(|| level.percent_decoded()).flatten() {
            Some(view) => self.search(&level.below_percent(&view), bounds, finds),
            None => Ok(()),
        }
    }

    /// Scans a text as it stands.
    fn scan(&self, text: &str, bounds: Bounds, mut found: impl FnMut(Span)) -> Seen {
        let mut seen = Seen::default();
        let mut covered: Vec<usize> = Vec::new();
        let _ = self.hits(text.as_bytes(), |meaning, range| {
            match meaning {
                Meaning::Escape => (seen.any, seen.escape) = (true, true),
                Meaning::Percent => (seen.any, seen.percent) = (true, true),
                Meaning::Rule(rank, rule) => {
                    // What a row finds its hint lets through, so the hint is asked only where it
                    // is the first to say that something may stand here.
                    seen.any = seen.any || (rule.hint)(text.as_bytes(), &range);
                    covered.resize(covered.len().max(rank + 1), 0);
                    if bounds.judges.have(rule)
                        && seen.any
                        && let Some(done) = covered.get_mut(rank)
                        && range.start >= *done
                        && let Some(range) = find(text, rule, range)
                    {
                        *done = range.end;
                        found(Span { range, rule, rank });
                    }
                }
            }
            seen.too_much = steps::since(bounds.begun) > bounds.most;
            if seen.too_much { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        seen
    }
}

/// Asks a rule, but not about a marker.
fn find(text: &str, rule: &Rule, hit: Range<usize>) -> Option<Range<usize>> {
    if markers::is_in_marker(text, hit.start) {
        return None;
    }
    let found = (rule.find)(text, hit)?;
    steps::look_at(found.len());
    let range = markers::without(text, found)?;
    Some(whole_escapes(text, range))
}

/// What a search has come to.
#[derive(Default)]
struct Finds {
    spans: Vec<Span>,
    /// Hashes of the texts below the top that were scanned: escapes within percent escapes are
    /// often the same text as percent escapes within escapes.
    texts: HashSet<u64>,
    hasher: RandomState,
}

/// What a scan came across.
#[derive(Default)]
struct Seen {
    /// Any pattern at all.
    any: bool,
    /// An escape that hides a letter.
    escape: bool,
    /// A percent escape that hides one.
    percent: bool,
    /// Bytes were looked at too often.
    too_much: bool,
}

/// Whether the two digits at `at`, behind `\u00` or `%`, stand for a character that can be in a
/// literal, in another escape, or between a name and its value. Not the quotes, `&`, `<` and `>`,
/// which some encoders always escape, nor what no rule begins with.
fn hides_letter(raw: &[u8], at: usize) -> bool {
    let digits = raw.get(at..at + 2).and_then(|digits| std::str::from_utf8(digits).ok());
    let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
    code.is_some_and(|code| matches!(code, b' '..=b'~') && !b"\"'&<>#!*`^|~".contains(&code))
}

/// Moves a start out of the middle of an escape: `\npm_` may be a line break and `pm_`.
fn whole_escapes(text: &str, range: Range<usize>) -> Range<usize> {
    let front = text.as_bytes().get(..range.start).unwrap_or_default();
    let slashes = front.iter().rev().take_while(|byte| **byte == b'\\').count();
    let letter = text.as_bytes().get(range.start).is_some_and(u8::is_ascii_alphabetic);
    if slashes.is_multiple_of(2) || !letter { range } else { range.start - 1..range.end }
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
