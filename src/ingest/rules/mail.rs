//! Keys of mail services.

use super::random::classes;
use super::token::{
    alphanumeric, apart, base64_url, digit, hexadecimal, part, prefixed, sign, starts_apart, uuid,
};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "sendgrid-key",
        group: Group::Services,
        literals: &["SG."],
        find: sendgrid,
        catches: "SendGrid keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«SG.{a22}.{a43}»"],
        spared: &["SG.x.y", "{a5}SG.{a22}.{a43}"],
        ..Rule::BLANK
    },
    Rule {
        id: "mailchimp-key",
        group: Group::Services,
        literals: &["-us"],
        find: mailchimp,
        catches: "Mailchimp keys",
        spares: "hosts and languages",
        caught: &["\"«{h32}-us12»\""],
        spared: &["en-us", "{h12}-us1", "cdn-us2.example.org"],
        ..Rule::BLANK
    },
    Rule {
        id: "mailgun-key",
        group: Group::Services,
        literals: &["key-"],
        find: |text, literal| apart(text, literal, hexadecimal, 32..=32),
        catches: "Mailgun keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["api:«key-{h32}»"],
        spared: &["key-{h12} is short", "monkey-{h32}"],
        ..Rule::BLANK
    },
    Rule {
        id: "brevo-key",
        group: Group::Services,
        literals: &["xkeysib-", "xsmtpsib-"],
        find: |text, literal| prefixed(text, literal, base64_url, 60),
        catches: "Brevo keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«xkeysib-{h64}-{a16}»"],
        spared: &["xkeysib-"],
        ..Rule::BLANK
    },
    Rule {
        id: "resend-key",
        group: Group::Services,
        literals: &["re_"],
        hint: |bytes, literal| bytes.get(literal.end + 8) == Some(&b'_'),
        find: resend,
        catches: "Resend keys",
        spares: "names in code",
        caught: &["RESEND=«re_{a8}_{a24}»"],
        spared: &["re_{l8}_{l9}", "core_{a8}_{a24}"],
        ..Rule::BLANK
    },
    Rule {
        id: "hubspot-token",
        group: Group::Services,
        literals: &["pat-na1-", "pat-eu1-", "pat-na2-"],
        find: |text, literal| Some(literal.start..uuid(text, literal.end)?),
        catches: "HubSpot tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«pat-na1-{h8}-{h4}-{h4}-{h4}-{h12}»"],
        spared: &["pat-na1-x"],
        ..Rule::BLANK
    },
];

/// Two parts of 22 and 43 characters.
fn sendgrid(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let end = part(text, literal.end, base64_url, 20..=24)?;
    let end = part(text, sign(text, end, ".")?, base64_url, 39..=50)?;
    starts_apart(text, literal.start, alphanumeric).then_some(literal.start..end)
}

/// 32 hexadecimal digits before the name of a data centre.
fn mailchimp(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let front = text.as_bytes().get(literal.start.saturating_sub(34)..literal.start)?;
    let length =
        front.iter().rev().take_while(|byte| digit(**byte) || matches!(byte, b'a'..=b'f')).count();
    let end = part(text, literal.end, digit, 1..=2)?;
    let start = literal.start - length;
    let closed = text.as_bytes().get(end).is_none_or(|byte| !alphanumeric(*byte));
    ((31..=32).contains(&length) && closed && starts_apart(text, start, alphanumeric))
        .then_some(start..end)
}

/// Eight and 24 characters, of every class.
fn resend(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let middle = part(text, literal.end, alphanumeric, 8..=8)?;
    let end = part(text, sign(text, middle, "_")?, alphanumeric, 24..=24)?;
    let random = classes(text.get(literal.end..end)?) == 3;
    (random && starts_apart(text, literal.start, alphanumeric)).then_some(literal.start..end)
}
