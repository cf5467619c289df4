//! The values of a Kubernetes Secret: base64 that no name gives away.

use super::random::is_wordy;
use super::steps;
use super::token::{base64, run_end};
use super::{Group, Rule};
use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[Rule {
    id: "kubernetes-secret",
    group: Group::Generic,
    keywords: &["data:"],
    hint: |bytes, literal| is_secret(bytes, literal),
    find,
    catches: "all values of a Secret's data, from the first to the last",
    spares: "other kinds of objects, templates, and values too short to matter",
    caught: &[
        "apiVersion: v1\nkind: Secret\ndata:\n  login: «YWRtaW46c2VjcmV0cHc=\n  more: {a24}»\nmetadata:\n  name: x\n",
    ],
    spared: &[
        "kind: ConfigMap\ndata:\n  login: YWRtaW46c2VjcmV0cHc=\n",
        "kind: ExternalSecret\ndata:\n  a: YWRtaW46c2VjcmV0cHc=\n",
        "kind: Secret\ndata:\n  a: {{ .Values.a }}\n",
    ],
    ..Rule::BLANK
}];

/// How far from the data the kind may stand, on either side.
const KIND_BYTES: usize = 1024;

/// Bytes of data that are looked at.
const BLOCK_BYTES: usize = 64 * 1024;

/// Characters of a value from which it is taken for base64 of something.
const LEAST_VALUE: usize = 12;

/// Whether a line near the data says `kind: Secret`.
fn is_secret(bytes: &[u8], literal: &Range<usize>) -> bool {
    let near = bytes
        .get(literal.start.saturating_sub(KIND_BYTES)..bytes.len().min(literal.end + KIND_BYTES));
    let near = near.unwrap_or_default();
    steps::look_at(near.len());
    near.windows(5).enumerate().filter(|(_, five)| five.eq_ignore_ascii_case(b"kind:")).any(
        |(at, _)| {
            let value = near.get(at + 5..).unwrap_or_default().trim_ascii_start();
            let value = value.strip_prefix(b"'").or(value.strip_prefix(b"\"")).unwrap_or(value);
            let named = value.get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"secret"));
            named && value.get(6).is_none_or(|next| !next.is_ascii_alphanumeric())
        },
    )
}

/// From the first value of the block to its last.
fn find(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let inside = text.get(..literal.start)?.ends_with(|last: char| last.is_ascii_alphanumeric());
    if inside || !is_secret(text.as_bytes(), &literal) {
        return None;
    }
    let mut values: Option<Range<usize>> = None;
    let mut at = literal.end;
    for line in text
        .get(literal.end..)?
        .split_inclusive('\n')
        .take_while(|line| line.starts_with([' ', '\t', '\n', '\r']) || line.trim().is_empty())
    {
        if at > literal.end + BLOCK_BYTES {
            break;
        }
        if let Some(value) = value(line) {
            let start = values.map_or(at + value.start, |values| values.start);
            values = Some(start..at + value.end);
        }
        steps::look_at(line.len());
        at += line.len();
    }
    values
}

/// Base64 behind the colon of a line, or alone on it.
fn value(line: &str) -> Option<Range<usize>> {
    let behind = line.rfind(": ").map_or(0, |colon| colon + 2);
    let start =
        run_end(line, behind, |byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\''));
    let end = run_end(line, start, base64);
    let alone = line.get(end..)?.trim_matches(['"', '\'', '\r', '\n', ' ']).is_empty();
    let value = line.get(start..end)?;
    let encoded = value.len() >= LEAST_VALUE && STANDARD.decode(value).is_ok() && !is_wordy(value);
    (alone && encoded).then_some(start..end)
}
