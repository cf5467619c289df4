//! Numbers that name a person: payment cards, accounts, social insurance.

use super::{Group, Rule};
use super::{card, iban, social_security};

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "credit-card",
        group: Group::Identity,
        shapes: &["5999?999"],
        hint: card::may_begin,
        find: |text, literal| card::range(text.as_bytes(), &literal),
        catches: "card numbers of the known issuers whose check digit is right, plain or in groups",
        spares: "times, ids, versions, and lengths that are mostly something else without groups",
        caught: &[
            "card «4111 1111 1111 1111» ok",
            "\"pan\":\"«5555555555554444»\"",
            "«3782-822463-10005»",
            "\\n«6011000990139424»\\n",
            "card_number=«36227206271667»;",
        ],
        spared: &[
            "1763632800123",
            "1763632800123456789",
            "4111 1111 1111 1112",
            "order 9876543210987654",
            "id 00004111111111111111",
            "id 36227206271667",
            "8f4111111111111111ab",
        ],
        ..Rule::BLANK
    },
    Rule {
        id: "us-ssn",
        group: Group::Identity,
        shapes: &["999-99-9"],
        keywords: &["ssn", "social security"],
        hint: social_security::may_begin,
        find: |text, literal| social_security::range(text.as_bytes(), &literal),
        catches: "social security numbers in groups, and nine digits behind the word",
        spares: "areas and groups that are not given out, dates, versions",
        caught: &["ssn: «536-22-8719»", "SSN «536228719» on file", "«219-09-9999»"],
        spared: &[
            "000-12-3456",
            "666-12-3456",
            "912-34-5678",
            "123-00-4567",
            "123-45-0000",
            "123-45.6789",
            "1.123-45-67890",
        ],
        ..Rule::BLANK
    },
    Rule {
        id: "iban",
        group: Group::Identity,
        shapes: &["^^99XXXX"],
        hint: iban::may_begin,
        find: |text, literal| iban::range(text.as_bytes(), &literal),
        catches: "account numbers of the countries that use them, with the right length and check digits",
        spares: "what only looks alike",
        caught: &[
            "«DE89 3704 0044 0532 0130 00»",
            "iban=«GB82WEST12345698765432»&x",
            "«NL45BANK7305518264»",
        ],
        spared: &["DE88 3704 0044 0532 0130 00", "XX89 3704 0044 0532 0130 00", "GB82 WEST"],
        ..Rule::BLANK
    },
];
