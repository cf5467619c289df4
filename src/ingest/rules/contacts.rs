//! Addresses of people and machines. Off unless somebody asks for them: usage is counted by email.

use super::signs::is_one_of;
use super::token::{digit, run_end};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "email",
        group: Group::Contacts,
        shapes: &["w@w"],
        find: email,
        catches: "email addresses",
        spares: "packages and decorators",
        caught: &["mail to «jane.roe@example.com», please"],
        spared: &["npm i left@1", "@decorator"],
        ..Rule::BLANK
    },
    Rule {
        id: "phone",
        group: Group::Contacts,
        shapes: &["+9999", "+99-9", "+9-99"],
        find: phone,
        catches: "telephone numbers in international form",
        spares: "other numbers",
        caught: &["call «+49 30 7654 321» now", "«+14155550123»"],
        spared: &["1.0+20261120", "+1234"],
        ..Rule::BLANK
    },
    Rule {
        id: "ip-address",
        group: Group::Contacts,
        shapes: &["9.9", "9.99"],
        find: network,
        catches: "network addresses of four numbers",
        spares: "versions, which have three",
        caught: &["from «192.168.10.44» port 22"],
        spared: &["version 1.2.3", "1.2.3.4.5", "10.300.1.1"],
        ..Rule::BLANK
    },
];

/// A local part, `@`, and a host with a dot.
fn email(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let at = literal.start + 1;
    let local = |byte: &u8| byte.is_ascii_alphanumeric() || is_one_of(*byte, b"._%+-");
    let front = text.as_bytes().get(at.saturating_sub(64)..at)?;
    let start = at - front.iter().rev().take_while(|byte| local(byte)).count();
    let end =
        run_end(text, at + 1, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let host = text.get(at + 1..end)?.trim_end_matches(['.', '-']);
    let top = host.rsplit('.').next()?;
    let real =
        host.contains('.') && top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    real.then_some(start..at + 1 + host.len())
}

/// `+`, and eight to fifteen digits with signs between.
fn phone(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let end = run_end(text, literal.start + 1, |byte| digit(byte) || is_one_of(byte, b" -()."));
    let number =
        text.get(literal.start..end)?.trim_end_matches(|last: char| !last.is_ascii_digit());
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let before = text.get(..literal.start)?.chars().next_back();
    let apart = before.is_none_or(|before| !before.is_ascii_alphanumeric());
    ((8..=15).contains(&digits) && apart && number.len() <= 24)
        .then_some(literal.start..literal.start + number.len())
}

/// Four numbers of at most 255.
fn network(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let front = text.as_bytes().get(literal.start.saturating_sub(3)..literal.start)?;
    let start = literal.start - front.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let before = text.get(..start)?.chars().next_back();
    let end = run_end(text, start, |byte| digit(byte) || byte == b'.');
    let parts: Vec<&str> = text.get(start..end)?.trim_end_matches('.').split('.').collect();
    let numbers = parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok());
    let apart = before.is_none_or(|before| !before.is_ascii_alphanumeric() && before != '.');
    let length = parts.iter().map(|part| part.len() + 1).sum::<usize>().checked_sub(1)?;
    (numbers && apart).then_some(start..start + length)
}
