//! What a merge keeps, changes and refuses.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{HOSTILE, options, with_values};
use crate::settings::merge::{MAX_BYTES, What, merge};
use crate::settings::{Way, json as write, variables};

/// The merged text as JSON.
fn merged(text: &str) -> Value {
    let merged = merge(text, &variables(&options(), Way::Direct)).expect("merged");
    serde_json::from_str(&merged.text).expect("JSON")
}

#[test]
fn an_empty_file_becomes_the_settings() {
    let ours = variables(&options(), Way::Direct);
    for empty in ["", "  \n", "\u{feff}"] {
        assert_eq!(merge(empty, &ours).expect("merged").text, write::settings(&ours));
    }
    let of_braces: Value =
        serde_json::from_str(&merge("{}", &ours).expect("merged").text).expect("JSON");
    let alone: Value = serde_json::from_str(&write::settings(&ours)).expect("JSON");
    assert_eq!(of_braces, alone);
}

#[test]
fn everything_else_stays_as_it_is_and_where_it_is() {
    let file = r#"{
    "model": "opus",
    "env": {
        "HTTPS_PROXY": "http://proxy:3128",
        "OTEL_METRICS_EXPORTER": "console",
        "NUMBER": 1e3
    },
    "permissions": {
        "deny": ["Read(./.env)",   "Read(./secrets/**)"],
        "limit": 12345678901234567890.10
    }
}
"#;
    let ours = variables(&options(), Way::Direct);
    let merged = merge(file, &ours).expect("merged");
    for kept in [
        "{\n    \"model\": \"opus\",\n    \"env\": {\n        \"HTTPS_PROXY\": \"http://proxy:3128\",\n        \"OTEL_METRICS_EXPORTER\": \"otlp\",\n        \"NUMBER\": 1e3,\n",
        "    \"permissions\": {\n        \"deny\": [\"Read(./.env)\",   \"Read(./secrets/**)\"],\n        \"limit\": 12345678901234567890.10\n    }\n}\n",
    ] {
        assert!(merged.text.contains(kept), "{}", merged.text);
    }
    let what = |name: &str| {
        merged.changes.iter().find(|it| it.name == name).map(|it| it.what.clone()).expect(name)
    };
    assert_eq!(what("OTEL_METRICS_EXPORTER"), What::Replaced(Some("\"console\"".to_owned())));
    assert_eq!(what("OTEL_LOGS_EXPORTER"), What::Added);
    assert!(merged.warnings.iter().any(|it| it.starts_with("NUMBER is 1e3")), "a number is said");
    let again = merge(&merged.text, &ours).expect("merged");
    assert_eq!(again.text, merged.text, "once more changes nothing");
    assert!(again.changes.iter().all(|it| it.what == What::Unchanged));
}

#[test]
fn a_token_that_is_replaced_is_not_shown() {
    let file = r#"{"env": {"OTEL_EXPORTER_OTLP_HEADERS": "x-api-key=theirs"}}"#;
    let merged = merge(file, &variables(&options(), Way::Direct)).expect("merged");
    let change = merged.changes.iter().find(|it| it.name == "OTEL_EXPORTER_OTLP_HEADERS");
    assert_eq!(change.expect("said").what, What::Replaced(None));
    assert!(!merged.text.contains("theirs"));
}

#[test]
fn what_works_against_it_is_said() {
    let file = r#"{
  "otelHeadersHelper": "/bin/theirs",
  "env": {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "https://elsewhere.example.com/v1/metrics"}
}"#;
    let merged = merge(file, &variables(&options(), Way::Direct)).expect("merged");
    for of in ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "otelHeadersHelper"] {
        assert!(merged.warnings.iter().any(|it| it.contains(of)), "{of}: {:?}", merged.warnings);
    }
}

