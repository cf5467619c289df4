//! Keys of cloud platforms, but for AWS, which has a file of its own.

use super::token::{
    alphanumeric, apart, base64_any, base64_url, capital, hexadecimal, part, prefixed, run_end,
    sign, starts_apart, word,
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
        id: "heroku-api-key",
        group: Group::Cloud,
        literals: &["HRKU-"],
        find: |text, literal| prefixed(text, literal, base64_url, 36),
        catches: "Heroku keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«HRKU-AA{a58}»"],
        spared: &["HRKU-"],
        ..Rule::BLANK
    },
    Rule {
        id: "flyio-token",
        group: Group::Cloud,
        literals: &["fo1_", "fm1a_", "fm1r_", "fm2_"],
        find: |text, literal| {
            let apart = starts_apart(text, literal.start, alphanumeric);
            prefixed(text, literal, fly, 40).filter(|_| apart)
        },
        catches: "Fly.io tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«fo1_{a43}»", "FlyV1 «fm2_{a120}==»"],
        spared: &["fm2_synth"],
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
        id: "databricks-token",
        group: Group::Cloud,
        literals: &["dapi"],
        find: databricks,
        catches: "Databricks tokens",
        spares: "names in code",
        caught: &["«dapi{h32}-2»", "\"«dapi{h32}»\""],
        spared: &["dapiDataSourceName", "dapi{h12}"],
        ..Rule::BLANK
    },
    Rule {
        id: "pulumi-token",
        group: Group::Cloud,
        literals: &["pul-"],
        find: |text, literal| apart(text, literal, hexadecimal, 40..=40),
        catches: "Pulumi tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«pul-{h40}»"],
        spared: &["pul-request"],
        ..Rule::BLANK
    },
    Rule {
        id: "doppler-token",
        group: Group::Cloud,
        literals: &["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."],
        find: |text, literal| prefixed(text, literal, doppler, 40),
        catches: "Doppler tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«dp.pt.{a43}»", "«dp.st.prd.{a40}»"],
        spared: &["dp.pt.x"],
        ..Rule::BLANK
    },
    Rule {
        id: "planetscale-token",
        group: Group::Cloud,
        literals: &["pscale_tkn_", "pscale_pw_", "pscale_oauth_"],
        find: |text, literal| prefixed(text, literal, planetscale, 32),
        catches: "PlanetScale tokens and passwords",
        spares: "the bare prefix and bodies of another length",
        caught: &["«pscale_tkn_{a43}»"],
        spared: &["pscale_pw_"],
        ..Rule::BLANK
    },
    Rule {
        id: "supabase-token",
        group: Group::Cloud,
        literals: &["sbp_", "sb_secret_"],
        find: |text, literal| apart(text, literal, base64_url, 30..=60),
        catches: "Supabase tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«sbp_{h40}»", "«sb_secret_{a22}_{a8}»"],
        spared: &["sbp_id", "sb_publishable_{a22}_{a8}"],
        ..Rule::BLANK
    },
    Rule {
        id: "tailscale-key",
        group: Group::Cloud,
        literals: &["tskey-"],
        find: |text, literal| prefixed(text, literal, base64_url, 20),
        catches: "Tailscale keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«tskey-auth-{a12}CNTRL-{a32}»"],
        spared: &["tskey-auth"],
        ..Rule::BLANK
    },
    Rule {
        id: "vercel-token",
        group: Group::Cloud,
        literals: &["vcp_", "vci_", "vca_", "vcr_", "vck_"],
        find: |text, literal| apart(text, literal, alphanumeric, 24..=64),
        catches: "Vercel tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«vcp_{a56}»"],
        spared: &["vcp_alloc"],
        ..Rule::BLANK
    },
    Rule {
        id: "netlify-token",
        group: Group::Cloud,
        literals: &["nfp_", "nfc_", "nfo_"],
        find: |text, literal| apart(text, literal, base64_url, 36..=40),
        catches: "Netlify tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«nfp_{a36}»"],
        spared: &["nfp_name"],
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
        id: "clickhouse-key",
        group: Group::Cloud,
        literals: &["4b1d"],
        find: |text, literal| apart(text, literal, alphanumeric, 38..=38),
        catches: "ClickHouse Cloud secrets",
        spares: "digests that hold the prefix by chance",
        caught: &["secret «4b1d{a38}»"],
        spared: &["{h10}4b1d{h38}", "4b1d{h36}"],
        ..Rule::BLANK
    },
    Rule {
        id: "scalingo-token",
        group: Group::Cloud,
        literals: &["tk-us-"],
        find: |text, literal| apart(text, literal, base64_url, 48..=48),
        catches: "Scalingo tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«tk-us-{a48}»"],
        spared: &["tk-us-east"],
        ..Rule::BLANK
    },
    Rule {
        id: "openshift-token",
        group: Group::Cloud,
        literals: &["sha256~"],
        find: |text, literal| prefixed(text, literal, base64_url, 43),
        catches: "OpenShift tokens",
        spares: "digests, which are written with a colon",
        caught: &["--token=«sha256~{a43}»"],
        spared: &["sha256:{h64}"],
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

/// Fly.io writes base64 of both kinds, and several tokens in a row.
fn fly(byte: u8) -> bool {
    base64_any(byte) && byte != b'.'
}

/// PlanetScale's may have `=` and `.` in them.
fn planetscale(byte: u8) -> bool {
    base64_url(byte) || matches!(byte, b'=' | b'.')
}

/// Doppler's tokens may name an environment first.
fn doppler(byte: u8) -> bool {
    word(byte) || byte == b'.'
}

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

/// 32 hexadecimal digits and a number.
fn databricks(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let found =
        apart(text, literal, |byte| hexadecimal(byte) || byte.is_ascii_lowercase(), 32..=32)?;
    let number = sign(text, found.end, "-")
        .and_then(|at| part(text, at, |byte| byte.is_ascii_digit(), 1..=2));
    Some(found.start..number.unwrap_or(found.end))
}
