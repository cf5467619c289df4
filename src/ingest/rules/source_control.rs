//! Tokens of source hosts.

use super::token::{alphanumeric, base64_url, classes, prefixed, run_end, word};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "github-fine-grained-pat",
        group: Group::SourceControl,
        literals: &["github_pat_"],
        keywords: &[],
        find: |text, literal| {
            let range = prefixed(text, literal.clone(), word, 40)?;
            (classes(text.get(literal.end..range.end)?) >= 2).then_some(range)
        },
        catches: "GitHub's fine grained personal access tokens",
        spares: "names in code that begin alike",
        caught: &[
            "token «github_pat_¦11AB3CD7E0k2QwErTyUiOp_aSdFgHjKlZxCvBnM1q2W3e4R5t6Y7u8I9o0PaSdFgHjKlZxCvBnM1q2W3e4R5».",
        ],
        spared: &["github_pat_", "fn github_pat_is_rejected_when_the_account_behind_it_is_gone()"],
    },
    Rule {
        id: "github-pat",
        group: Group::SourceControl,
        literals: &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
        keywords: &[],
        find: github,
        catches: "GitHub's personal, OAuth, user, installation and refresh tokens",
        spares: "names in code that begin alike, and rows of one letter",
        caught: &[
            "https://«ghp_¦A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8»@github.com/a/b",
            "GH_TOKEN='«gho_¦Zq8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3»'",
            "\x1b[32m«ghu_¦Zq8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3»\x1b[0m",
            "%3D«ghs_¦Zq8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3»%26",
            "«ghs_¦1234567_eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjF9.Zq8vT3nK0yW5bR7-xL2mJ4».",
            "«ghr_¦Zq8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3Zq8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3nK0y»",
            "cut off here: «ghp_¦A1b2C3d4E5f6»",
            "even here: «ghp_¦A1b2C3d4»…",
            "{\"a\":\"cut off here: «ghp_¦A1b2C3d4E5f6G7h8I9»",
        ],
        spared: &[
            "ghp_¦xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "ghp_¦abcdefghijklmnopqrstuvwxyz0123456789",
            "let ghs_installation_token_is_refreshed_when_it_expires = 1;",
            "grep -rn 'ghp_' src",
        ],
    },
];

/// 36 letters and digits; installation tokens may instead be longer and have dots in them.
fn github(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let start = literal.start;
    if text.get(literal.clone())? == "ghs_" {
        return installation(text, literal);
    }
    let found = prefixed(text, literal, alphanumeric, 36)?;
    Some(start..run_end(text, found.end, word))
}

/// `ghs_` and 36 letters and digits, or the number of an application and a signed token.
fn installation(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let dotted: fn(u8) -> bool = |byte| base64_url(byte) || byte == b'.';
    let plain = prefixed(text, literal.clone(), alphanumeric, 36);
    let found = plain.or_else(|| {
        let range = prefixed(text, literal.clone(), dotted, 36)?;
        (classes(text.get(literal.end..range.end)?) == 3).then_some(range)
    })?;
    let whole = text.get(literal.start..run_end(text, found.end, dotted))?;
    Some(literal.start..literal.start + whole.trim_end_matches(['.', '-']).len())
}
