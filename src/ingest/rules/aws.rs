//! Keys of AWS.

use super::aws_secret;
use super::random::{classes, is_repetitive};
use super::token::{base64_any, is_cut_off, prefixed, probe, starts_apart, uuid};
use super::{Group, Rule};
use std::ops::Range;

/// The prefixes of AWS access key ids: long-lived, temporary, bearer, and of another account.
const ACCESS_KEY_PREFIXES: &[&str] = &["AKIA", "ASIA", "ABIA", "ACCA", "A3T"];

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "aws-access-key-id",
        group: Group::Cloud,
        literals: ACCESS_KEY_PREFIXES,
        find: access_key_id,
        catches: "AWS access key ids, the vendor's own samples too",
        spares: "longer runs of capitals, and base64 that happens to hold the prefix",
        caught: &[
            "aws_access_key_id = «AKIA¦IOSFODNN7EXAMPLE»\n",
            "id\\n«ASIA¦Y34FZKBOKMUTVV7A»\\n",
            "?key=%22«ABIA¦Y34FZKBOKMUTVV7A»%22",
            "\\u0022«ACCA¦Y34FZKBOKMUTVV7A»\\u0022",
            "cut off: «AKIA¦IOSFODNN7EXAM»",
        ],
        spared: &[
            "AKIA¦XXXXXXXXXXXXXXXX",
            "iVBORw0KGgoAKIA¦IOSFODNN7EXAMPLEAAAANSUhEUg",
            "ASIA_PACIFIC, Asia/Tokyo",
        ],
        ..Rule::BLANK
    },
    Rule {
        id: "aws-secret-access-key",
        group: Group::Cloud,
        literals: ACCESS_KEY_PREFIXES,
        keywords: &[
            "secret_access_key",
            "secret-access-key",
            "secret access key",
            "secretaccesskey",
            "secret_key",
            "secret-key",
            "secret key",
            "secretkey",
            "aws_secret",
            "aws-secret",
            "aws.secret",
            "aws secret",
            "awssecret",
        ],
        find: secret_access_key,
        catches: "AWS secret keys, which have no prefix: shortly after a word that announces one, or near an access key id",
        spares: "commit ids, paths, and 40 characters with neither in sight",
        caught: &[
            "aws_secret_access_key = «wJalrXUtnFEMI¦/K7MDENG/bPxRfiCYEXAMPLEKEY»\n",
            "{\"SecretAccessKey\": \"«je7MtGbClwBF¦/2Zp9Utk/h3yCo8nvbEXAMPLEKEY»\"}",
            "export AWS_SECRET_ACCESS_KEY=«je7MtGbClwBF¦/2Zp9Utk/h3yCo8nvbEXAMPLEKEY»;",
            "AWS Secret Access Key [None]: «je7MtGbClwBF¦/2Zp9Utk/h3yCo8nvbEXAMPLEKEY»",
            "aws_secret_key%3D«je7MtGbClwBF¦%2F2Zp9Utk%2Fh3yCo8nvbEXAMPLEKEY»%26x",
            "{\"name\":\"AWS_SECRET_ACCESS_KEY\",\"value\":\"«je7MtGbClwBF¦\\/2Zp9Utk\\/h3yCo8nvbEXAMPLEKEY»\"}",
            "<SecretAccessKey>«je7MtGbClwBF¦/2Zp9Utk/h3yCo8nvbEXAMPLEKEY»</SecretAccessKey>",
            "secret_key: «je7MtGbClwBF¦/2Zp9Utk/h3yCo8nvb»",
        ],
        spared: &[
            "aws_secret_access_key_commit = 3f786850e387550fdab836ed7e6dc881de23001b",
            "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
            "secret_key = src/app/config/production/values/all/key",
            "AWS_SECRET_ACCESS_KEY: ${{ secrets.AWS_SECRET_ACCESS_KEY }}",
            "aws_secret_access_key = <REDACTED> je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
        ],
        ..Rule::BLANK
    },
    Rule {
        id: "aws-session-token",
        group: Group::Cloud,
        literals: &["IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz"],
        find: |text, literal| prefixed(text, literal, base64_any, 60),
        catches: "session tokens of AWS, by what every one of them begins with",
        spares: "the beginning alone",
        caught: &["AWS_SESSION_TOKEN=«IQoJb3JpZ2lu{a200}»\n"],
        spared: &["IQoJb3JpZ2lu"],
        ..Rule::BLANK
    },
    Rule {
        id: "aws-bedrock-key",
        group: Group::Cloud,
        literals: &["ABSK", "bedrock-api-key-"],
        find: bedrock,
        catches: "keys of Bedrock, long and short lived, to their end",
        spares: "base64 that holds the prefix by chance",
        caught: &["AWS_BEARER_TOKEN_BEDROCK=«ABSK{a120}=»", "Bearer «bedrock-api-key-{a60}»"],
        spared: &["{a12}ABSK{a120}", "bedrock-api-key-name"],
        ..Rule::BLANK
    },
    Rule {
        id: "aws-mws-token",
        group: Group::Cloud,
        literals: &["amzn.mws."],
        find: |text, literal| Some(literal.start..uuid(text, literal.end)?),
        catches: "tokens of the marketplace web service",
        spares: "the prefix alone",
        caught: &["«amzn.mws.{h8}-{h4}-{h4}-{h4}-{h12}»"],
        spared: &["amzn.mws.example"],
        ..Rule::BLANK
    },
];

/// What short lived keys of Bedrock begin with: base64 of the service's host.
const SERVICE_IN_BASE64: &str = "YmVkcm9jay5hbWF6b25hd3MuY29t";

/// Base64 of either kind: 100 or more characters, or the host and what follows behind the long prefix.
fn bedrock(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let long = text.get(literal.clone())? == "ABSK";
    if long && !starts_apart(text, literal.start, |byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let service = text.get(literal.end..)?.starts_with(SERVICE_IN_BASE64);
    let least = match (long, service) {
        (true, _) => 90,
        (false, true) => SERVICE_IN_BASE64.len(),
        (false, false) if probe(text, literal.end, base64_any).len() < 60 => return None,
        (false, false) => 60,
    };
    prefixed(text, literal, base64_any, least)
}

/// After a keyword, or near an access key id.
fn secret_access_key(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let found = text.get(literal.clone())?;
    if ACCESS_KEY_PREFIXES.contains(&found) {
        return aws_secret::near_id(text, access_key_id(text, literal)?);
    }
    aws_secret::after_keyword(text, literal.end)
}

/// A prefix and 16 capitals or digits, with neither before nor after.
///
/// Issued ids use only the digits 2 to 7; others are taken too, as in many made up ones.
fn access_key_id(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let capital: fn(u8) -> bool = |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let literal = literal.start..literal.start + 4;
    let body = probe(text, literal.end, capital);
    let cut_off = body.len() < 16
        && is_cut_off(text, &literal, body)
        && body.len() >= 8
        && classes(body) == 2;
    let whole = (body.len() == 16 || cut_off) && !is_repetitive(body);
    (whole && starts_apart(text, literal.start, capital))
        .then_some(literal.start..literal.end + body.len())
}
