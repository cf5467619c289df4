//! How much is looked at: about as much as there is, whatever somebody writes.

use super::super::Redactor;
use crate::ingest::rules::{all, steps};

/// Bytes of the shorter text.
const BYTES: usize = 8_000;

/// Texts made to be read again and again: what a rule begins with, and then nothing it ends by.
const FRAGMENTS: &[&str] = &[
    "password=",
    "password: \"",
    "token = 'a",
    "secret-",
    "key:key:",
    "https://a:b",
    "://user:",
    "kind: Secret data:\n a: b\n",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIE",
    "eyJhbGciOi.",
    "machine a login b ",
    "curl -u ",
    "\\\\",
    "\\u005c",
    "%25",
    "YWFhYWFhYWFhYWFh",
    "4111 1111 ",
    "DE89 3704 ",
    "heroku_api_key=",
    "aws_secret_access_key AKIA",
    "t1.t1.",
    "<REDACTED:",
    "\u{1b}[1;32mkey",
    "{\"a\":",
];

/// A fragment over and over.
fn repeated(fragment: &str, bytes: usize) -> String {
    fragment.repeat(bytes / fragment.len())
}

#[test]
fn twice_the_text_is_at_most_about_twice_the_work() {
    let redactor = Redactor::new();
    let words = all().flat_map(|rule| rule.literals.iter().chain(rule.keywords).copied());
    let mut worst = Vec::new();
    for fragment in FRAGMENTS.iter().copied().chain(words) {
        let work = |bytes: usize| {
            let text = repeated(fragment, bytes);
            let before = steps::count();
            redactor.redact_text(&text);
            steps::since(before).max(bytes)
        };
        let (once, twice) = (work(BYTES), work(2 * BYTES));
        if twice * 10 > once * 23 {
            worst.push(format!("{fragment:?}: {once} bytes, then {twice}"));
        }
    }
    assert!(worst.is_empty(), "{}", worst.join("\n"));
}
