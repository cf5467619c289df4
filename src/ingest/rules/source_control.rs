//! Tokens of source hosts.

use super::random::{classes, is_placeholder, is_wordy};
use super::token::{
    alphanumeric, apart, base64_url, is_cut_off, part, prefixed, probe, run_end, sign,
    starts_apart, word,
};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "github-fine-grained-pat",
        group: Group::SourceControl,
        literals: &["github_pat_"],
        find: |text, literal| {
            let range = prefixed(text, literal.clone(), word, 40)?;
            (classes(text.get(literal.end..range.end)?) >= 2).then_some(range)
        },
        catches: "GitHub's fine grained personal access tokens",
        spares: "names in code that begin alike",
        caught: &[
            "token «github_pat_¦11AB3CD7E0k2QwErTyUiOp_aSdFgHjKlZxCvBnM1q2W3e4R5t6Y7u8I9o0PaSdFgHjKlZxCvBnM1q2W3e4R5».",
        ],
        spared: &["github_pat_", "fn github_pat_is_rejected_when_the_account_behind_it_is_gone()"],
        ..Rule::BLANK
    },
    Rule {
        id: "github-pat",
        group: Group::SourceControl,
        literals: &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
        find: github,
        catches: "GitHub's personal, OAuth, user, installation and refresh tokens",
        spares: "names in code that begin alike, and rows of one letter",
        caught: &[
            "https://«ghp_¦A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8»@github.com/a/b",
            "GH_TOKEN='«gho_¦Zq8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3»'",
            "\x1b[32m«ghu_¦Zq8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3»\x1b[0m",
            "%3D«ghs_¦Zq8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3»%26",
            "«ghs_¦1234567_eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjF9.Zq8vT3nK0yW5bR7-xL2mJ4».",
            "«ghr_¦Zq8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3Zq8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3nK0y»",
            "cut off here: «ghp_¦A1b2C3d4E5f6»",
            "even here: «ghp_¦A1b2C3d4»…",
            "{\"a\":\"cut off here: «ghp_¦A1b2C3d4E5f6G7h8I9»",
        ],
        spared: &[
            "ghp_¦xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "ghp_¦abcdefghijklmnopqrstuvwxyz0123456789",
            "let ghs_installation_token_is_refreshed_when_it_expires = 1;",
            "grep -rn 'ghp_' src",
        ],
        ..Rule::BLANK
    },
    Rule {
        id: "gitlab-token",
        group: Group::SourceControl,
        literals: &[
            "glpat-",
            "gldt-",
            "glrt-",
            "glrtr-",
            "glcbt-",
            "glptt-",
            "glft-",
            "glimt-",
            "glsoat-",
            "glffct-",
            "glagent-",
            "gloas-",
            "glwt-",
            "GR1348941",
        ],
        find: gitlab,
        catches: "GitLab tokens of people, runners, jobs, deployments and applications",
        spares: "words that begin alike",
        caught: &[
            "PRIVATE-TOKEN: «glpat-{a20}»",
            "«glpat-{a27}.{l9}»",
            "«gldt-{a20}»",
            "«glrt-t1_{a20}»",
            "«glcbt-64_{a20}»",
            "«glptt-{h40}»",
            "«glagent-{a50}»",
            "«gloas-{h64}»",
            "«GR1348941{a20}»",
            "\\n«glsoat-{a20}»\\n",
        ],
        spared: &["glpat-", "gldt-{a8}", "glrt-xxxxxxxxxxxxxxxxxxxxxxxxx"],
        ..Rule::BLANK
    },
    Rule {
        id: "gitlab-session",
        group: Group::SourceControl,
        keywords: &["_gitlab_session"],
        find: gitlab_session,
        catches: "session cookies of GitLab",
        spares: "the bare prefix and bodies of another length",
        caught: &["Cookie: _gitlab_session=«{h32}»; x=1"],
        spared: &["_gitlab_session=none"],
        ..Rule::BLANK
    },
    Rule {
        id: "bitbucket-token",
        group: Group::SourceControl,
        literals: &["ATBB", "ATCTT3xFfG"],
        find: |text, literal| apart(text, literal, bitbucket, 24..=240),
        catches: "Bitbucket app passwords and repository tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["x:«ATBB{a32}»@bitbucket.org", "«ATCTT3xFfG{a170}={h8}»"],
        spared: &["ATBB", "{a10}ATBB{a32}"],
        ..Rule::BLANK
    },
    Rule {
        id: "atlassian-token",
        group: Group::SourceControl,
        literals: &["ATATT3", "ATSTT3", "ATOATT3"],
        find: |text, literal| prefixed(text, literal, bitbucket, 60),
        catches: "Atlassian tokens",
        spares: "the bare prefix and bodies of another length",
        caught: &["JIRA_API_TOKEN=«ATATT3xFfGF0{a170}={h8}»"],
        spared: &["ATATT3"],
        ..Rule::BLANK
    },
];

/// 36 letters and digits; installation tokens may instead be longer and have dots in them.
fn github(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let start = literal.start;
    if text.get(literal.clone())? == "ghs_" {
        return installation(text, literal);
    }
    let found = prefixed(text, literal, alphanumeric, 36)?;
    Some(start..run_end(text, found.end, word))
}

/// `ghs_` and 36 letters and digits, or the number of an application and a signed token.
fn installation(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let dotted: fn(u8) -> bool = |byte| base64_url(byte) || byte == b'.';
    let plain = prefixed(text, literal.clone(), alphanumeric, 36);
    let found = plain.or_else(|| {
        let range = prefixed(text, literal.clone(), dotted, 36)?;
        (classes(text.get(literal.end..range.end)?) == 3).then_some(range)
    })?;
    let whole = text.get(literal.start..run_end(text, found.end, dotted))?;
    Some(literal.start..literal.start + whole.trim_end_matches(['.', '-']).len())
}

/// Letters, digits, and the `=` before a checksum.
fn bitbucket(byte: u8) -> bool {
    base64_url(byte) || byte == b'='
}

/// 20 characters or more; routable tokens have a dot and their length behind.
fn gitlab(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let prefix = text.get(literal.clone())?;
    if !starts_apart(text, literal.start, alphanumeric) {
        return None;
    }
    let body = probe(text, literal.end, base64_url);
    let length = match prefix {
        "gloas-" => 64,
        "glagent-" => 50,
        "glptt-" => 40,
        "glimt-" => 25,
        _ => 20,
    };
    let written = body.len() != length && is_wordy(body);
    let said = body
        .split(['-', '_'])
        .any(|word| word.len() >= 5 && word.bytes().all(|byte| byte.is_ascii_lowercase()));
    let cut_off = body.len() >= 12 && !said && is_cut_off(text, &literal, body);
    if is_placeholder(body) || written || body.len() < length && !cut_off {
        return None;
    }
    let end = run_end(text, literal.end, base64_url);
    Some(literal.start..routed_end(text, end))
}

/// The end of what routes a token: a dot and nine characters, or a version before them.
fn routed_end(text: &str, end: usize) -> usize {
    let version = sign(text, end, ".").and_then(|at| part(text, at, alphanumeric, 2..=2));
    let from = version.unwrap_or(end);
    let routed = sign(text, from, ".").and_then(|at| part(text, at, alphanumeric, 6..=12));
    routed.unwrap_or(end)
}

/// 32 characters behind the name of the cookie.
fn gitlab_session(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let start = sign(text, literal.end, "=")?;
    let end = part(text, start, alphanumeric, 32..=32)?;
    Some(start..end)
}
