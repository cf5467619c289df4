//! Keys of services that watch others.

use super::random::is_repetitive;
use super::token::{
    alphanumeric, apart, base64, base64_any, base64_url, capital, hexadecimal, part, prefixed,
    sign, starts_apart, uuid,
};
use super::{Group, Rule};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "grafana-token",
        group: Group::Services,
        literals: &["glc_", "glsa_"],
        find: |text, literal| prefixed(text, literal, grafana, 40),
        catches: "Grafana tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«glsa_{a32}_{h8}»", "«glc_eyJ{a80}==»"],
        spared: &["glc_begin_state", "glsa_x"],
        ..Rule::BLANK
    },
    Rule {
        id: "grafana-api-key",
        group: Group::Services,
        literals: &["eyJrIjoi"],
        find: old_grafana,
        catches: "Grafana keys of the old form",
        spares: "the bare prefix and bodies of another length",
        caught: &[
            "Bearer «eyJrIjoiT0tTcG1pUlY2RnVKZTFVaDFsNFZXdE9ZWmNrMkZYbk¦siLCJuIjoiYXBpa2V5IiwiaWQiOjF9»",
        ],
        spared: &["eyJrIjoi"],
        ..Rule::BLANK
    },
    Rule {
        id: "sentry-token",
        group: Group::Services,
        literals: &["sntrys_eyJ", "sntryu_"],
        find: sentry,
        catches: "Sentry tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«sntryu_{h64}»", "«sntrys_eyJ{a100}_{a43}»"],
        spared: &["sntryu_x"],
        ..Rule::BLANK
    },
    Rule {
        id: "newrelic-key",
        group: Group::Services,
        literals: &["NRAK-", "NRII-", "NRIQ-", "NRAA-", "NRRA-", "NRJS-", "NRSP-", "NRAL"],
        find: new_relic,
        catches: "New Relic keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«NRAK-{c27}»", "license «eu01xx{h30}NRAL»"],
        spared: &["NRAK-", "X_NRAL"],
        ..Rule::BLANK
    },
    Rule {
        id: "dynatrace-token",
        group: Group::Services,
        literals: &["dt0c01.", "dt0s01.", "dt0s16."],
        find: |text, literal| prefixed(text, literal, base64_any, 60),
        catches: "Dynatrace tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«dt0c01.{c24}.{c64}»"],
        spared: &["dt0c01.x"],
        ..Rule::BLANK
    },
    Rule {
        id: "posthog-key",
        group: Group::Services,
        literals: &["phx_", "phs_"],
        find: |text, literal| apart(text, literal, base64_url, 40..=50),
        catches: "PostHog keys",
        spares: "public keys",
        caught: &["«phx_{a43}»"],
        spared: &["phx_new", "phc_{a43}"],
        ..Rule::BLANK
    },
    Rule {
        id: "pixie-key",
        group: Group::Services,
        literals: &["px-api-", "px-dep-"],
        find: |text, literal| Some(literal.start..uuid(text, literal.end)?),
        catches: "Pixie keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«px-api-{h8}-{h4}-{h4}-{h4}-{h12}»"],
        spared: &["px-api-x"],
        ..Rule::BLANK
    },
    Rule {
        id: "honeycomb-key",
        group: Group::Services,
        literals: &["hcaik_", "hcalk_", "hcxik_", "hcbik_", "hcamk_"],
        find: |text, literal| prefixed(text, literal, alphanumeric, 50),
        catches: "Honeycomb keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«hcaik_{l58}»"],
        spared: &["hcaik_x"],
        ..Rule::BLANK
    },
    Rule {
        id: "age-secret-key",
        group: Group::PrivateKeys,
        literals: &["AGE-SECRET-KEY-1"],
        find: age,
        catches: "age secret keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«AGE-SECRET-KEY-1{c58}»"],
        spared: &["AGE-SECRET-KEY-1"],
        ..Rule::BLANK
    },
];

/// Letters, digits, base64 and the `_` before a checksum.
fn grafana(byte: u8) -> bool {
    base64(byte) || byte == b'_'
}

/// 64 hexadecimal digits; or base64 of a description, `_`, and 43 characters.
fn sentry(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    if text.get(literal.clone())? == "sntryu_" {
        return apart(text, literal, hexadecimal, 64..=64);
    }
    let described = part(text, literal.end, base64, 40..=400)?;
    let end = part(text, sign(text, described, "_")?, base64, 43..=43)?;
    Some(literal.start..end)
}

/// Base64 of JSON that names the key.
fn old_grafana(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let found = prefixed(text, literal, base64, 40)?;
    let body = text.get(found.clone())?.trim_end_matches('=');
    let whole = body.get(..body.len() - body.len() % 4)?;
    let said = STANDARD_NO_PAD.decode(whole).ok()?;
    said.windows(4).any(|four| four == b"\"n\":").then_some(found)
}

/// 27 or more behind a prefix, or 36 before the suffix.
fn new_relic(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    if text.get(literal.clone())? != "NRAL" {
        return prefixed(text, literal, base64_url, 19);
    }
    let front = text.as_bytes().get(literal.start.saturating_sub(40)..literal.start)?;
    let length = front.iter().rev().take_while(|byte| alphanumeric(**byte)).count();
    let start = literal.start - length;
    let closed = text.as_bytes().get(literal.end).is_none_or(|byte| !alphanumeric(*byte));
    let body = text.get(start..literal.start)?;
    ((32..=38).contains(&length) && closed && !is_repetitive(body)).then_some(start..literal.end)
}

/// 58 characters of bech32; a key of one letter 58 times over is a sample, and goes as well.
fn age(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let end = part(text, literal.end, capital, 40..=58)?;
    starts_apart(text, literal.start, alphanumeric).then_some(literal.start..end)
}
