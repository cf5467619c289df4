//! Keys of model providers.

use super::token::{base64_url, is_cut_off, is_placeholder, probe, run_end};
use super::{Group, Rule};
use std::ops::Range;

/// The rows, the specific first: every key begins like [`anthropic`]'s.
pub const RULES: &[Rule] = &[
    Rule {
        id: "anthropic-admin-key",
        group: Group::AiProviders,
        literals: &["sk-ant-admin"],
        keywords: &[],
        find: anthropic,
        catches: "Anthropic administration keys, also cut off at the end of a value",
        spares: "the bare prefix and made up examples",
        caught: &[
            "key: «sk-ant-¦admin01-Zq8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQZq8vT3nK0yW5bR7xL2mJ4hD6fG9sA-AA»,",
        ],
        spared: &["admin keys start with sk-ant-admin01- and a long tail"],
    },
    Rule {
        id: "anthropic-oauth-token",
        group: Group::AiProviders,
        literals: &["sk-ant-oat", "sk-ant-ort", "sk-ant-sid"],
        keywords: &[],
        find: anthropic,
        catches: "the tokens Claude Code signs in with: access, refresh and web session",
        spares: "the bare prefix and made up examples",
        caught: &[
            "{\"accessToken\":\"«sk-ant-¦oat01-hT5_bN8wQ2rV6yK1cX9mZ4jL7sD3fG0aP5hT8bN2wQ6rV1yK9cX4mZ7jL3sD0fG5aP8hT2bN6wQ1rV9y-4cXAA»\"}",
            "refresh=«sk-ant-¦ort01-K1cX9mZ4jL7sD3fG0aP5hT8bN2wQ6rV1yK9cX4mZ7jL3sD0fG5aP8hT2bN6wQ1rV9ycXAA»;",
            "Cookie: sessionKey=«sk-ant-¦sid02-9mZ4jL7sD3fG0aP5hT8bN2wQ6rV1yK9cX4mZ7jL3sD0fG5aP8hT2bN6wQ1rV9ycXAA»",
        ],
        spared: &["sk-ant-oat01-", "set it to sk-ant-oat01-<your token>"],
    },
    Rule {
        id: "anthropic-api-key",
        group: Group::AiProviders,
        literals: &["sk-ant-"],
        keywords: &[],
        find: anthropic,
        catches: "Anthropic keys: api03 and every kind without a row of its own",
        spares: "the bare prefix and made up examples",
        caught: &[
            "ANTHROPIC_API_KEY=«sk-ant-¦api03-R7xL2mJ4hD6fG9sA1pQ8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3n-_0yWAA»\n",
            "x-api-key:\\n«sk-ant-¦api03-R7xL2mJ4hD6fG9sA1pQ8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3»\\n",
            "%22«sk-ant-¦api03-R7xL2mJ4hD6fG9sA1pQ8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3»%22",
            "the value was cut: «sk-ant-¦api03-R7xL2mJ4hD6fG9s»",
        ],
        spared: &[
            "sk-ant-api03-",
            "sk-ant-¦api03-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "sk-ant-api03-your-key-here",
            "class=\"sk-ant-design-button-large\"",
        ],
    },
];

/// Bytes after the kind from which a key is taken for real anywhere. Real ones have 80 to 110.
const LEAST_BODY_BYTES: usize = 40;

/// `sk-ant-`, the kind with its two digits, a hyphen, and the body.
fn anthropic(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let run = probe(text, literal.end, base64_url);
    let kind = run.find('-').filter(|at| *at <= 10).map_or(0, |at| at + 1);
    let body = run.get(kind..).unwrap_or_default();
    let front = literal.start..literal.end + kind;
    let whole = body.len() >= LEAST_BODY_BYTES || is_cut_off(text, &front, body);
    (whole && !is_placeholder(body)).then(|| literal.start..run_end(text, literal.end, base64_url))
}
