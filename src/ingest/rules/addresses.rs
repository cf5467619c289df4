//! Credentials in addresses: `scheme://user:password@host`.

use super::random::is_wordy;
use super::signs::is_one_of;
use super::token::{alphanumeric, run_end};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[Rule {
    id: "url-credentials",
    group: Group::Generic,
    shapes: &["://"],
    hint: |bytes, literal| has_user(bytes, literal.end),
    find,
    catches: "passwords in addresses of databases, queues, source hosts, proxies; of anything",
    spares: "addresses without one, variables and placeholders",
    caught: &[
        "postgres://app:«s3cr3t¦pw»@db.internal:5432/app",
        "DATABASE_URL=mysql://root:«hunter¦2»@127.0.0.1/x\\n",
        "https://x-access-token:«{a30}»@github.com/a/b.git",
        "amqps://admin:«p%40ss¦word»@mq/",
        "redis:\\/\\/:«{a20}»@cache:6379",
        "{\\\"url\\\":\\\"ftp://me:«se¦cret»@files.example.org\\\"}",
        "postgres://app:«*kT9vWq¦27LmXz»@db/app",
        "https://«{h32}»@o1.ingest.sentry.io/2",
    ],
    spared: &[
        "https://example.org:8080/@scope/package",
        "postgres://app:${DB_PASSWORD}@db/app",
        "postgres://user:<password>@host/app",
        "https://example.org/a:b@c",
        "mysql://root:%s@localhost",
        "git@github.com:a/b.git",
        "https://user@example.org/",
    ],
    ..Rule::BLANK
}];

/// How long the part before the `@` may be.
const USER_BYTES: usize = 512;

/// Whether an `@` stands before the end of the host. `from` lies behind `:` and two slashes.
fn has_user(bytes: &[u8], from: usize) -> bool {
    let rest = bytes.get(from..).unwrap_or_default();
    let ends = |byte: &u8| byte.is_ascii_whitespace() || is_one_of(*byte, b"\"'`<>|\x1f");
    rest.iter().take(USER_BYTES).take_while(|byte| !ends(byte)).any(|byte| *byte == b'@')
}

/// The password, or a user name that is a token by itself.
fn find(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let front = text.as_bytes().get(..literal.start)?;
    let scheme = front
        .iter()
        .rev()
        .take(16)
        .take_while(|byte| alphanumeric(**byte) || matches!(byte, b'+' | b'-' | b'.'))
        .count();
    let start = run_end(text, literal.start + 1, |byte| matches!(byte, b'/' | b'\\'));
    let user_end = run_end(text, start, |byte| {
        !byte.is_ascii_whitespace() && !is_one_of(byte, b":/@\"'`<>|\\?#,(){}\x1f")
    });
    if scheme == 0 {
        return None;
    }
    let rest = text.get(user_end..)?;
    if rest.starts_with('@') {
        let user = text.get(start..user_end)?;
        let token = (user.len() == 32 || user.len() == 40)
            && user.bytes().all(|byte| byte.is_ascii_hexdigit());
        return token.then_some(start..user_end);
    }
    rest.starts_with(':').then_some(())?;
    let from = user_end + 1;
    let probe = text.as_bytes().get(from..)?;
    let within = |byte: &u8| !byte.is_ascii_whitespace() && !is_one_of(*byte, b"\"'`<>|\\\x1f");
    let length = probe.iter().take(USER_BYTES).take_while(|byte| within(byte)).count();
    let authority = text.get(from..from + length)?;
    let slash = authority.find('/').unwrap_or(authority.len());
    let at = authority.get(..slash)?.rfind('@').or_else(|| {
        authority.rfind('@').filter(|at| is_password(authority.get(..*at).unwrap_or_default()))
    })?;
    let password = authority.get(..at)?;
    is_password(password).then_some(from..from + at)
}

/// Whether it is a password and no port, variable or placeholder.
fn is_password(password: &str) -> bool {
    let escaped = ["%2", "%3", "%4", "%5", "%7"].iter().any(|escape| password.starts_with(escape));
    let first = password.starts_with(['$', '{', '[', '%', '*', '#']) && !escaped;
    let rest = password.get(1..).unwrap_or_default();
    let reference = first && (is_wordy(rest) || password.ends_with(['}', ']', '%', ')']))
        || ["${", "{{", "$(", "%s", "***", "#{"].iter().any(|mark| password.contains(mark));
    let placeholder = matches!(
        password.to_ascii_lowercase().as_str(),
        "" | "password" | "pass" | "pw" | "pwd" | "passwd" | "xxx" | "xxxx" | "..."
    );
    let port = password.split(['/', ',']).next().unwrap_or_default();
    let is_port = password.contains(['/', ','])
        && port.len() <= 5
        && port.bytes().all(|byte| byte.is_ascii_digit());
    !reference && !placeholder && !is_port
}
