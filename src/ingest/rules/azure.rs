//! Keys of Azure.

use super::random::{classes, entropy};
use super::token::{alphanumeric, base64, base64_url, part, run_end, sign, starts_apart};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "azure-client-secret",
        group: Group::Cloud,
        literals: &["Q~"],
        find: azure_client_secret,
        catches: "Azure client secrets",
        spares: "tildes in addresses and markup",
        caught: &["«{a3}8Q¦~{a34}»", "secret: «{a3}7Q¦~{a20}_{a10}.{a2}»"],
        spared: &["Q~", "image.png~tplv-{a10}Q~watermark"],
        ..Rule::BLANK
    },
    Rule {
        id: "azure-devops-pat",
        group: Group::Cloud,
        literals: &["AZDO"],
        find: |text, literal| signed(text, literal, 76, 84),
        catches: "Azure DevOps tokens with their signature",
        spares: "the bare prefix and bodies of another length",
        caught: &["«{a76}AZDO{a4}»"],
        spared: &["AZDO_URL", "{a20}AZDO{a4}"],
        ..Rule::BLANK
    },
    Rule {
        id: "azure-openai-key",
        group: Group::Cloud,
        literals: &["JQQJ99"],
        find: |text, literal| signed(text, literal, 52, 84),
        catches: "Azure OpenAI keys with their signature",
        spares: "the bare prefix and bodies of another length",
        caught: &["«{a52}¦JQQJ99{a26}»"],
        spared: &["JQQJ99"],
        ..Rule::BLANK
    },
    Rule {
        id: "azure-service-key",
        group: Group::Cloud,
        literals: &[
            "+ASt", "ACDb", "AzFu", "AzSe", "+AEh", "+ABa", "AIoT", "+ACR", "+ARm", "APIM", "+AMC",
        ],
        find: azure_service_key,
        catches: "Azure keys with the mark of their service: storage, database, functions, search, queues",
        spares: "digests and images that hold the mark by chance",
        caught: &["AccountKey=«{a76}+ASt{a6}==»", "«{a42}AzSe{a6}»", "«{a33}AIoT{a6}=»"],
        spared: &["{a30}AzSe{a90}", "sha512-{a76}+ASt{a6}=="],
        ..Rule::BLANK
    },
    Rule {
        id: "azure-shared-key",
        group: Group::Cloud,
        keywords: &["accountkey", "sharedaccesskey", "sharedaccesssignature", "account_key"],
        find: azure_shared_key,
        catches: "keys in connection strings: AccountKey, SharedAccessKey, Secret",
        spares: "placeholders",
        caught: &["AccountKey=«{a86}==»;EndpointSuffix=x", "SharedAccessKey=«{a43}=»"],
        spared: &["AccountKey={1};", "SharedAccessKey=[goes here]"],
        ..Rule::BLANK
    },
    Rule {
        id: "azure-sas-signature",
        group: Group::Cloud,
        keywords: &["sig"],
        hint: is_signature,
        find: sas_signature,
        catches: "signatures in addresses that grant access",
        spares: "addresses without one",
        caught: &["https://x.blob.core.windows.net/a?sv=2022-11-02&sig=«{a42}%3D»&se=2026"],
        spared: &["?sig=1&x=2"],
        ..Rule::BLANK
    },
];

/// Letters, digits, and the signs that Azure's secrets have in them.
fn azure(byte: u8) -> bool {
    base64_url(byte) || matches!(byte, b'~' | b'.')
}

/// Three characters and a digit, `Q~`, and 31 to 34 more.
fn azure_client_secret(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let start = literal.start.checked_sub(4)?;
    let front = text.get(start..literal.start)?;
    let shape = front.bytes().all(azure) && front.ends_with(|last: char| last.is_ascii_digit());
    let end = part(text, literal.end, azure, 31..=34)?;
    let body = text.get(literal.end..end)?;
    let real = classes(body) == 3 && !body.contains("~~") && !body.contains("..");
    (shape && real && starts_apart(text, start, alphanumeric)).then_some(start..end)
}

/// A token of `length` letters and digits with its mark at `place`.
fn signed(text: &str, literal: Range<usize>, place: usize, length: usize) -> Option<Range<usize>> {
    let start = literal.start.checked_sub(place)?;
    let whole = run_end(text, start, alphanumeric) == start + length;
    (text.is_char_boundary(start) && whole && starts_apart(text, start, alphanumeric))
        .then_some(start..start + length)
}

/// Base64 of 32 to 64 bytes with a service's mark near its end.
fn azure_service_key(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    [76, 42, 33, 44].into_iter().find_map(|place| {
        let start = literal.start.checked_sub(place)?;
        let end = run_end(text, start, base64);
        let length = end - start;
        let whole = matches!((place, length), (76, 88) | (42, 52) | (33, 44) | (44, 56));
        let digest = text.get(..start)?.ends_with(['-', ':', '/', '+']);
        let apart = !digest && starts_apart(text, start, alphanumeric);
        (text.is_char_boundary(start) && whole && apart).then_some(start..end)
    })
}

/// Base64 of a key behind the word that announces it.
fn azure_shared_key(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let start = run_end(text, literal.end, |byte| {
        matches!(byte, b'=' | b' ' | b'"' | b':' | b'\\' | b'\'')
    });
    let end = part(text, start, base64, 30..=120)?;
    (start > literal.end && entropy(text.get(start..end)?) >= 3.5).then_some(start..end)
}

/// Whether `sig` names a part of an address.
fn is_signature(bytes: &[u8], literal: &Range<usize>) -> bool {
    let before = literal.start.checked_sub(1).and_then(|at| bytes.get(at));
    let after = bytes.get(literal.end);
    matches!(before, Some(b'?' | b'&' | b';' | b'6' | b'F' | b'f'))
        && matches!(after, Some(b'=' | b'%'))
}

/// Base64 of 32 bytes, with percent signs, behind `sig=`.
fn sas_signature(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let start = sign(text, literal.end, "=").or_else(|| sign(text, literal.end, "%3D"))?;
    let end = run_end(text, start, |byte| base64(byte) || matches!(byte, b'%' | b'-' | b'_'));
    let body = text.get(start..end)?;
    (body.len() >= 42 && body.len() <= 160 && classes(body) == 3).then_some(start..end)
}
