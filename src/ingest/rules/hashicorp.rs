//! Tokens of HashiCorp's products.

use super::random::{classes, is_placeholder};
use super::token::{alphanumeric, base64_url, part, prefixed, run_end, starts_apart};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "vault-token",
        group: Group::Cloud,
        literals: &["hvs.", "hvb.", "hvr."],
        find: |text, literal| prefixed(text, literal, base64_url, 24),
        catches: "Vault tokens: service, batch and recovery",
        spares: "the bare prefix and bodies of another length",
        caught: &["«hvs.{a24}»", "«hvb.{a140}»"],
        spared: &["hvs.example", "hvs.x"],
        ..Rule::BLANK
    },
    Rule {
        id: "terraform-token",
        group: Group::Cloud,
        literals: &[".atlasv1."],
        find: terraform,
        catches: "Terraform Cloud tokens",
        spares: "placeholders",
        caught: &["token = \"«{a14}.atlasv1.{a67}»\""],
        spared: &[
            "xxxxxxxxxxxxxx.atlasv1.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ],
        ..Rule::BLANK
    },
    Rule {
        id: "vault-legacy-token",
        group: Group::Cloud,
        keywords: &["vault"],
        find: legacy_vault,
        catches: "Vault tokens of the old form, near the word vault or token",
        spares: "calls of methods",
        caught: &["VAULT_TOKEN=«s.{a24}»"],
        spared: &["vault = s.collectSealedEnvelopes()"],
        ..Rule::BLANK
    },
];

/// How far behind the word `vault` a token of the old form may begin.
const NEAR_BYTES: usize = 40;

/// 14 letters and digits, the mark, and 60 to 70 more.
fn terraform(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let start = literal.start.checked_sub(14)?;
    let front = text.get(start..literal.start)?;
    let end = part(text, literal.end, base64_url, 50..=80)?;
    let real = front.bytes().all(alphanumeric) && !is_placeholder(text.get(literal.end..end)?);
    (real && starts_apart(text, start, alphanumeric)).then_some(start..end)
}

/// `s.`, `b.` or `r.` and 24 letters and digits.
fn legacy_vault(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    (literal.end..literal.end + NEAR_BYTES).find_map(|at| {
        let [b's' | b'b' | b'r', b'.', ..] = bytes.get(at..)? else { return None };
        let end = run_end(text, at + 2, alphanumeric);
        let body = text.get(at + 2..end)?;
        let random = classes(body) >= 2 && body.bytes().any(|byte| byte.is_ascii_digit());
        let length = (24..=26).contains(&body.len());
        (length && random && starts_apart(text, at, alphanumeric)).then_some(at..end)
    })
}
