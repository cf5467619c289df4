//! Tries a pattern on a sample, before it hides anything.

use std::ops::Range;

use super::{Pattern, PatternError, matches_of_ordinary_text};

/// Longest sample, in bytes.
pub const MAX_SAMPLE_BYTES: usize = 64 << 10;

/// The type that stands in the marker while the pattern has no name.
const NAMELESS: &str = "your-pattern";

/// What a pattern does to a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Where it matches, in bytes of the sample.
    pub matches: Vec<Range<usize>>,
    /// The sample as it would be kept; the built-in rules are left out of it.
    pub redacted: String,
    /// What kinds of ordinary text it matches.
    pub ordinary: Vec<&'static str>,
}

/// Why a pattern was not tried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTried {
    #[error("{0}")]
    Wrong(#[from] PatternError),
    #[error("the sample is longer than {MAX_SAMPLE_BYTES} bytes; use a part of it")]
    SampleTooLong,
}

/// Tries a pattern. Takes time in proportion to the sample: not for threads that answer.
pub fn try_out(pattern: &str, sample: &str) -> Result<Tried, NotTried> {
    if sample.len() > MAX_SAMPLE_BYTES {
        return Err(NotTried::SampleTooLong);
    }
    let pattern = Pattern::compile(NAMELESS, pattern)?;
    let matches = pattern.find(sample);
    let mut redacted = String::with_capacity(sample.len());
    let mut end = 0;
    for found in &matches {
        redacted.push_str(sample.get(end..found.start).unwrap_or_default());
        redacted.push_str("<REDACTED:");
        redacted.push_str(NAMELESS);
        redacted.push('>');
        end = found.end;
    }
    redacted.push_str(sample.get(end..).unwrap_or_default());
    Ok(Tried { matches, redacted, ordinary: matches_of_ordinary_text(&pattern) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_match_of_a_sample_is_replaced() {
        let tried = try_out("é[0-9]{2}", "aé12 é34é5").unwrap();
        assert_eq!(tried.redacted, "a<REDACTED:your-pattern> <REDACTED:your-pattern>é5");
        assert_eq!(tried.matches, [1..5, 6..10]);
        assert!(tried.ordinary.is_empty());
        assert_eq!(try_out("x", &"y".repeat(MAX_SAMPLE_BYTES + 1)), Err(NotTried::SampleTooLong));
    }
}
