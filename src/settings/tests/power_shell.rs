//! PowerShell by its rules of quoting.
//!
//! Between single quotes everything is itself but a single quote, which stands twice. All of
//! these are single quotes: `'` and U+2018, U+2019, U+201A, U+201B. Windows PowerShell takes a
//! file for the machine's code page, so nothing but ASCII may stand in one.

use proptest::prelude::*;

use super::{HOSTILE, pairs, with_values};
use crate::settings::{power_shell, registry};

/// Reads what [`power_shell::quoted`] writes: a quoted text, or a sum of such and of letters by
/// their number. Returns the text, and what follows.
fn expression(script: &str) -> (String, &str) {
    let Some(mut rest) = script.strip_prefix('(') else {
        let (units, rest) = quoted(script);
        return (String::from_utf16(&units).expect("whole letters"), rest);
    };
    let mut text = Vec::new();
    loop {
        if let Some(number) = rest.strip_prefix("[char]0x") {
            let end = number.find(|letter: char| !letter.is_ascii_hexdigit()).expect("an end");
            assert_eq!(end, 4, "four digits: {rest}");
            text.push(u16::from_str_radix(&number[..end], 16).expect("a number"));
            rest = &number[end..];
        } else {
            let (units, after) = quoted(rest);
            text.extend(units);
            rest = after;
        }
        if let Some(end) = rest.strip_prefix(')') {
            return (String::from_utf16(&text).expect("whole letters"), end);
        }
        rest = rest.strip_prefix(" + ").expect("a sum goes on");
    }
}

/// Reads a text between single quotes.
fn quoted(script: &str) -> (Vec<u16>, &str) {
    let is_quote = |letter: char| "'\u{2018}\u{2019}\u{201a}\u{201b}".contains(letter);
    let inside = script.strip_prefix(is_quote).unwrap_or_else(|| panic!("a quote: {script}"));
    let (mut text, mut letters) = (String::new(), inside.char_indices().peekable());
    while let Some((place, letter)) = letters.next() {
        if !is_quote(letter) {
            text.push(letter);
        } else if let Some((_, second)) = letters.next_if(|(_, letter)| is_quote(*letter)) {
            text.push(second);
        } else {
            return (text.encode_utf16().collect(), &inside[place + letter.len_utf8()..]);
        }
    }
    panic!("a quote is not closed: {script}");
}

/// Reads `$env:NAME = ...` lines.
fn variables(script: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = script;
    while !rest.is_empty() {
        let (name, value) =
            rest.strip_prefix("$env:").expect("a variable").split_once(" = ").expect("a value");
        let (text, after) = expression(value);
        found.push((name.to_owned(), text));
        rest = after.strip_prefix('\n').expect("the end of a line");
    }
    found
}

/// The variables that the registry's script sets.
fn policy(script: &str) -> Vec<(String, String)> {
    let begin = script.find("ConvertFrom-Json -InputObject ").expect("variables");
    let (text, _) = expression(&script[begin + "ConvertFrom-Json -InputObject ".len()..]);
    let object: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let object = object.as_object().expect("an object");
    object
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().expect("text").into()))
        .collect()
}

#[test]
fn power_shell_reads_it_back() {
    let hostile = with_values(HOSTILE);
    let script = power_shell::variables(&hostile).expect("carried");
    assert!(script.is_ascii(), "{script}");
    assert_eq!(variables(&script), pairs(&hostile));
    let refused = power_shell::variables(&with_values(&["a\0b"])).expect_err("refused");
    assert!(refused.to_string().contains("take it out"), "{refused}");
}

#[test]
fn the_registry_gets_the_same_variables() {
    let variables = with_values(HOSTILE);
    let script = registry::script(&variables);
    assert!(script.is_ascii(), "{script}");
    let (mut found, mut expected) = (policy(&script), pairs(&variables));
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert!(script.contains(r"$key = 'HKLM:\SOFTWARE\Policies\ClaudeCode'"));
}

proptest! {
    #[test]
    fn any_text_is_read_back_by_power_shell(value in "[^\0]{0,60}") {
        let hostile = with_values(&[&value]);
        let script = power_shell::variables(&hostile).expect("carried");
        prop_assert!(script.is_ascii());
        prop_assert_eq!(variables(&script), pairs(&hostile));
        prop_assert_eq!(policy(&registry::script(&hostile)), pairs(&hostile));
    }
}
