//! The tables: variables, choices and forms.

use std::collections::HashSet;

use super::{TOKEN, options};
use crate::settings::forms::{FORMS, form};
use crate::settings::options::{CHOICES, Kind};
use crate::settings::{Options, Way, printed, variables};

/// The value of a variable.
fn value(options: &Options, way: Way, name: &str) -> Option<String> {
    variables(options, way).into_iter().find(|it| it.name == name).map(|it| it.value)
}

#[test]
fn defaults_are_right() {
    let settings: serde_json::Value =
        serde_json::from_str(&printed("http://127.0.0.1:8080", TOKEN).expect("settings"))
            .expect("JSON");
    assert_eq!(
        settings,
        serde_json::json!({"env": {
            "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
            "OTEL_METRICS_EXPORTER": "otlp",
            "OTEL_LOGS_EXPORTER": "otlp",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:8080/api/otel",
            "OTEL_EXPORTER_OTLP_HEADERS": format!("Authorization=Bearer {TOKEN}"),
            "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta",
            "OTEL_LOG_USER_PROMPTS": "0",
            "OTEL_LOG_ASSISTANT_RESPONSES": "0",
            "OTEL_LOG_TOOL_DETAILS": "0",
        }})
    );
}

#[test]
fn every_choice_changes_the_variables() {
    for (name, chosen, variable, expected) in [
        ("tool_details", "on", "OTEL_LOG_TOOL_DETAILS", Some("1")),
        ("signals", "metrics", "OTEL_LOGS_EXPORTER", Some("none")),
        ("signals", "logs", "OTEL_METRICS_EXPORTER", Some("none")),
        (
            "temporality",
            "cumulative",
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
            Some("cumulative"),
        ),
        ("endpoint_each", "on", "OTEL_EXPORTER_OTLP_ENDPOINT", None),
        (
            "endpoint_each",
            "on",
            "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
            Some("https://daybook.example.com/api/otel/v1/logs"),
        ),
        ("metric_interval_ms", "10000", "OTEL_METRIC_EXPORT_INTERVAL", Some("10000")),
        ("log_interval_ms", "1000", "OTEL_LOGS_EXPORT_INTERVAL", Some("1000")),
    ] {
        let mut options = options();
        assert_eq!(options.choose(name, chosen), Ok(true), "{name}");
        assert_eq!(options.chosen(name), chosen);
        assert_eq!(value(&options, Way::Direct, variable).as_deref(), expected, "{name}");
    }
}

#[test]
fn every_choice_that_is_offered_is_taken() {
    for choice in CHOICES {
        let mut options = options();
        match choice.kind {
            Kind::OneOf(words) => {
                assert_eq!(options.chosen(choice.name), words[0].0, "the first is the default");
                for (word, _) in words {
                    assert_eq!(options.choose(choice.name, word), Ok(true), "{}", choice.name);
                    assert_eq!(options.chosen(choice.name), *word);
                }
            }
            Kind::Milliseconds(usual) => {
                assert_eq!(options.choose(choice.name, &usual.to_string()), Ok(true));
                for wrong in ["0", "999", "3600001", "-1", "1.5", "NaN", "99999999999999999999"] {
                    assert!(options.choose(choice.name, wrong).is_err(), "{wrong}");
                }
            }
            Kind::Url(usual) => assert_eq!(options.chosen(choice.name), usual),
        }
        assert_eq!(options.choose(choice.name, ""), Ok(true), "nothing chooses nothing");
    }
    assert_eq!(options().choose("nobody_knows", "1"), Ok(false));
    assert!(options().choose("signals", "traces").expect_err("refused").cure.contains("`both`"));
}

#[test]
fn only_an_ingest_token_is_handed_out() {
    let api = TOKEN.replace("ingest", "api");
    let quoted = TOKEN.replace('f', "\"");
    for token in ["", "dbk_ingest_", &api, &quoted, &format!("{TOKEN}\n,x=y"), "Bearer x"] {
        let refused = Options::new("https://a", token, "x").expect_err("refused").to_string();
        assert!(refused.contains("not an ingest token"), "{refused}");
        let shown = token.len() > 12 && refused.contains(&token[12..]);
        assert!(!shown, "what was given is not repeated: {refused}");
    }
}

#[test]
fn the_token_is_where_it_must_be_alone() {
    for way in [Way::WithHelper, Way::OverCollector] {
        assert!(variables(&options(), way).iter().all(|it| !it.value.contains(TOKEN)));
    }
    for form in FORMS {
        let files = form.files(&options()).expect("files");
        let with_token: Vec<&str> =
            files.iter().filter(|it| it.text.contains(TOKEN)).map(|it| it.name).collect();
        match form.id {
            "collector" => assert!(with_token.is_empty(), "{with_token:?}"),
            "headers-helper" => assert_eq!(with_token, ["store-token.sh"]),
            _ => assert_eq!(with_token.len(), files.len(), "{}", form.id),
        }
    }
}

#[test]
fn every_form_says_where_it_goes_and_what_to_do_after() {
    let mut ids = HashSet::new();
    for form in FORMS {
        assert!(ids.insert(form.id), "{} stands once", form.id);
        let restarts = form.steps.last().is_some_and(|step| step.contains("Quit Claude Code"));
        assert!(restarts, "{} ends with the restart", form.id);
        assert!(!form.warnings.is_empty() && !form.purpose.is_empty());
        let files = form.files(&options()).expect("files");
        let names: HashSet<&str> = files.iter().map(|file| file.name).collect();
        assert_eq!(names.len(), files.len(), "{}: names differ", form.id);
        for file in &files {
            assert!(!file.places.is_empty() && file.text.ends_with('\n'), "{}", file.name);
        }
        assert!(!form.merges || files[0].name.ends_with("settings.json"), "{}", form.id);
    }
    let refused = form("nobody-knows").err().expect("refused").to_string();
    assert!(FORMS.iter().all(|form| refused.contains(form.id)), "{refused}");
}

#[test]
fn every_variable_is_explained() {
    let mut options = options();
    for (name, value) in [("metric_interval_ms", "10000"), ("log_interval_ms", "10000")] {
        options.choose(name, value).expect("taken");
    }
    for variable in variables(&options, Way::Direct) {
        assert!(variable.explains.ends_with('.'), "{}", variable.name);
    }
}

#[test]
fn what_bites_is_said() {
    let said =
        |address: &str| Options::new(address, TOKEN, "x").expect("options").warnings().concat();
    assert!(said("http://127.0.0.1:8080").contains("this machine"));
    assert!(said("http://daybook.example.com").contains("not encrypted"));
    assert_eq!(said("https://daybook.example.com"), "");
}
