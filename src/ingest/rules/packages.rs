//! Tokens of package registries and build services.

use super::random::{classes, entropy};
use super::token::{
    alphanumeric, apart, base64_any, base64_url, capital, followed, hexadecimal, part, prefixed,
    sign, starts_apart, uuid, word,
};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "npm-token",
        group: Group::SourceControl,
        literals: &["npm_"],
        find: |text, literal| apart(text, literal, alphanumeric, 36..=36),
        catches: "npm access tokens",
        spares: "settings and environment names",
        caught: &["_authToken=«npm_{a36}»"],
        spared: &["npm_config_registry", "npm_lifecycle_event"],
        ..Rule::BLANK
    },
    Rule {
        id: "pypi-token",
        group: Group::SourceControl,
        literals: &["pypi-AgE"],
        find: |text, literal| prefixed(text, literal, base64_url, 50),
        catches: "PyPI tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["password = «pypi-AgEIcHlwaS5vcmc{a80}»"],
        spared: &["pypi-AgE"],
        ..Rule::BLANK
    },
    Rule {
        id: "rubygems-token",
        group: Group::SourceControl,
        literals: &["rubygems_"],
        find: |text, literal| apart(text, literal, hexadecimal, 48..=48),
        catches: "RubyGems tokens",
        spares: "names of packages",
        caught: &["Authorization: «rubygems_{h48}»"],
        spared: &["rubygems_plugin"],
        ..Rule::BLANK
    },
    Rule {
        id: "nuget-key",
        group: Group::SourceControl,
        literals: &["oy2"],
        find: |text, literal| apart(text, literal, lower, 43..=43),
        catches: "NuGet keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«oy2{l43}»"],
        spared: &["boy2{l43}", "oy2 = y"],
        ..Rule::BLANK
    },
    Rule {
        id: "crates-io-token",
        group: Group::SourceControl,
        literals: &["cio"],
        hint: |bytes, literal| followed(bytes, literal, alphanumeric, 24),
        find: |text, literal| apart(text, literal, alphanumeric, 32..=32),
        catches: "crates.io tokens",
        spares: "words that hold the prefix",
        caught: &["«cio{a32}»"],
        spared: &["precio{a32}", "cio{a33}"],
        ..Rule::BLANK
    },
    Rule {
        id: "clojars-token",
        group: Group::SourceControl,
        literals: &["CLOJARS_"],
        find: |text, literal| prefixed(text, literal, alphanumeric, 60),
        catches: "Clojars tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«CLOJARS_{h60}»"],
        spared: &["CLOJARS_USERNAME"],
        ..Rule::BLANK
    },
    Rule {
        id: "docker-hub-token",
        group: Group::SourceControl,
        literals: &["dckr_pat_", "dckr_oat_"],
        find: |text, literal| prefixed(text, literal, base64_url, 27),
        catches: "Docker Hub tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["docker login -u a -p «dckr_pat_{a27}»"],
        spared: &["dckr_pat_"],
        ..Rule::BLANK
    },
    Rule {
        id: "artifactory-key",
        group: Group::SourceControl,
        literals: &["AKCp", "cmVmd"],
        find: artifactory,
        catches: "Artifactory keys and reference tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«AKCp{a69}»", "«cmVmd{a59}»"],
        spared: &["AKCp", "{a8}AKCp{a69}"],
        ..Rule::BLANK
    },
    Rule {
        id: "sonar-token",
        group: Group::SourceControl,
        literals: &["squ_", "sqp_", "sqa_"],
        find: |text, literal| apart(text, literal, alphanumeric, 40..=40),
        catches: "SonarQube tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["-Dsonar.login=«sqp_{h40}»"],
        spared: &["squ_root"],
        ..Rule::BLANK
    },
    Rule {
        id: "sourcegraph-token",
        group: Group::SourceControl,
        literals: &["sgp_", "slk_"],
        find: sourcegraph,
        catches: "Sourcegraph tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«sgp_{h16}_{h40}»", "«sgp_local_{h40}»", "«sgp_{h40}»", "«slk_{h64}»"],
        spared: &["sgp_id", "sgp_{h20}"],
        ..Rule::BLANK
    },
    Rule {
        id: "circleci-token",
        group: Group::SourceControl,
        literals: &["CCIPAT_", "CCIPRJ_"],
        find: |text, literal| prefixed(text, literal, word, 50),
        catches: "CircleCI tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«CCIPAT_{a22}_{h40}»"],
        spared: &["CCIPAT_X"],
        ..Rule::BLANK
    },
    Rule {
        id: "buildkite-token",
        group: Group::SourceControl,
        literals: &["bkua_", "bkat_", "bkaj_"],
        find: |text, literal| apart(text, literal, alphanumeric, 40..=64),
        catches: "Buildkite tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«bkua_{h40}»"],
        spared: &["bkua_id"],
        ..Rule::BLANK
    },
    Rule {
        id: "harness-token",
        group: Group::SourceControl,
        literals: &["pat.", "sat."],
        find: harness,
        catches: "Harness tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«pat.{a22}.{h24}.{a20}»"],
        spared: &["pat.match", "sat.{a5}.x"],
        ..Rule::BLANK
    },
    Rule {
        id: "octopus-key",
        group: Group::SourceControl,
        literals: &["API-"],
        find: |text, literal| apart(text, literal, capital, 26..=26),
        catches: "Octopus Deploy keys",
        spares: "the bare prefix and bodies of another length",
        caught: &["«API-{c26}»"],
        spared: &["API-REFERENCE"],
        ..Rule::BLANK
    },
    Rule {
        id: "infracost-key",
        group: Group::SourceControl,
        literals: &["ico-"],
        find: |text, literal| {
            let file = text.get(..literal.start)?.ends_with('.');
            apart(text, literal, alphanumeric, 32..=32).filter(|_| !file)
        },
        catches: "Infracost keys",
        spares: "names of icons",
        caught: &["«ico-{a32}»"],
        spared: &["ico-arrow-left"],
        ..Rule::BLANK
    },
    Rule {
        id: "prefect-token",
        group: Group::SourceControl,
        literals: &["pnu_", "pnb_"],
        find: |text, literal| apart(text, literal, alphanumeric, 36..=36),
        catches: "Prefect tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«pnu_{a36}»"],
        spared: &["pnu_name"],
        ..Rule::BLANK
    },
    Rule {
        id: "launchdarkly-key",
        group: Group::SourceControl,
        literals: &["launchdarkly-", "api-", "sdk-", "mob-"],
        find: launchdarkly,
        catches: "LaunchDarkly keys",
        spares: "names and bare UUIDs",
        caught: &["«sdk-{h8}-{h4}-4{h3}-a{h3}-{h12}»"],
        spared: &["api-gateway", "sdk-tools"],
        ..Rule::BLANK
    },
    Rule {
        id: "teamcity-token",
        group: Group::SourceControl,
        literals: &["eyJ0eXAiOiAiVENWMiJ9"],
        find: |text, literal| prefixed(text, literal, base64_any, 40),
        catches: "TeamCity tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["«eyJ0eXAiOiAiVENWMiJ9.{a40}.{a40}»"],
        spared: &["eyJ0eXAiOiAiVENWMiJ9"],
        ..Rule::BLANK
    },
];

