//! JSON by a parser of JSON, profiles by a parser of property lists.

use proptest::prelude::*;

use super::{HOSTILE, options, pairs, with_values};
use crate::settings::{Variable, json, profile};

/// The `env` of settings.
fn env_of(text: &str) -> Vec<(String, String)> {
    let settings: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let env = settings["env"].as_object().expect("env");
    env.iter().map(|(name, value)| (name.clone(), value.as_str().expect("text").into())).collect()
}

/// The `env` of a profile.
fn env_of_profile(text: &str) -> Vec<(String, String)> {
    let list = plist::Value::from_reader_xml(text.as_bytes()).expect("a property list");
    let payload = &list.as_dictionary().expect("a dictionary")["PayloadContent"]
        .as_array()
        .expect("payloads")[0];
    let payload = payload.as_dictionary().expect("a dictionary");
    assert_eq!(payload["PayloadType"].as_string(), Some("com.anthropic.claudecode"));
    let env = payload["env"].as_dictionary().expect("env");
    env.iter()
        .map(|(name, value)| (name.clone(), value.as_string().expect("text").into()))
        .collect()
}

/// Both as sets: objects have no order.
fn assert_same(mut found: Vec<(String, String)>, variables: &[Variable]) {
    let mut expected = pairs(variables);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn json_is_read_back() {
    let variables = with_values(HOSTILE);
    assert_same(env_of(&json::settings(&variables)), &variables);
    let one_line = format!("{{\"env\":{}}}", json::ascii_object(&variables));
    assert!(one_line.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{one_line}");
    assert_same(env_of(&one_line), &variables);
}

#[test]
fn json_names_the_script_of_headers() {
    let text = json::settings_with(&with_values(&["1"]), Some(r#"/opt/a "b"\c"#));
    let settings: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(settings["otelHeadersHelper"], r#"/opt/a "b"\c"#);
    assert_eq!(settings["env"]["A"], "1");
}

#[test]
fn a_profile_is_read_back() {
    let variables = with_values(HOSTILE);
    let text = profile::profile(&options(), &variables).expect("a profile");
    assert_same(env_of_profile(&text), &variables);
}

#[test]
fn a_profile_says_whose_it_is_whatever_that_is_called() {
    for name in HOSTILE {
        let mut options = options();
        options.connection = (*name).to_owned();
        let text = profile::profile(&options, &with_values(&["1"])).expect("a profile");
        let list = plist::Value::from_reader_xml(text.as_bytes()).expect("a property list");
        let shown = list.as_dictionary().expect("a dictionary")["PayloadDisplayName"].as_string();
        assert_eq!(shown, Some(format!("Claude Code telemetry to Daybook: {name}").as_str()));
    }
}

#[test]
fn what_xml_cannot_carry_is_refused() {
    for letter in ['\0', '\u{1}', '\u{b}', '\u{1b}', '\u{ffff}'] {
        let variables = with_values(&[&format!("a{letter}b")]);
        let refused = profile::profile(&options(), &variables).expect_err("refused").to_string();
        assert!(refused.contains("take it out"), "{refused}");
    }
}

#[test]
fn a_profile_changes_its_ids_with_its_content_alone() {
    let id = |value: &str| {
        let text = profile::profile(&options(), &with_values(&[value])).expect("a profile");
        let list = plist::Value::from_reader_xml(text.as_bytes()).expect("a property list");
        let list = list.as_dictionary().expect("a dictionary").clone();
        let inner = list["PayloadContent"].as_array().expect("payloads")[0].clone();
        let inner = inner.as_dictionary().expect("a dictionary")["PayloadUUID"].clone();
        let outer = list["PayloadUUID"].as_string().expect("an id").to_owned();
        assert_ne!(Some(outer.as_str()), inner.as_string());
        let parts: Vec<usize> = outer.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12], "{outer}");
        assert_eq!(outer.chars().nth(14), Some('8'), "{outer}");
        assert!(outer.chars().nth(19).is_some_and(|variant| "89AB".contains(variant)), "{outer}");
        outer
    };
    assert_eq!(id("a"), id("a"));
    assert_ne!(id("a"), id("b"));
}

proptest! {
    #[test]
    fn any_text_is_read_back_from_json(value in any::<String>()) {
        let variables = with_values(&[&value]);
        assert_same(env_of(&json::settings(&variables)), &variables);
        assert_same(env_of(&format!("{{\"env\":{}}}", json::ascii_object(&variables))), &variables);
    }

    #[test]
    fn any_text_is_read_back_from_a_profile_or_refused(value in any::<String>()) {
        let variables = with_values(&[&value]);
        match profile::profile(&options(), &variables) {
            Ok(text) => assert_same(env_of_profile(&text), &variables),
            Err(_) => {
                let has_none = value.chars().any(|it| it < ' ' || "\u{fffe}\u{ffff}".contains(it));
                prop_assert!(has_none, "XML has every letter of {:?}", value);
            }
        }
    }
}
