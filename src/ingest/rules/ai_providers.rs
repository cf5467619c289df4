//! Keys of those who serve models of their own.

use super::random::is_placeholder;
use super::token::{
    alphanumeric, apart, base64_url, is_cut_off, part, prefixed, probe, run_end, word,
};
use super::{Group, Rule};
use std::ops::Range;

/// The rows, the specific first: every key begins like [`anthropic`]'s.
pub const RULES: &[Rule] = &[
    Rule {
        id: "anthropic-admin-key",
        group: Group::AiProviders,
        literals: &["sk-ant-admin"],
        find: anthropic,
        catches: "Anthropic administration keys, also cut off at the end of a value",
        spares: "the bare prefix and made up examples",
        caught: &[
            "key: «sk-ant-¦admin01-Zq8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQZq8vT3nK0yW5bR7xL2mJ4hD6fG9sA-AA»,",
        ],
        spared: &["admin keys start with sk-ant-admin01- and a long tail"],
        ..Rule::BLANK
    },
    Rule {
        id: "anthropic-oauth-token",
        group: Group::AiProviders,
        literals: &["sk-ant-oat", "sk-ant-ort", "sk-ant-sid"],
        find: anthropic,
        catches: "the tokens Claude Code signs in with: access, refresh and web session",
        spares: "the bare prefix and made up examples",
        caught: &[
            "{\"accessToken\":\"«sk-ant-¦oat01-hT5_bN8wQ2rV6yK1cX9mZ4jL7sD3fG0aP5hT8bN2wQ6rV1yK9cX4mZ7jL3sD0fG5aP8hT2bN6wQ1rV9y-4cXAA»\"}",
            "refresh=«sk-ant-¦ort01-K1cX9mZ4jL7sD3fG0aP5hT8bN2wQ6rV1yK9cX4mZ7jL3sD0fG5aP8hT2bN6wQ1rV9ycXAA»;",
            "Cookie: sessionKey=«sk-ant-¦sid02-9mZ4jL7sD3fG0aP5hT8bN2wQ6rV1yK9cX4mZ7jL3sD0fG5aP8hT2bN6wQ1rV9ycXAA»",
        ],
        spared: &["sk-ant-oat01-", "set it to sk-ant-oat01-<your token>"],
        ..Rule::BLANK
    },
    Rule {
        id: "anthropic-api-key",
        group: Group::AiProviders,
        literals: &["sk-ant-"],
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
        ..Rule::BLANK
    },
    Rule {
        id: "openai-api-key",
        group: Group::AiProviders,
        literals: &["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-", "T3BlbkFJ"],
        find: openai,
        catches: "OpenAI keys: of a project, a service account, an administrator, and the old form with its mark inside",
        spares: "names that begin with sk-",
        caught: &[
            "OPENAI_API_KEY=«sk-proj-{a74}¦T3BlbkFJ{a74}»",
            "«sk-{a20}¦T3BlbkFJ{a20}»",
            "key\\n«sk-svcacct-{a58}»\\n",
            "cut off «sk-admin-{a24}»",
        ],
        spared: &["sk-proj-", "class sk-project-card-large", "T3BlbkFJ"],
        ..Rule::BLANK
    },
    Rule {
        id: "deepseek-api-key",
        group: Group::AiProviders,
        literals: &["sk-"],
        find: plain_sk,
        catches: "keys of providers that begin with sk- and have 32 to 64 letters and digits: DeepSeek, Moonshot, compatible servers",
        spares: "class names and words",
        caught: &["OPENAI_KEY=«sk-{l30}77»", "\"«sk-{a40}123»\""],
        spared: &["sk-spinner-three-bounce", "task-{a32}"],
        ..Rule::BLANK
    },
    Rule {
        id: "google-api-key",
        group: Group::AiProviders,
        literals: &["AIza"],
        find: |text, literal| apart(text, literal, base64_url, 35..=39),
        catches: "Google keys for Gemini, Maps and Firebase",
        spares: "the bare prefix and bodies of another length",
        caught: &["?key=«AIza¦{a35}»&v=1", "cut off «AIza¦{a30}»"],
        spared: &["AIzaSy", "{a20}AIza{a35}"],
        ..Rule::BLANK
    },
    Rule {
        id: "groq-api-key",
        group: Group::AiProviders,
        literals: &["gsk_"],
        find: |text, literal| apart(text, literal, alphanumeric, 52..=52),
        catches: "Groq keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«gsk_{a52}»,"],
        spared: &["gsk_{a20}_x"],
        ..Rule::BLANK
    },
    Rule {
        id: "xai-api-key",
        group: Group::AiProviders,
        literals: &["xai-"],
        find: |text, literal| apart(text, literal, word, 70..=90),
        catches: "xAI keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«xai-{a80}»"],
        spared: &["xai-grok-beta"],
        ..Rule::BLANK
    },
    Rule {
        id: "perplexity-api-key",
        group: Group::AiProviders,
        literals: &["pplx-"],
        find: |text, literal| apart(text, literal, alphanumeric, 48..=48),
        catches: "Perplexity keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["(«pplx-{a48}»)"],
        spared: &["pplx-70b-online"],
        ..Rule::BLANK
    },
    Rule {
        id: "nvidia-api-key",
        group: Group::AiProviders,
        literals: &["nvapi-"],
        find: |text, literal| prefixed(text, literal, base64_url, 60),
        catches: "NVIDIA keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«nvapi-{a64}»"],
        spared: &["nvapi-driver"],
        ..Rule::BLANK
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

/// The mark of OpenAI, base64 of its name, with as much on either side; or a long prefix.
fn openai(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let mark = text.get(literal.clone())?;
    if mark.starts_with("sk-") {
        return prefixed(text, literal, base64_url, 40);
    }
    let front = text.as_bytes().get(literal.start.saturating_sub(120)..literal.start)?;
    let length = front.iter().rev().take_while(|byte| base64_url(**byte)).count();
    let run = text.get(literal.start - length..literal.start)?;
    let start = literal.start - length + run.find("sk-")?;
    let end = part(text, literal.end, base64_url, 12..=120)?;
    Some(start..end)
}

/// `sk-` and letters and digits that nobody wrote.
fn plain_sk(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let found = apart(text, literal.clone(), alphanumeric, 32..=64)?;
    let digits = text.get(literal.end..found.end)?.bytes().filter(u8::is_ascii_digit).count();
    (digits >= 3).then_some(found)
}
