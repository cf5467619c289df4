//! Keys of cloud platforms, but for AWS and Azure, which have files of their own.

use super::token::{
    alphanumeric, apart, base64_any, base64_url, capital, hexadecimal, part, prefixed, run_end,
    sign, starts_apart,
};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "gcp-private-key-id",
        group: Group::Cloud,
        keywords: &["private_key_id"],
        find: private_key_id,
        catches: "ids of service account keys",
        spares: "other ids",
        caught: &["\"private_key_id\": \"«{h40}»\","],
        spared: &["private_key_id = none"],
        ..Rule::BLANK
    },
    Rule {
        id: "google-oauth-token",
        group: Group::Cloud,
        literals: &["ya29."],
        find: |text, literal| prefixed(text, literal, base64_any, 20),
        catches: "Google access tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["Bearer «ya29.{a60}»"],
        spared: &["ya29.com"],
        ..Rule::BLANK
    },
    Rule {
        id: "google-client-secret",
        group: Group::Cloud,
        literals: &["GOCSPX-"],
        find: |text, literal| prefixed(text, literal, base64_url, 24),
        catches: "Google client secrets",
        spares: "the bare prefix and bodies of another length",
        caught: &["«GOCSPX-{a28}»"],
        spared: &["GOCSPX-your-client-secret"],
        ..Rule::BLANK
    },
    Rule {
        id: "digitalocean-token",
        group: Group::Cloud,
        literals: &["dop_v1_", "doo_v1_", "dor_v1_"],
        find: |text, literal| prefixed(text, literal, hexadecimal, 40),
        catches: "DigitalOcean tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«dop_v1_{h64}»", "refresh «dor_v1_{h64}»"],
        spared: &["dop_v1_name"],
        ..Rule::BLANK
    },
    Rule {
        id: "cloudflare-token",
        group: Group::Cloud,
        literals: &["cfut_", "cfat_", "cfk_"],
        find: |text, literal| apart(text, literal, alphanumeric, 40..=56),
        catches: "Cloudflare tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«cfut_{a40}{h8}»"],
        spared: &["cfat_cookie"],
        ..Rule::BLANK
    },
    Rule {
        id: "cloudflare-origin-key",
        group: Group::Cloud,
        literals: &["v1.0-"],
        find: origin_key,
        catches: "Cloudflare origin keys",
        spares: "versions",
        caught: &["«v1.0-{h24}-{h146}»"],
        spared: &["v1.0-rc1", "v1.0-{h24}"],
        ..Rule::BLANK
    },
    Rule {
        id: "alibaba-access-key-id",
        group: Group::Cloud,
        literals: &["LTAI"],
        find: |text, literal| apart(text, literal, alphanumeric, 12..=20),
        catches: "Alibaba access key ids",
        spares: "the bare prefix and bodies of another length",
        caught: &["id=«LTAI{a20}»"],
        spared: &["{a12}LTAI{a20}", "LTAI"],
        ..Rule::BLANK
    },
    Rule {
        id: "tencent-secret-id",
        group: Group::Cloud,
        literals: &["AKID"],
        find: |text, literal| apart(text, literal, alphanumeric, 32..=32),
        catches: "Tencent secret ids",
        spares: "the bare prefix and bodies of another length",
        caught: &["«AKID{a32}»"],
        spared: &["AKID"],
        ..Rule::BLANK
    },
    Rule {
        id: "yandex-api-key",
        group: Group::Cloud,
        literals: &["AQVN", "YCAJE", "y0_A"],
        find: |text, literal| apart(text, literal, base64_url, 20..=60),
        catches: "Yandex keys and tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«AQVN{a36}»", "«YCAJE{a20}»"],
        spared: &["YCAJE", "{a9}AQVN{a36}"],
        ..Rule::BLANK
    },
    Rule {
        id: "yandex-iam-token",
        group: Group::Cloud,
        literals: &["t1."],
        hint: |bytes, literal| iam_signature(bytes, literal).is_some_and(|end| end.len() >= 80),
        find: yandex_iam,
        catches: "Yandex access tokens, of two parts",
        spares: "members of things called t1",
        caught: &["Bearer «t1.{a80}.{a86}»", "token=«t1.{a6}==.{a86}==»"],
        spared: &["t1.join()", "at1.{a60}.{a86}", "t1.{a6}"],
        ..Rule::BLANK
    },
    Rule {
        id: "scaleway-access-key",
        group: Group::Cloud,
        literals: &["SCW"],
        find: |text, literal| apart(text, literal, capital, 17..=17),
        catches: "Scaleway access keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«SCW{c17}»"],
        spared: &["SCW_DEFAULT_REGION"],
        ..Rule::BLANK
    },
    Rule {
        id: "google-refresh-token",
        group: Group::Cloud,
        shapes: &["1//0"],
        find: |text, literal| apart(text, literal, base64_url, 30..=110),
        catches: "Google refresh tokens",
        spares: "paths",
        caught: &["\"«1//0{a60}»\""],
        spared: &["1//0"],
        ..Rule::BLANK
    },
];

/// Two parts of base64 with a dot between: what it says, and a signature.
fn yandex_iam(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let signature = iam_signature(text.as_bytes(), &literal)?;
    let padding = text.as_bytes().iter().skip(signature.end).take(2);
    let end = signature.end + padding.take_while(|byte| **byte == b'=').count();
    let real = (80..=90).contains(&signature.len());
    (real && starts_apart(text, literal.start, alphanumeric)).then_some(literal.start..end)
}

/// The second part of a token whose first begins behind `literal`.
fn iam_signature(bytes: &[u8], literal: &Range<usize>) -> Option<Range<usize>> {
    let run = |from: usize, alphabet: fn(u8) -> bool| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take(512).take_while(|byte| alphabet(**byte)).count()
    };
    let said = run(literal.end, |byte| base64_url(byte) || byte == b'=');
    let start = said + 1;
    (bytes.get(said) == Some(&b'.')).then(|| start..run(start, base64_url))
}

/// 40 hexadecimal digits shortly behind the word.
fn private_key_id(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let between = |byte: u8| !byte.is_ascii_alphanumeric() && byte.is_ascii();
    let start = run_end(text, literal.end, between);
    let end = part(text, start, hexadecimal, 40..=40)?;
    (start - literal.end <= 12).then_some(start..end)
}

/// 24 and 146 hexadecimal digits.
fn origin_key(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let end = part(text, literal.end, hexadecimal, 24..=24)?;
    let end = part(text, sign(text, end, "-")?, hexadecimal, 100..=160)?;
    Some(literal.start..end)
}
