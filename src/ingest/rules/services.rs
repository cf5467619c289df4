//! Tokens of other software as a service.

use super::random::{classes, entropy};
use super::token::{
    alphanumeric, apart, base64, base64_any, base64_url, capital, digit, followed, hexadecimal,
    part, prefixed, probe, run_end, sign, starts_apart,
};
use super::{Group, Rule};
use std::ops::Range;

/// Characters of the id that an Airtable token begins with.
const AIRTABLE_ID_BYTES: usize = 14;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "notion-token",
        group: Group::Services,
        literals: &["ntn_", "secret_"],
        find: notion,
        catches: "Notion tokens",
        spares: "names in code",
        caught: &["«ntn_{d11}{a35}»", "«secret_{a43}»"],
        spared: &["ntn_{d11}", "secret_{l12}", "secret_access_key_of_the_account_that_belongs"],
        ..Rule::BLANK
    },
    Rule {
        id: "linear-token",
        group: Group::Services,
        literals: &["lin_api_", "lin_oauth_", "lin_wh_"],
        find: |text, literal| prefixed(text, literal, alphanumeric, 40),
        catches: "Linear keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«lin_api_{a40}»"],
        spared: &["lin_api_key"],
        ..Rule::BLANK
    },
    Rule {
        id: "airtable-token",
        group: Group::Services,
        literals: &["pat"],
        hint: |bytes, literal| {
            followed(bytes, literal, alphanumeric, AIRTABLE_ID_BYTES)
                && bytes.get(literal.end + AIRTABLE_ID_BYTES) == Some(&b'.')
        },
        find: airtable,
        catches: "Airtable tokens",
        spares: "paths and patterns",
        caught: &["«pat{a14}.{h64}»"],
        spared: &["pattern.{h64}", "path.{h64}"],
        ..Rule::BLANK
    },
    Rule {
        id: "figma-token",
        group: Group::Services,
        literals: &["figd_", "figp_", "figo_", "figu_"],
        find: |text, literal| prefixed(text, literal, base64_url, 38),
        catches: "Figma tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«figd_{a40}»"],
        spared: &["figd_x"],
        ..Rule::BLANK
    },
    Rule {
        id: "dropbox-token",
        group: Group::Services,
        literals: &["sl."],
        hint: |bytes, literal| followed(bytes, literal, dropbox, 90),
        find: |text, literal| {
            prefixed(text, literal, dropbox, 120)
                .filter(|found| starts_apart(text, found.start, alphanumeric))
        },
        catches: "Dropbox tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«sl.{a135}»", "«sl.u.{a300}»"],
        spared: &["sl.addEventListener"],
        ..Rule::BLANK
    },
    Rule {
        id: "intercom-token",
        group: Group::Services,
        literals: &["dG9r"],
        find: |text, literal| apart(text, literal, base64, 52..=60),
        catches: "Intercom tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«dG9r{a56}»"],
        spared: &["dG9rZW4="],
        ..Rule::BLANK
    },
    Rule {
        id: "1password-token",
        group: Group::Services,
        literals: &["ops_eyJ", "A3-"],
        find: one_password,
        catches: "1Password service account tokens and secret keys",
        spares: "the bare prefix and bodies of another length",
        caught: &[
            "«ops_eyJ{a250}»",
            "«A3-{c6}-{c6}-{c5}-{c5}-{c5}-{c5}»",
            "«A3-{c6}-{c11}-{c5}-{c5}-{c5}»",
        ],
        spared: &["ops_eyJ...", "A3-LANDSCAPE"],
        ..Rule::BLANK
    },
    Rule {
        id: "mapbox-token",
        group: Group::Services,
        literals: &["sk.eyJ", "tk.eyJ"],
        find: |text, literal| prefixed(text, literal, base64_any, 40),
        catches: "Mapbox secret tokens",
        spares: "public tokens",
        caught: &["«sk.eyJ{a60}.{a22}»"],
        spared: &["pk.eyJ{a60}.{a22}", "sk.eyJ"],
        ..Rule::BLANK
    },
    Rule {
        id: "postman-key",
        group: Group::Services,
        literals: &["PMAK-"],
        find: |text, literal| prefixed(text, literal, base64_url, 40),
        catches: "Postman keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«PMAK-{h24}-{h34}»"],
        spared: &["PMAK-"],
        ..Rule::BLANK
    },
    Rule {
        id: "contentful-token",
        group: Group::Services,
        literals: &["CFPAT-"],
        find: |text, literal| prefixed(text, literal, base64_url, 43),
        catches: "Contentful tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«CFPAT-{a43}»"],
        spared: &["CFPAT-"],
        ..Rule::BLANK
    },
    Rule {
        id: "salesforce-token",
        group: Group::Services,
        literals: &["00D"],
        hint: |bytes, literal| followed(bytes, literal, alphanumeric, 12),
        find: salesforce,
        catches: "Salesforce session ids",
        spares: "other ids",
        caught: &["sid=«00D{a12}!{a96}»"],
        spared: &["00D{a12}", "00D{a12}!x"],
        ..Rule::BLANK
    },
    Rule {
        id: "typeform-token",
        group: Group::Services,
        literals: &["tfp_"],
        find: |text, literal| prefixed(text, literal, typeform, 40),
        catches: "Typeform tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«tfp_{a44}_{a14}»"],
        spared: &["tfp_id"],
        ..Rule::BLANK
    },
    Rule {
        id: "readme-key",
        group: Group::Services,
        literals: &["rdme_"],
        find: |text, literal| prefixed(text, literal, alphanumeric, 60),
        catches: "ReadMe keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«rdme_{l70}»"],
        spared: &["rdme_id"],
        ..Rule::BLANK
    },
    Rule {
        id: "frameio-token",
        group: Group::Services,
        literals: &["fio-u-"],
        find: |text, literal| prefixed(text, literal, base64_url, 60),
        catches: "Frame.io tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«fio-u-{a64}»"],
        spared: &["fio-u-x"],
        ..Rule::BLANK
    },
    Rule {
        id: "adobe-secret",
        group: Group::Services,
        literals: &["p8e-"],
        find: |text, literal| apart(text, literal, base64_url, 32..=32),
        catches: "Adobe client secrets",
        spares: "the bare prefix and bodies of another length",
        caught: &["«p8e-{a32}»"],
        spared: &["p8e-x"],
        ..Rule::BLANK
    },
    Rule {
        id: "apify-token",
        group: Group::Services,
        literals: &["apify_api_"],
        find: |text, literal| prefixed(text, literal, alphanumeric, 30),
        catches: "Apify tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«apify_api_{a36}»"],
        spared: &["apify_api_key"],
        ..Rule::BLANK
    },
    Rule {
        id: "thingsboard-token",
        group: Group::Services,
        literals: &["odt_"],
        find: |text, literal| apart(text, literal, alphanumeric, 32..=32),
        catches: "Dependency-Track keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«odt_{a32}»"],
        spared: &["odt_file"],
        ..Rule::BLANK
    },
    Rule {
        id: "asana-token",
        group: Group::Services,
        shapes: &["9/999999"],
        find: asana,
        catches: "Asana tokens",
        spares: "dates and paths",
        caught: &["«1/{d16}:{h32}»"],
        spared: &["1/{d8}", "2/{d16}:{h8}"],
        ..Rule::BLANK
    },
    Rule {
        id: "twilio-key",
        group: Group::Services,
        shapes: &["SKffffff", "ACffffff"],
        find: |text, literal| apart(text, literal.start..literal.start + 2, hexadecimal, 32..=32),
        catches: "Twilio account ids and keys",
        spares: "digests that hold the prefix",
        caught: &["«AC{h32}»", "'«SK{h32}»'"],
        spared: &["{h9}AC{h32}", "AC{h30}"],
        ..Rule::BLANK
    },
];

