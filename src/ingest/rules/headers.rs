//! Credentials in headers of requests, and tokens that carry their own description.

use super::jwt;
use super::random::{is_wordy, stands_for_another};
use super::token::{alphanumeric, base64_any, run_end};
use super::{Group, Rule};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "jwt",
        group: Group::Generic,
        literals: &["eyJ"],
        find: jwt::find,
        catches: "JSON web tokens, signed or not",
        spares: "other JSON in base64",
        caught: &[
            "session=«eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9¦.eyJzdWIiOiI{a30}.{a43}»; Path=/",
            "«eyJhbGciOiJub25lIn0¦.eyJzdWIiOiI{a30}»",
        ],
        spared: &["//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozfQ==", "eyJ"],
        ..Rule::BLANK
    },
    Rule {
        id: "http-authorization",
        group: Group::Generic,
        keywords: &["bearer", "basic", "ssws"],
        find: authorization,
        catches: "what stands behind Bearer and Basic",
        spares: "the words in prose, variables and placeholders",
        caught: &[
            "Authorization: Bearer «{a24}3»",
            "-H 'authorization: Basic «am9lOnMzY3IzdHB3»'",
            "\"Authorization\":\"SSWS «00{a40}»\"",
        ],
        spared: &[
            "Bearer $TOKEN",
            "Authorization: Bearer <token>",
            "Basic authentication is used",
            "a bearer of news",
            "Basic ...",
        ],
        ..Rule::BLANK
    },
];

/// What stands behind the name of a scheme.
fn authorization(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let scheme = text.get(literal.clone())?;
    let blank = run_end(text, literal.end, |byte| byte == b' ');
    let start = if text.get(literal.end..)?.starts_with("%20") { literal.end + 3 } else { blank };
    if start == literal.end || start > literal.end + 3 {
        return None;
    }
    let end = run_end(text, start, |byte| base64_any(byte) || matches!(byte, b'~' | b'!' | b':'));
    let value = text.get(start..end)?.trim_end_matches(['.', ':', '!']);
    let real = if scheme.eq_ignore_ascii_case("basic") { is_pair(value) } else { is_token(value) };
    real.then_some(start..start + value.len())
}

/// Whether base64 decodes to a name, a colon and a password.
fn is_pair(value: &str) -> bool {
    let padding = "=".repeat(3 - (value.trim_end_matches('=').len() + 3) % 4);
    let whole = format!("{}{}", value.trim_end_matches('='), padding);
    value.len() >= 6
        && STANDARD.decode(whole).is_ok_and(|bytes| {
            bytes.contains(&b':') && bytes.iter().all(|byte| (b' '..0x7f).contains(byte))
        })
}

/// Whether a value is a token and no word of a sentence.
fn is_token(value: &str) -> bool {
    let mixed = value.bytes().any(|byte| byte.is_ascii_digit()) && value.bytes().any(alphanumeric);
    value.len() >= 8 && mixed && !stands_for_another(value) && !is_wordy(value)
        || value.len() >= 20 && !is_wordy(value) && !stands_for_another(value)
}
