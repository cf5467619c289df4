//! The table of what counts as a credential: one row per type, one file per family. A new type is
//! a new row and nothing else. Knows how a credential looks in one string; where strings are found
//! and how they are replaced is the business of `redact`.

mod ai_providers;
mod aws_secret;
mod cloud;
mod private_key;
mod private_keys;
mod source_control;
mod token;

use std::ops::Range;

/// Finds a credential, given a text and the place of one of the rule's literals in it.
///
/// It must look at a bounded stretch of text unless it answers with a range that covers what it
/// read: a hostile text may hold a literal every few bytes. The range lies on character
/// boundaries and covers the whole secret, never a quote that ends the string around it.
pub type Find = fn(text: &str, literal: Range<usize>) -> Option<Range<usize>>;

/// Stands between strings that are scanned in a row, such as a key and its value. A rule may reach
/// across it, and knows that a value ended there.
pub const SEAM: char = '\u{1f}';

/// One type of credential.
pub struct Rule {
    /// The type as it stands in the marker, `<REDACTED:id>`: lower case letters, digits, hyphens.
    pub id: &'static str,
    /// The family it is listed under.
    pub group: Group,
    /// What must stand in a text before `find` is asked. ASCII letters, digits and the signs that
    /// JSON has no short escape for; a test holds every row to that, for `may_match` relies on it.
    pub literals: &'static [&'static str],
    /// The same, in any case: words that announce a secret without being part of it.
    pub keywords: &'static [&'static str],
    /// Says where the credential begins and ends.
    pub find: Find,
    /// What it catches, for people.
    pub catches: &'static str,
    /// What it leaves alone although it looks alike, for people.
    pub spares: &'static str,
    /// Texts with the credential between `«` and `»`. A `¦` is dropped before use: it breaks the
    /// credential, so that scanners of source code do not take the example for a real one.
    pub caught: &'static [&'static str],
    /// Texts that stay as they are; `¦` as above.
    pub spared: &'static [&'static str],
}

/// The families rules are listed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Private key blocks.
    PrivateKeys,
    /// Keys of model providers.
    AiProviders,
    /// Keys of cloud platforms.
    Cloud,
    /// Tokens of source hosts and package registries.
    SourceControl,
}

/// Every rule. When two rules claim overlapping text, the one listed first names the marker, so
/// the specific stands before the general.
pub static RULES: &[&[Rule]] =
    &[private_keys::RULES, ai_providers::RULES, cloud::RULES, source_control::RULES];

/// Walks the table in order.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().flatten()
}

/// Reads the notation of [`Rule::caught`]: the text as it arrives, and the text as it must leave.
#[cfg(test)]
pub fn example(rule: &Rule, notation: &str) -> (String, String) {
    let whole = notation.replace('¦', "");
    let (before, rest) = whole.split_once('«').unwrap();
    let (_, after) = rest.rsplit_once('»').unwrap();
    let left = format!("{before}<REDACTED:{}>{after}", rule.id);
    (whole.replace(['«', '»'], ""), left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::redact::Redactor;

    #[test]
    fn every_row_catches_and_spares_what_it_says() {
        let redactor = Redactor::new();
        for rule in all() {
            assert!(!rule.caught.is_empty() && !rule.spared.is_empty(), "{}", rule.id);
            for notation in rule.caught {
                let (arrives, leaves) = example(rule, notation);
                assert_eq!(redactor.redact_text(&arrives), Some(leaves), "{arrives}");
                assert!(redactor.may_match(arrives.as_bytes()), "{arrives}");
            }
            for notation in rule.spared {
                let text = notation.replace('¦', "");
                assert_eq!(redactor.redact_text(&text), None, "{}: {text}", rule.id);
            }
        }
    }

    #[test]
    fn ids_are_unique_and_safe_inside_markup() {
        let mut seen = std::collections::HashSet::new();
        for rule in all() {
            assert!(seen.insert(rule.id), "{}", rule.id);
            let safe =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(rule.id.bytes().all(safe) && (1..=48).contains(&rule.id.len()));
        }
    }

    #[test]
    fn no_short_escape_and_no_seam_can_hide_a_literal() {
        for literal in all().flat_map(|rule| rule.literals.iter().chain(rule.keywords)) {
            let plain = |byte: u8| matches!(byte, b' '..=b'~') && !b"\"\\/=<>&'".contains(&byte);
            assert!(literal.len() >= 3 && literal.bytes().all(plain), "{literal}");
        }
    }
}
