//! Keys of those who serve what models need: search, traces, vectors, speech, others' models.

use super::random::classes;
use super::token::{
    alphanumeric, apart, base64_url, followed, hexadecimal, letter, prefixed, uuid, word,
};
use super::{Group, Rule};

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "openrouter-api-key",
        group: Group::AiProviders,
        literals: &["sk-or-v1-"],
        find: |text, literal| prefixed(text, literal, hexadecimal, 64),
        catches: "OpenRouter keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["'«sk-or-v1-{h64}»'"],
        spared: &["sk-or-v1-{h20} and more"],
        ..Rule::BLANK
    },
    Rule {
        id: "langfuse-secret-key",
        group: Group::AiProviders,
        literals: &["sk-lf-"],
        find: |text, literal| Some(literal.start..uuid(text, literal.end)?),
        catches: "Langfuse secret keys",
        spares: "public keys, which begin with pk-lf-",
        caught: &["«sk-lf-{h8}-{h4}-{h4}-{h4}-{h12}»"],
        spared: &["pk-lf-{h8}-{h4}-{h4}-{h4}-{h12}"],
        ..Rule::BLANK
    },
    Rule {
        id: "huggingface-token",
        group: Group::AiProviders,
        literals: &["hf_", "api_org_"],
        find: |text, literal| {
            let found = apart(text, literal.clone(), letter, 34..=40)?;
            (classes(text.get(literal.end..found.end)?) == 2).then_some(found)
        },
        catches: "Hugging Face tokens of people and organizations",
        spares: "names in code",
        caught: &["HF_TOKEN=«hf_{t34}»", "«api_org_{t34}»"],
        spared: &["hf_hub_download", "api_org_create"],
        ..Rule::BLANK
    },
    Rule {
        id: "replicate-token",
        group: Group::AiProviders,
        literals: &["r8_"],
        find: |text, literal| apart(text, literal, alphanumeric, 37..=40),
        catches: "Replicate tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«r8_{a37}»"],
        spared: &["r8_unorm"],
        ..Rule::BLANK
    },
    Rule {
        id: "elevenlabs-api-key",
        group: Group::AiProviders,
        literals: &["sk_"],
        hint: |bytes, literal| followed(bytes, literal, hexadecimal, 12),
        find: |text, literal| apart(text, literal, hexadecimal, 48..=48),
        catches: "ElevenLabs keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«sk_{h48}»"],
        spared: &["sk_{h20} is short", "task_{h48}"],
        ..Rule::BLANK
    },
    Rule {
        id: "langsmith-api-key",
        group: Group::AiProviders,
        literals: &["lsv2_pt_", "lsv2_sk_"],
        find: |text, literal| prefixed(text, literal, word, 40),
        catches: "LangSmith keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«lsv2_pt_{h32}_{h10}»"],
        spared: &["lsv2_pt_name"],
        ..Rule::BLANK
    },
    Rule {
        id: "pinecone-api-key",
        group: Group::AiProviders,
        literals: &["pcsk_"],
        find: |text, literal| prefixed(text, literal, word, 60),
        catches: "Pinecone keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«pcsk_{a6}_{a63}»"],
        spared: &["pcsk_index"],
        ..Rule::BLANK
    },
    Rule {
        id: "firecrawl-api-key",
        group: Group::AiProviders,
        literals: &["fc-"],
        hint: |bytes, literal| followed(bytes, literal, hexadecimal, 24),
        find: |text, literal| apart(text, literal, hexadecimal, 32..=32),
        catches: "Firecrawl keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["\"«fc-{h32}»\""],
        spared: &["fc-{h8}"],
        ..Rule::BLANK
    },
    Rule {
        id: "tavily-api-key",
        group: Group::AiProviders,
        literals: &["tvly-"],
        find: |text, literal| prefixed(text, literal, base64_url, 30),
        catches: "Tavily keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«tvly-{a32}»"],
        spared: &["tvly-search"],
        ..Rule::BLANK
    },
    Rule {
        id: "jina-api-key",
        group: Group::AiProviders,
        literals: &["jina_"],
        find: |text, literal| prefixed(text, literal, base64_url, 56),
        catches: "Jina keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«jina_{a60}»"],
        spared: &["jina_embeddings"],
        ..Rule::BLANK
    },
    Rule {
        id: "cerebras-api-key",
        group: Group::AiProviders,
        literals: &["csk-"],
        find: |text, literal| apart(text, literal, alphanumeric, 40..=64),
        catches: "Cerebras keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«csk-{l48}»"],
        spared: &["csk-menu"],
        ..Rule::BLANK
    },
    Rule {
        id: "fireworks-api-key",
        group: Group::AiProviders,
        literals: &["fw_"],
        find: |text, literal| apart(text, literal, alphanumeric, 22..=30),
        catches: "Fireworks keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«fw_{a24}»"],
        spared: &["fw_load_image"],
        ..Rule::BLANK
    },
    Rule {
        id: "voyage-api-key",
        group: Group::AiProviders,
        literals: &["pa-"],
        find: |text, literal| apart(text, literal, base64_url, 43..=43),
        catches: "Voyage keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["VOYAGE=«pa-{a43}»"],
        spared: &["pa-value-of-a-long-name-in-some-style-sheet-to-be"],
        ..Rule::BLANK
    },
];
