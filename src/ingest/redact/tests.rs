//! Redacts strings and requests and looks at what is left.

mod attributes;
mod broken;
mod detections;
mod ordinary;
mod lengths;
mod places;

use super::Redactor;
use crate::ingest::rules::{Group, all, example};

/// How many other examples each is put together with.
const COMPANIONS: usize = 8;

/// Random texts put together.
const MIXTURES: usize = 2000;

/// Every example of every rule that is on by default: as it arrives, as it must leave.
fn examples() -> Vec<(String, String)> {
    let on = all().filter(|rule| rule.group != Group::Contacts);
    on.flat_map(|rule| rule.caught.iter().map(|notation| example(rule, notation))).collect()
}

/// A made up token.
fn token() -> String {
    format!("{}{}", "ghp_", "Zq8vT3nK0yW5bR7xL2mJ4hD6fG9sA1pQ8vT3")
}

/// Writes a text as a JSON string would hold it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

#[test]
fn a_secret_in_json_in_json_is_replaced_and_the_json_stays_valid() {
    let redactor = Redactor::new();
    for (arrives, leaves) in examples() {
        let (mut arrives, mut leaves) = (arrives, leaves);
        for _ in 0..4 {
            let wrap =
                |inner: &str| format!("{{\"b\":1.50,\"a\":[{},\"x\\n\"],\"b\":2}}", quoted(inner));
            (arrives, leaves) = (wrap(&arrives), wrap(&leaves));
            assert!(redactor.may_match(arrives.as_bytes()));
            let found = redactor.redact_text(&arrives).unwrap();
            serde_json::from_str::<serde_json::Value>(&found).unwrap();
            assert_eq!(found, leaves);
        }
    }
}

#[test]
fn a_secret_spread_by_escapes_is_found() {
    let redactor = Redactor::new();
    for (arrives, _) in examples() {
        let secret = redactor.redact_text(&arrives).unwrap();
        for hidden in ['_', '-', 'a', 'e', 'A', 'K', 'T', ' '] {
            let escaped = format!("\\u{:04x}", u32::from(hidden));
            let json = quoted(&arrives).replace(hidden, &escaped);
            let twice = quoted(&json).replace('0', "\\u0030");
            for text in
                [format!("{{\"k\":{json}}}"), format!("[{twice}]"), format!("{{\"cut\":[{json},\"")]
            {
                assert!(redactor.may_match(text.as_bytes()), "{text}");
                let found = redactor.redact_text(&text);
                assert!(found.is_some_and(|found| found.contains("<REDACTED:")), "{text} {secret}");
            }
        }
    }
    let text = format!("{{\"k\":\"a \\u0067h\\u0070_{} b\",\"n\":1}}", &token()[4..]);
    let found = redactor.redact_text(&text);
    assert_eq!(found.as_deref(), Some("{\"k\":\"a <REDACTED:github-pat> b\",\"n\":1}"));
}

#[test]
fn redacting_again_changes_nothing() {
    let redactor = Redactor::new();
    let texts: Vec<String> = examples().into_iter().map(|(arrives, _)| arrives).collect();
    for (number, first) in texts.iter().enumerate() {
        for second in texts.iter().cycle().skip(number * 7 + 1).step_by(13).take(COMPANIONS) {
            for text in [
                format!("{first}{second}"),
                format!("{first} {second}"),
                quoted(&format!("{first}\n{second}")),
            ] {
                let once = redactor.redact_text(&text).unwrap_or(text.clone());
                assert_eq!(redactor.redact_text(&once), None, "{text}");
            }
        }
    }
}

#[test]
fn ordinary_text_stays() {
    let redactor = Redactor::new();
    let image = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    for text in [
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "7d0f1c52-9be3-4a86-b1d7-0c5e92f4a638",
        "\"integrity\": \"sha512-uRl0GbaBT3nYzTmS0G3oZp0Rkk5m7zTsk2ySl+XzSxPs8gl7oLgJQAyZ2hDvUeOwlnPgTQ7sIDEGqcXrrWvJZw==\"",
        "checksum = \"8f2c6f9b1d3e4a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f901234567\"",
        "data:image/png;base64,",
        image,
        "{\"not\": \"finished\\u0041",
        "C:\\Users\\new\\table \\u00zz {[",
        "Time zone Asia/Tokyo, ASIA_PACIFIC; the secret_key of a table is its primary key",
    ] {
        assert_eq!(redactor.redact_text(text), None, "{text}");
    }
}

#[test]
fn what_is_escaped_too_often_is_replaced_and_plain_text_beside_it_is_not() {
    let mut text = format!("gh\\u0070_{}", &token()[4..]);
    for _ in 0..8 {
        text = quoted(&text);
    }
    assert_eq!(Redactor::new().redact_text(&text).as_deref(), Some("<REDACTED:unscannable>"));
    let slashes = "\\".repeat(300);
    assert_eq!(Redactor::new().redact_text(&format!("{slashes} ghp_ is a prefix")), None);
}

#[test]
fn json_deeper_than_a_parser_goes_is_scanned() {
    let text = format!("{}\"{}\"{}", "[".repeat(5000), token(), "]".repeat(5000));
    let wanted = text.replace(&token(), "<REDACTED:github-pat>");
    assert_eq!(Redactor::new().redact_text(&text), Some(wanted));
}

#[test]
fn a_marker_that_is_none_hides_nothing() {
    let text = format!("<REDACTED:{}>", token());
    assert_eq!(
        Redactor::new().redact_text(&text).as_deref(),
        Some("<REDACTED:<REDACTED:github-pat>>")
    );
}

#[test]
fn no_mixture_of_fragments_panics_or_breaks_json_or_changes_twice() {
    let redactor = Redactor::new();
    let mut fragments: Vec<String> = examples().into_iter().map(|(arrives, _)| arrives).collect();
    let seams =
        "\\ \\\\ \" \\\" \\n \\u0067 \\u00 %22 , : {\" \"} [\" \"] \u{1b}[1m = é … -- PRIVATE";
    fragments.extend(seams.split(' ').map(str::to_owned));
    fragments.extend(all().flat_map(|rule| rule.literals).map(|literal| (*literal).to_owned()));
    let mut state: usize = 7;
    let mut random = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for _ in 0..MIXTURES {
        let mut text = String::new();
        for _ in 0..=random(6) {
            let fragment = &fragments[random(fragments.len())];
            let cut = (random(fragment.len() + 1)..).find(|at| fragment.is_char_boundary(*at));
            text.push_str(if random(3) > 0 { fragment } else { &fragment[..cut.unwrap()] });
        }
        let json = format!("{{\"a\":{},\"b\":[{}]}}", quoted(&text), quoted(&quoted(&text)));
        for text in [text, json] {
            let Some(once) = redactor.redact_text(&text) else {
                continue;
            };
            assert!(redactor.may_match(text.as_bytes()), "{text}");
            assert_eq!(redactor.redact_text(&once), None, "{text}");
            let is_json = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
            assert!(!is_json(&text) || is_json(&once) || once == super::UNSCANNABLE, "{text}");
        }
    }
}
