//! Passwords in the languages and addresses of databases, where no name and no scheme stands
//! before them.

use super::random::{is_wordy, stands_for_another};
use super::signs::is_one_of;
use super::token::{run_end, sign};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[Rule {
    id: "database-password",
    group: Group::Generic,
    keywords: &["identified by", "@tcp(", "thin:"],
    find,
    catches: "passwords behind IDENTIFIED BY, and in addresses such as `app:password@tcp(..)`",
    spares: "variables, placeholders and addresses without a password",
    caught: &[
        "CREATE USER app IDENTIFIED BY '«Moon¦light7»';",
        "db: app:«s3cr3t¦pw»@tcp(db:3306)/app",
        "jdbc:oracle:thin:app/«s3cr3t¦pw»@db:1521:x",
    ],
    spared: &[
        "CREATE USER app IDENTIFIED BY '${PASSWORD}';",
        "a user is identified by 'email'",
        "app@tcp(db:3306)/app",
        "%s:%s@tcp(%s)/app",
        "jdbc:oracle:thin:@db:1521:x",
        "the thin:line/between@both",
    ],
    ..Rule::BLANK
}];

/// How long a password before an `@` may be.
const PASSWORD_BYTES: usize = 80;

/// The password behind or before a literal.
fn find(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let found = match text.as_bytes().get(literal.start)? {
        b'@' => before_host(text, literal.start),
        b't' | b'T' => behind_user(text, literal.end),
        _ => quoted(text, literal.end),
    }?;
    let value = text.get(found.clone())?;
    let reference = value.starts_with(['$', '{', '<', '%', '*', ':']);
    let mixed = value.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_punctuation());
    let real = value.len() >= 4 && mixed && !reference && !stands_for_another(value);
    real.then_some(found)
}

/// `'..'` behind IDENTIFIED BY.
fn quoted(text: &str, from: usize) -> Option<Range<usize>> {
    let quote = run_end(text, from, |byte| matches!(byte, b' ' | b'\\'));
    let start = sign(text, quote, "'").or_else(|| sign(text, quote, "\""))?;
    let end =
        run_end(text, start, |byte| !byte.is_ascii_whitespace() && !is_one_of(byte, b"'\"\\\x1f"));
    Some(start..end)
}

/// `user:..` before `@tcp(`.
fn before_host(text: &str, end: usize) -> Option<Range<usize>> {
    let front = text.as_bytes().get(end.saturating_sub(PASSWORD_BYTES)..end)?;
    let ends = |byte: &u8| byte.is_ascii_whitespace() || is_one_of(*byte, b":'\"`\\<>\x1f");
    let length = front.iter().rev().take_while(|byte| !ends(byte)).count();
    let start = end - length;
    let user = text.as_bytes().get(..start)?;
    let named = matches!(user, [.., name, b':'] if name.is_ascii_alphanumeric());
    named.then_some(start..end)
}

/// `user/..@` behind `thin:`.
fn behind_user(text: &str, from: usize) -> Option<Range<usize>> {
    let user = run_end(text, from, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let start = sign(text, user, "/").filter(|_| user > from)?;
    let end = run_end(text, start, |byte| {
        !byte.is_ascii_whitespace() && !is_one_of(byte, b"@'\"`\\\x1f")
    });
    let real = text.get(end..)?.starts_with('@') && !is_wordy(text.get(start..end)?);
    real.then_some(start..end)
}
