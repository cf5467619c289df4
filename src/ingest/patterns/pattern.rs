//! One pattern: its bounds, and its matches.

use std::ops::Range;

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind, Repetition};
use regex_syntax::{Parser, ParserBuilder};

use super::MAX_MATCHES;

/// Longest text of a pattern, in bytes.
pub const MAX_PATTERN_BYTES: usize = 1_024;

/// Longest text a pattern may match, in bytes. With a bound, looking for every match takes time
/// in proportion to the text; without one, `.*x` takes it squared.
pub const MAX_MATCH_BYTES: usize = 1_000;

/// Most memory of a compiled pattern, in bytes.
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// Deepest nesting of groups.
const MAX_NESTING: u32 = 50;

/// A pattern that may run.
#[derive(Clone, Debug)]
pub struct Pattern {
    name: String,
    regex: Regex,
    /// The same without anchors and word boundaries.
    anywhere: String,
}

/// Why a pattern may not run, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    #[error("a name has 1 to 48 small letters, digits and hyphens, for example `project-code`")]
    Name,
    #[error("`{0}` is a built-in type; choose another name")]
    BuiltIn(String),
    #[error("the pattern is empty or longer than {MAX_PATTERN_BYTES} bytes")]
    Length,
    #[error(
        "the pattern is no regular expression of the kind that takes linear time \
         (no look-around, no back-references): {0}"
    )]
    Syntax(String),
    #[error("the pattern is too large once it is compiled; use smaller repetitions")]
    TooLarge,
    #[error("the pattern matches nothing at all, which is everywhere; make it match something")]
    MatchesEmpty,
    #[error(
        "the pattern can match a text of any length, which takes quadratic time and hides \
         everything after its start; write bounded repetitions, for example `{{1,200}}` instead \
         of `+` (at most {MAX_MATCH_BYTES} bytes in all)"
    )]
    Unbounded,
}

impl Pattern {
    /// Checks and compiles a pattern.
    pub fn compile(name: &str, text: &str) -> Result<Pattern, PatternError> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > 48 || !name.bytes().all(fits) {
            return Err(PatternError::Name);
        }
        if text.is_empty() || text.len() > MAX_PATTERN_BYTES {
            return Err(PatternError::Length);
        }
        let parsed = parse(text)?;
        bounded(&parsed)?;
        let regex = RegexBuilder::new(text)
            .size_limit(MAX_COMPILED_BYTES)
            .dfa_size_limit(MAX_COMPILED_BYTES)
            .nest_limit(MAX_NESTING)
            .build();
        match regex {
            Ok(regex) => Ok(Pattern {
                name: name.to_owned(),
                regex,
                anywhere: without_looks(&parsed).to_string(),
            }),
            Err(regex::Error::CompiledTooBig(_)) => Err(PatternError::TooLarge),
            Err(error) => Err(PatternError::Syntax(last_line(&error))),
        }
    }

    /// The type in the marker.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The regular expression.
    pub fn text(&self) -> &str {
        self.regex.as_str()
    }

    /// A regular expression that matches wherever this one does, whatever stands round the text:
    /// in a request's bytes a string begins and ends in the middle of others.
    pub fn anywhere(&self) -> &str {
        &self.anywhere
    }

    /// Every match in a text. A pattern that is found in too many places covers the rest.
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> =
            self.regex.find_iter(text).take(MAX_MATCHES).map(|it| it.range()).collect();
        if found.len() == MAX_MATCHES
            && let Some(last) = found.last_mut()
        {
            last.end = text.len();
        }
        found
    }
}

/// Parses a pattern.
fn parse(text: &str) -> Result<Hir, PatternError> {
    let mut parser: Parser = ParserBuilder::new().nest_limit(MAX_NESTING).build();
    parser.parse(text).map_err(|error| PatternError::Syntax(last_line(&error)))
}

/// A pattern without what looks at its surroundings.
fn without_looks(pattern: &Hir) -> Hir {
    match pattern.kind() {
        HirKind::Look(_) => Hir::empty(),
        HirKind::Repetition(repetition) => {
            let sub = Box::new(without_looks(&repetition.sub));
            Hir::repetition(Repetition { sub, ..repetition.clone() })
        }
        HirKind::Capture(capture) => without_looks(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(without_looks).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(without_looks).collect()),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) => pattern.clone(),
    }
}

/// Refuses what can match nothing, or a text of any length.
fn bounded(pattern: &Hir) -> Result<(), PatternError> {
    let properties = pattern.properties();
    // `None` is what can never match, which does no harm but is surely a mistake.
    if properties.minimum_len().unwrap_or(0) == 0 {
        return Err(PatternError::MatchesEmpty);
    }
    match properties.maximum_len() {
        Some(length) if length <= MAX_MATCH_BYTES => Ok(()),
        _ => Err(PatternError::Unbounded),
    }
}

/// What an error says, without the drawing of the pattern above it.
fn last_line(error: &impl ToString) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Why a pattern is refused.
    fn refused(text: &str) -> PatternError {
        Pattern::compile("name", text).unwrap_err()
    }

    #[test]
    fn what_could_take_quadratic_time_or_match_everything_is_refused() {
        for text in [".+", "a+", ".*[^A-Z]|[A-Z]", "(a+)+$", "x{2,}", "[a-z]{1001}"] {
            assert_eq!(refused(text), PatternError::Unbounded, "{text}");
        }
        for text in ["a*", ".*", "", "x?", "(?:)", "a{0,5}", "$", "\\b"] {
            assert!(
                matches!(
                    refused(text),
                    PatternError::MatchesEmpty | PatternError::Unbounded | PatternError::Length
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_regular_expression_is_refused_with_the_reason() {
        let PatternError::Syntax(reason) = refused("(?<=x)y") else { panic!("syntax") };
        assert!(reason.contains("look-around"), "{reason}");
        let PatternError::Syntax(reason) = refused("(a)\\1") else { panic!("syntax") };
        assert!(reason.contains("backreferences"), "{reason}");
        assert!(matches!(refused("(unclosed"), PatternError::Syntax(_)));
        assert_eq!(refused(&"x".repeat(1025)), PatternError::Length);
        assert!(matches!(
            refused("(\\w{20}){40}"),
            PatternError::TooLarge | PatternError::Unbounded
        ));
    }

    #[test]
    fn a_name_is_a_type_as_it_stands_in_a_marker() {
        for name in ["", "Big", "a b", "a>b", "é", &"x".repeat(49)] {
            assert_eq!(Pattern::compile(name, "x").unwrap_err(), PatternError::Name, "{name}");
        }
        assert!(Pattern::compile("project-code-7", "PRJ-[0-9]{4,8}").is_ok());
    }

    #[test]
    fn anchors_and_boundaries_do_not_count_where_strings_run_together() {
        for (text, raw) in [
            ("^ACME-[0-9]{4}$", "xxACME-1234yy"),
            ("\\bACME\\b", "xACMEy"),
            ("(?m)^(?:ACME|(?i)emca)$", "1EMCA2"),
            ("(?:\\bA){2}", "AA"),
        ] {
            let pattern = Pattern::compile("name", text).unwrap();
            assert!(Regex::new(pattern.anywhere()).unwrap().is_match(raw), "{text}");
        }
    }

    #[test]
    fn a_pattern_found_everywhere_covers_the_rest() {
        let pattern = Pattern::compile("digit", "[0-9]").unwrap();
        let text = "7".repeat(MAX_MATCHES + 500);
        let found = pattern.find(&text);
        assert_eq!(found.len(), MAX_MATCHES);
        assert_eq!(found.last().unwrap().end, text.len());
    }
}
