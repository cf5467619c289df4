//! Keys of those who run what somebody else wrote: applications, databases, networks, settings.

use super::token::{
    alphanumeric, apart, base64_any, base64_url, followed, hexadecimal, is_cut_off, part, prefixed,
    probe, sign, starts_apart, word,
};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
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
        id: "databricks-token",
        group: Group::Cloud,
        literals: &["dapi"],
        find: databricks,
        catches: "Databricks tokens",
        spares: "names in code",
        caught: &["«dapi{h32}-2»", "\"«dapi{h32}»\"", "cut off «dapi{h25}»"],
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
        hint: |bytes, literal| followed(bytes, literal, base64_url, 12),
        find: |text, literal| apart(text, literal, base64_url, 36..=40),
        catches: "Netlify tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«nfp_{a36}»"],
        spared: &["nfp_name"],
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

/// Digits of Databricks' from which a token is known that was cut off.
const CUT_OFF_DIGITS: usize = 16;

/// 32 hexadecimal digits and a number.
fn databricks(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let body = probe(text, literal.end, hexadecimal);
    if (CUT_OFF_DIGITS..32).contains(&body.len()) && is_cut_off(text, &literal, body) {
        return Some(literal.start..literal.end + body.len());
    }
    let found =
        apart(text, literal, |byte| hexadecimal(byte) || byte.is_ascii_lowercase(), 32..=32)?;
    let number = sign(text, found.end, "-")
        .and_then(|at| part(text, at, |byte| byte.is_ascii_digit(), 1..=2));
    Some(found.start..number.unwrap_or(found.end))
}