/// Small letters and digits.
fn lower(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// 69 letters and digits, or 59 that are base64 of a reference.
fn artifactory(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let most = if text.get(literal.clone())? == "AKCp" { 65..=80 } else { 59..=59 };
    apart(text, literal, alphanumeric, most)
}

/// 40 hexadecimal digits, behind the mark of an instance or not; or 64.
fn sourcegraph(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    if text.get(literal.clone())? == "slk_" {
        return apart(text, literal, hexadecimal, 64..=64);
    }
    let instance = part(text, literal.end, hexadecimal, 16..=16);
    let parts = instance
        .and_then(|end| sign(text, end, "_local"))
        .or(instance)
        .or_else(|| sign(text, literal.end, "local"))
        .and_then(|end| sign(text, end, "_"))
        .and_then(|end| Some((end, part(text, end, hexadecimal, 40..=40)?)));
    if let Some((_, end)) = parts {
        return Some(literal.start..end);
    }
    let end = part(text, literal.end, hexadecimal, 40..=40)?;
    let random = entropy(text.get(literal.end..end)?) >= 3.0;
    (random && starts_apart(text, literal.start, alphanumeric)).then_some(literal.start..end)
}

/// Three parts with dots between.
fn harness(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let end = part(text, literal.end, base64_url, 22..=22)?;
    let end = part(text, sign(text, end, ".")?, alphanumeric, 24..=24)?;
    let end = part(text, sign(text, end, ".")?, alphanumeric, 20..=20)?;
    starts_apart(text, literal.start, alphanumeric).then_some(literal.start..end)
}

/// A random UUID, of the fourth version.
fn launchdarkly(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let secret = sign(text, literal.end, "secret-").or_else(|| sign(text, literal.end, "relay-"));
    let from = secret.unwrap_or(literal.end);
    let end = uuid(text, from)?;
    let body = text.get(from..end)?;
    let random = body.bytes().all(|byte| hexadecimal(byte) || byte == b'-')
        && body.get(14..15) == Some("4")
        && classes(body) >= 2;
    (random && starts_apart(text, literal.start, word)).then_some(literal.start..end)
}
