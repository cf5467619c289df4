//! The table of what counts as a credential: one row per type, one file per family. A new type is
//! a new row and nothing else. Knows how a credential looks in one string; where strings are found
//! and how they are replaced is the business of `redact`.

mod private_keys;
mod ai_providers;
mod ai_services;
mod aws;
mod azure;
mod cloud;
mod hosting;
mod hashicorp;
mod source_control;
mod packages;
mod payment;
mod chat;
mod mail;
mod services;
mod observability;
mod platforms;
mod vendors;
mod addresses;
mod headers;
mod command_lines;
mod databases;
mod kubernetes;
mod assignments;
mod identity;
mod contacts;

mod signs;
pub mod steps;

mod private_key;
mod aws_secret;
mod token;
mod random;
mod jwt;
mod assignment;
mod card;
mod iban;
mod social_security;

#[cfg(test)]
mod examples;

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

/// Says from bytes alone whether what stands round a literal can be anything at all.
///
/// Only a shortcut for words and digits that are everywhere: a request whose every hit is refused
/// is stored as it came. It may say yes too often, never no where [`Find`] says yes.
pub type Hint = fn(bytes: &[u8], literal: &Range<usize>) -> bool;

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
    /// The same for what has no word: kinds of bytes in a row, in the notation of
    /// `sieve::Element::shape`.
    pub shapes: &'static [&'static str],
    /// Asked before `find`, and of bytes that are no text.
    pub hint: Hint,
    /// Says where the credential begins and ends.
    pub find: Find,
    /// What it catches, for people.
    pub catches: &'static str,
    /// What it leaves alone although it looks alike, for people.
    pub spares: &'static str,
    /// Texts with the credential between `«` and `»`. A `¦` is dropped before use: it breaks the
    /// credential, so that scanners of source code do not take the example for a real one. `{a36}`
    /// becomes 36 made up letters and digits; the other kinds are in `examples`.
    pub caught: &'static [&'static str],
    /// Texts that stay as they are; `¦` and `{a36}` as above.
    pub spared: &'static [&'static str],
}

impl Rule {
    /// What a row leaves out.
    pub const BLANK: Rule = Rule {
        id: "",
        group: Group::Generic,
        literals: &[],
        keywords: &[],
        shapes: &[],
        hint: |_, _| true,
        find: |_, _| None,
        catches: "",
        spares: "",
        caught: &[],
        spared: &[],
    };
}

/// The families rules are listed under, each with a switch of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Private key blocks.
    PrivateKeys,
    /// Keys of model providers.
    AiProviders,
    /// Keys of cloud platforms.
    Cloud,
    /// Tokens of source hosts, package registries and build services.
    SourceControl,
    /// Keys of payment providers.
    Payment,
    /// Tokens of chats, mail services and other software as a service.
    Services,
    /// What only its surroundings give away: addresses, headers, command lines, assignments.
    Generic,
    /// Numbers that name a person's card, account or social insurance.
    Identity,
    /// Addresses of people and machines: email, telephone, network.
    Contacts,
}

impl Group {
    /// Every family.
    pub const ALL: [Group; 9] = [
        Group::PrivateKeys,
        Group::AiProviders,
        Group::Cloud,
        Group::SourceControl,
        Group::Payment,
        Group::Services,
        Group::Generic,
        Group::Identity,
        Group::Contacts,
    ];

    /// The families that are looked for unless somebody says otherwise. Contacts are not: usage
    /// is counted by email.
    pub fn by_default() -> Vec<Group> {
        Self::ALL.into_iter().filter(|group| *group != Group::Contacts).collect()
    }

    /// Whether it judges by looks and surroundings, and so may not judge an attribute whose
    /// meaning is known: an email that names a user, an id.
    pub fn guesses(self) -> bool {
        matches!(self, Group::Generic | Group::Identity | Group::Contacts)
    }
}

/// Every rule. When two rules claim overlapping text, the one listed first names the marker, so
/// the specific stands before the general.
pub static RULES: &[&[Rule]] = &[
    private_keys::RULES,
    ai_providers::RULES,
    ai_services::RULES,
    aws::RULES,
    azure::RULES,
    cloud::RULES,
    hosting::RULES,
    hashicorp::RULES,
    source_control::RULES,
    packages::RULES,
    payment::RULES,
    chat::RULES,
    mail::RULES,
    services::RULES,
    observability::RULES,
    platforms::RULES,
    vendors::RULES,
    addresses::RULES,
    headers::RULES,
    identity::RULES,
    command_lines::RULES,
    databases::RULES,
    kubernetes::RULES,
    assignments::RULES,
    contacts::RULES,
];

/// Walks the table in order.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().flatten()
}

#[cfg(test)]
pub use examples::{example, plain};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::redact::{Redactor, Settings};
    use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value::Value};
    use opentelemetry_proto::tonic::logs::v1::LogRecord;
    use prost::Message;

    #[test]
    fn every_row_catches_and_spares_what_it_says() {
        let by_default = Redactor::new();
        let contacts =
            Redactor::with(Settings { groups: vec![Group::Contacts], ..Settings::default() });
        let mut wrong = Vec::new();
        for rule in all() {
            let redactor = if rule.group == Group::Contacts { &contacts } else { &by_default };
            assert!(!rule.caught.is_empty() && !rule.spared.is_empty(), "{}", rule.id);
            for notation in rule.caught {
                let (arrives, leaves) = example(rule, notation);
                let found = redactor.redact_text(&arrives);
                if found.as_ref() != Some(&leaves) || !redactor.may_match(arrives.as_bytes()) {
                    wrong.push(format!("{}: {arrives}\n  became {found:?}", rule.id));
                }
            }
            for text in rule.spared.iter().map(|notation| plain(notation)) {
                if let Some(found) = redactor.redact_text(&text) {
                    wrong.push(format!("{} spares {text}\n  became {found}", rule.id));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn no_hint_refuses_what_a_row_finds_in_a_request_or_cut_off() {
        let redactor = Redactor::with(Settings { groups: Group::ALL.into(), ..Default::default() });
        let mut wrong = Vec::new();
        for rule in all() {
            for text in rule.caught.iter().map(|notation| example(rule, notation).0) {
                let framed = |text: &str| log_record(text).encode_to_vec();
                if !redactor.may_match(&framed(&text)) {
                    wrong.push(format!("{}: {text}, in a request", rule.id));
                }
                let cuts = (text.len() / 2..text.len()).filter(|cut| text.is_char_boundary(*cut));
                for front in cuts.step_by(3).map(|cut| &text[..cut]) {
                    let found = redactor.redact_text_and_tell(front).1.count > 0;
                    if found && !redactor.may_match(&framed(front)) {
                        wrong.push(format!("{}: {front}, cut off", rule.id));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_number_is_seen_behind_whatever_bytes_frame_its_string() {
        let redactor = Redactor::new();
        let number = plain("4111¦1111¦1111¦1111");
        for length in (16..300).chain(6_100..6_300).chain([16_384, 20_000, 800_000]) {
            let text = format!("{number} {}", ".".repeat(length - 16));
            assert!(redactor.may_match(&log_record(&text).encode_to_vec()), "{length} bytes");
        }
    }

    /// A record that says a text, with a field behind it.
    fn log_record(text: &str) -> LogRecord {
        let body = AnyValue { value: Some(Value::StringValue(text.to_owned())) };
        LogRecord { body: Some(body), event_name: "2".to_owned(), ..Default::default() }
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
            assert!(literal.len() >= 2 && literal.bytes().all(plain), "{literal}");
        }
    }
}
