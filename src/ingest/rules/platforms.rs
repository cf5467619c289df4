//! Tokens of platforms that programs are built and run on.

use super::token::{
    alphanumeric, apart, base64_url, followed, hexadecimal, part, prefixed, sign, starts_apart,
    word,
};
use super::{Group, Rule};
use std::ops::Range;

/// Characters of the id that a Firebase registration begins with.
const FIREBASE_ID_BYTES: usize = 11;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "together-api-key",
        group: Group::AiProviders,
        literals: &["tgp_v1_"],
        find: |text, literal| prefixed(text, literal, base64_url, 36),
        catches: "Together keys",
        spares: "the bare prefix",
        caught: &["«tgp_v1_{a43}»"],
        spared: &["tgp_v1_key"],
        ..Rule::BLANK
    },
    Rule {
        id: "llamacloud-api-key",
        group: Group::AiProviders,
        literals: &["llx-"],
        find: |text, literal| apart(text, literal, alphanumeric, 44..=56),
        catches: "LlamaCloud keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«llx-{a48}»"],
        spared: &["llx-{l12} is short"],
        ..Rule::BLANK
    },
    Rule {
        id: "helicone-api-key",
        group: Group::AiProviders,
        literals: &["sk-helicone-"],
        find: |text, literal| prefixed(text, literal, base64_url, 20),
        catches: "Helicone keys",
        spares: "the bare prefix",
        caught: &["«sk-helicone-{a7}-{a7}-{a7}-{a7}»"],
        spared: &["sk-helicone-key"],
        ..Rule::BLANK
    },
    Rule {
        id: "runpod-api-key",
        group: Group::Cloud,
        literals: &["rpa_"],
        find: |text, literal| apart(text, literal, alphanumeric, 36..=52),
        catches: "RunPod keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«rpa_{c40}»"],
        spared: &["rpa_{l12} is short"],
        ..Rule::BLANK
    },
    Rule {
        id: "e2b-api-key",
        group: Group::Cloud,
        literals: &["e2b_"],
        find: |text, literal| apart(text, literal, hexadecimal, 40..=40),
        catches: "E2B keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«e2b_{h40}»"],
        spared: &["e2b_{h12} is short"],
        ..Rule::BLANK
    },
    Rule {
        id: "neon-api-key",
        group: Group::Cloud,
        literals: &["napi_"],
        find: |text, literal| apart(text, literal, alphanumeric, 56..=72),
        catches: "Neon keys",
        spares: "names of Node's interface",
        caught: &["«napi_{l64}»"],
        spared: &["napi_create_function", "napi_status"],
        ..Rule::BLANK
    },
    Rule {
        id: "render-api-key",
        group: Group::Cloud,
        literals: &["rnd_"],
        find: |text, literal| apart(text, literal, alphanumeric, 26..=34),
        catches: "Render keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«rnd_{a28}»"],
        spared: &["rnd_{l8} is short", "rnd_state"],
        ..Rule::BLANK
    },
    Rule {
        id: "deno-deploy-token",
        group: Group::Cloud,
        literals: &["ddp_", "ddo_"],
        find: |text, literal| apart(text, literal, alphanumeric, 34..=42),
        catches: "Deno Deploy tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«ddp_{a36}»"],
        spared: &["ddp_{l10} is short"],
        ..Rule::BLANK
    },
    Rule {
        id: "mongodb-atlas-secret",
        group: Group::Cloud,
        literals: &["mdb_sa_sk_"],
        find: |text, literal| prefixed(text, literal, base64_url, 32),
        catches: "secrets of MongoDB Atlas service accounts",
        spares: "the bare prefix",
        caught: &["«mdb_sa_sk_{a40}»"],
        spared: &["mdb_sa_sk_name"],
        ..Rule::BLANK
    },
    Rule {
        id: "astra-token",
        group: Group::Cloud,
        literals: &["AstraCS:"],
        find: astra,
        catches: "DataStax Astra tokens",
        spares: "the bare prefix",
        caught: &["«AstraCS:{a24}:{h64}»"],
        spared: &["AstraCS:{a24}", "AstraCS: see the page"],
        ..Rule::BLANK
    },
    Rule {
        id: "databricks-oauth-secret",
        group: Group::Cloud,
        literals: &["dose"],
        hint: |bytes, literal| followed(bytes, literal, hexadecimal, 24),
        find: |text, literal| apart(text, literal, hexadecimal, 32..=32),
        catches: "secrets of Databricks service principals",
        spares: "words",
        caught: &["«dose{h32}»"],
        spared: &["overdose{h32}", "doses"],
        ..Rule::BLANK
    },
    Rule {
        id: "depot-token",
        group: Group::SourceControl,
        literals: &["depot_project_", "depot_org_", "depot_user_"],
        find: |text, literal| prefixed(text, literal, hexadecimal, 40),
        catches: "Depot tokens",
        spares: "names of variables",
        caught: &["«depot_project_{h64}»"],
        spared: &["depot_project_id", "depot_org_name"],
        ..Rule::BLANK
    },
    Rule {
        id: "trigger-key",
        group: Group::Services,
        literals: &["tr_prod_", "tr_dev_", "tr_stg_", "tr_preview_"],
        find: |text, literal| apart(text, literal, alphanumeric, 18..=28),
        catches: "Trigger.dev keys",
        spares: "names in code",
        caught: &["«tr_prod_{a20}»"],
        spared: &["tr_dev_mode", "str_prod_{a20}"],
        ..Rule::BLANK
    },
    Rule {
        id: "inngest-signing-key",
        group: Group::Services,
        literals: &["signkey-prod-", "signkey-test-", "signkey-staging-", "signkey-branch-"],
        find: |text, literal| prefixed(text, literal, hexadecimal, 32),
        catches: "Inngest signing keys",
        spares: "the bare prefix",
        caught: &["«signkey-prod-{h64}»"],
        spared: &["signkey-test-x"],
        ..Rule::BLANK
    },
    Rule {
        id: "trello-token",
        group: Group::Services,
        literals: &["ATTA"],
        hint: |bytes, literal| followed(bytes, literal, alphanumeric, 54),
        find: |text, literal| apart(text, literal, alphanumeric, 72..=72),
        catches: "Trello tokens",
        spares: "bodies of another length",
        caught: &["«ATTA{h64}{c8}»"],
        spared: &["ATTA{c12}", "{c12}ATTA{h64}{c8}"],
        ..Rule::BLANK
    },
    Rule {
        id: "firebase-registration-token",
        group: Group::Services,
        literals: &[":APA91b"],
        find: firebase,
        catches: "registration tokens of Firebase Cloud Messaging",
        spares: "bodies of another length",
        caught: &["to: «{a11}:APA91b{a134}»"],
        spared: &[":APA91b{a20}"],
        ..Rule::BLANK
    },
    Rule {
        id: "cursor-api-key",
        group: Group::AiProviders,
        literals: &["key_"],
        hint: |bytes, literal| followed(bytes, literal, hexadecimal, 48),
        find: |text, literal| {
            apart(text, literal, hexadecimal, 64..=64)
                .filter(|found| starts_apart(text, found.start, word))
        },
        catches: "Cursor keys",
        spares: "names of keys",
        caught: &["«key_{h64}»"],
        spared: &["key_{h40}", "api_key_{h64}"],
        ..Rule::BLANK
    },
];

/// A client's id, a colon, 64 hexadecimal digits.
fn astra(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let end = part(text, literal.end, alphanumeric, 16..=32)?;
    let end = part(text, sign(text, end, ":")?, hexadecimal, 40..=64)?;
    Some(literal.start..end)
}

/// An id, a colon, and about 140 characters.
fn firebase(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let start = literal.start.checked_sub(FIREBASE_ID_BYTES)?;
    let id = text.get(start..literal.start)?;
    let end = part(text, literal.end, base64_url, 100..=200)?;
    (id.bytes().all(base64_url) && starts_apart(text, start, alphanumeric)).then_some(start..end)
}