#[test]
fn what_editors_on_windows_write_is_read() {
    let merged =
        merge("\u{feff}{\r\n\t\"model\": \"opus\"\r\n}\r\n", &variables(&options(), Way::Direct))
            .expect("merged");
    assert!(!merged.text.contains(['\r', '\u{feff}']));
    assert!(merged.text.starts_with("{\n\t\"model\": \"opus\",\n\t\"env\": {\n\t\t\"CLAUDE"));
    assert!(merged.warnings.iter().any(|it| it.contains("byte order mark")));
}

#[test]
fn what_is_broken_is_refused_with_place_cause_and_cure() {
    let large = format!("{{\"a\": \"{}\"}}", "x".repeat(MAX_BYTES));
    for (file, expected) in [
        ("{\n  \"a\": 1,\n  // why\n  \"b\": 2\n}", "line 3, column 3: comments"),
        ("{\n  /* why */ \"b\": 2\n}", "line 2, column 3: comments"),
        ("# why\n{}", "line 1, column 1: comments"),
        ("{\"a\": // why\n 2}", "comments"),
        ("{\n  \"a\": 1,\n}", "line 3, column 1: a comma stands before a closing bracket"),
        ("{\"a\": [1, 2,]}", "a comma stands before"),
        ("{'a': 1}", "no quote of JSON"),
        ("{“a”: 1}", "no quote of JSON"),
        ("{\"a\": 1", "ends too early; close"),
        ("{\"a\": \"1}", "ends too early; close"),
        ("{\"a\": 1} {}", "something follows"),
        ("{\"a\": 1 \"b\": 2}", "a comma is missing"),
        ("{\"a\": undefined}", "this is no JSON"),
        ("[]", "it is no object"),
        ("\"text\"", "it is no object"),
        ("{\"env\": [\"A=1\"]}", "env: it is no object"),
        ("{\"env\": null}", "env: it is no object"),
        ("{\"a\": 1, \"a\": 2}", "`a` stands in it twice"),
        ("{\"env\": {\"A\": \"1\", \"A\": \"2\"}}", "env: `A` stands in it twice"),
        (large.as_str(), "larger than"),
    ] {
        let refused = merge(file, &variables(&options(), Way::Direct)).expect_err(file);
        let said = refused.to_string();
        assert!(said.contains(expected), "{file}: {said}");
        assert!(!refused.cure.is_empty());
    }
}

#[test]
fn nesting_without_end_does_not_end_the_process() {
    let depth = MAX_BYTES / 2 - 16;
    let file = format!("{{\"a\": {}{}}}", "[".repeat(depth), "]".repeat(depth));
    let outcome = merge(&file, &variables(&options(), Way::Direct));
    assert!(outcome.is_ok_and(|merged| merged.text.contains(&"[".repeat(depth))));
}

#[test]
fn hostile_values_are_merged_as_they_are() {
    let ours = with_values(HOSTILE);
    let merged = merge(r#"{"env": {"A": "before"}}"#, &ours).expect("merged");
    let read: Value = serde_json::from_str(&merged.text).expect("JSON");
    for variable in &ours {
        assert_eq!(read["env"][variable.name], variable.value.as_str());
    }
}

/// Any JSON, of no great depth.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(Value::from_iter),
        ]
    })
}

proptest! {
    #[test]
    fn any_file_keeps_what_is_not_ours(
        file in proptest::collection::btree_map(any::<String>(), any_json(), 0..5),
        env in proptest::collection::btree_map("[A-Z_]{1,12}", any::<String>(), 0..5),
        pretty in any::<bool>(),
    ) {
        let mut file = Value::from_iter(file);
        file["env"] = Value::from_iter(env);
        let text = if pretty { format!("{file:#}") } else { file.to_string() };
        let mut expected = file;
        for variable in variables(&options(), Way::Direct) {
            expected["env"][variable.name] = json!(variable.value);
        }
        prop_assert_eq!(merged(&text), expected);
    }

    #[test]
    fn any_text_is_merged_or_refused(text in any::<String>()) {
        if let Ok(merged) = merge(&text, &variables(&options(), Way::Direct)) {
            prop_assert!(serde_json::from_str::<Value>(&merged.text).is_ok());
        }
    }
}