/// Letters, digits, and the signs of Typeform's tokens.
fn typeform(byte: u8) -> bool {
    base64_url(byte) || matches!(byte, b'=' | b'.')
}

/// Base64 for addresses, with dots between its parts.
fn dropbox(byte: u8) -> bool {
    base64_url(byte) || byte == b'.'
}

/// `ntn_`, eleven digits and 35 more; or `secret_` and 43.
fn notion(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let old = text.get(literal.clone())? == "secret_";
    let found = apart(text, literal.clone(), alphanumeric, if old { 43..=43 } else { 46..=46 })?;
    let body = text.get(literal.end..found.end)?;
    (!old || classes(body) == 3).then_some(found)
}

/// `pat`, 14 characters, a dot, 64 hexadecimal digits.
fn airtable(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let length = AIRTABLE_ID_BYTES..=AIRTABLE_ID_BYTES;
    let end = part(text, literal.end, alphanumeric, length)?;
    let end = part(text, sign(text, end, ".")?, hexadecimal, 64..=64)?;
    starts_apart(text, literal.start, alphanumeric).then_some(literal.start..end)
}

/// A number, a colon, 32 hexadecimal digits.
fn asana(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let from = literal.start + 2;
    let end = part(text, from, digit, 13..=17)?;
    let end = part(text, sign(text, end, ":")?, hexadecimal, 32..=32)?;
    starts_apart(text, literal.start, alphanumeric).then_some(literal.start..end)
}

/// Groups of capitals and digits, or a long run of base64.
fn one_password(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    if text.get(literal.clone())? == "ops_eyJ" {
        let body = probe(text, literal.end, base64_url);
        let elided = text.get(literal.end + body.len()..)?.starts_with("...");
        return prefixed(text, literal, base64_any, 200).filter(|_| !elided);
    }
    let end = run_end(text, literal.end, |byte| capital(byte) || byte == b'-');
    let body = text.get(literal.end..end)?;
    let groups: Vec<usize> = body.split('-').map(str::len).collect();
    let shape =
        matches!(groups.as_slice(), [6, 6, 5, 5, 5, 5] | [6, 11, 5, 5, 5] | [6, 6, 5, 5, 5]);
    (shape && entropy(body) >= 3.0 && starts_apart(text, literal.start, alphanumeric))
        .then_some(literal.start..end)
}

/// An organization's id, `!`, and 80 or more characters.
fn salesforce(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let end = part(text, literal.end, alphanumeric, 12..=15)?;
    let end = part(text, sign(text, end, "!")?, base64_any, 60..=140)?;
    starts_apart(text, literal.start, alphanumeric).then_some(literal.start..end)
}
