//! `daybook settings`: every form, merged files, files that are written.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::support::server::daybook;

/// A token that looks like one.
pub(super) const TOKEN: &str =
    "dbk_ingest_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Runs the command with a token.
pub(super) fn settings(arguments: &[&str]) -> Output {
    let always = ["settings", "--token", TOKEN, "--endpoint", "https://daybook.example.com"];
    daybook(&[&always[..], arguments].concat())
}

/// What it prints, of a command that works.
fn printed(arguments: &[&str]) -> String {
    let output = settings(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("text")
}

/// What it says, of a command that fails.
fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The forms there are.
fn forms() -> Vec<Value> {
    let listed: Value = serde_json::from_str(&printed(&["--list", "--json"])).expect("JSON");
    listed["data"].as_array().expect("forms").clone()
}

#[test]
fn every_form_that_is_listed_is_printed() {
    let forms = forms();
    assert!(forms.len() > 8, "{forms:?}");
    let listed = printed(&["--list"]);
    for form in &forms {
        let id = form["id"].as_str().expect("an id");
        assert!(listed.lines().any(|line| line.starts_with(id)), "{id}");
        let text = printed(&["--form", id]);
        let whole: Value = serde_json::from_str(&printed(&["--form", id, "--json"])).expect("JSON");
        for file in whole["files"].as_array().expect("files") {
            assert!(text.contains(file["text"].as_str().expect("text")), "{id}");
            assert!(!file["places"].as_array().expect("places").is_empty(), "{id}");
        }
        assert!(whole["variables"].as_array().expect("variables").len() > 8, "{id}");
    }
}

#[test]
fn what_is_said_of_settings_is_not_in_them() {
    let output = settings(&[]);
    let text = String::from_utf8(output.stdout).expect("text");
    let parsed: Value = serde_json::from_str(&text).expect("JSON alone");
    let header = &parsed["env"]["OTEL_EXPORTER_OTLP_HEADERS"];
    assert_eq!(header.as_str(), Some(format!("Authorization=Bearer {TOKEN}").as_str()));
    let said = String::from_utf8(output.stderr).expect("text");
    for expected in ["~/.claude/settings.json", "Quit Claude Code everywhere", "note: "] {
        assert!(said.contains(expected), "{said}");
    }
    assert!(!said.contains(TOKEN), "the token is said once");
}

#[test]
fn choices_are_taken_and_wrong_ones_refused() {
    let parsed: Value = serde_json::from_str(&printed(&[
        "--tool-details",
        "on",
        "--signals",
        "logs",
        "--temporality",
        "cumulative",
        "--log-interval-ms",
        "1000",
    ]))
    .expect("JSON");
    let env = &parsed["env"];
    assert_eq!(env["OTEL_LOG_TOOL_DETAILS"], "1");
    assert_eq!(env["OTEL_METRICS_EXPORTER"], "none");
    assert_eq!(env["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"], "cumulative");
    assert_eq!(env["OTEL_LOGS_EXPORT_INTERVAL"], "1000");
    for (arguments, expected) in [
        (["--signals", "traces"], "choose `both`"),
        (["--metric-interval-ms", "1"], "1000 to 3600000"),
        (["--form", "carrier-pigeon"], "user-settings"),
        (["--collector", "http://otel/v1/logs"], "has no path"),
    ] {
        let said = refused(&settings(&arguments));
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    let api_token = TOKEN.replace("ingest", "api");
    let said = refused(&daybook(&["settings", "--token", &api_token]));
    assert!(said.contains("not an ingest token") && !said.contains(&api_token), "{said}");
}

/// Merges into a file of some text.
fn merge(folder: &Path, text: &str, arguments: &[&str]) -> Output {
    let file = folder.join("settings.json");
    std::fs::write(&file, text).expect("written");
    let file = file.display().to_string();
    settings(&[&["--merge", file.as_str()], arguments].concat())
}

#[test]
fn a_file_is_merged_into_and_stays_as_it_was_on_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let before = "{\n  \"model\": \"opus\",\n  \"env\": {\"OTEL_LOG_USER_PROMPTS\": \"1\"}\n}\n";
    let output = merge(folder.path(), before, &[]);
    let merged: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(merged["model"], "opus");
    assert_eq!(merged["env"]["OTEL_LOG_USER_PROMPTS"], "0");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("OTEL_LOG_USER_PROMPTS: replaced; it was \"1\""), "{said}");
    let now = std::fs::read_to_string(folder.path().join("settings.json")).expect("read");
    assert_eq!(now, before);
}

#[test]
fn a_broken_file_is_refused_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = refused(&merge(folder.path(), "{\n  // mine\n}", &[]));
    assert!(said.contains("line 2, column 3: comments are no part of JSON"), "{said}");
    let said = refused(&merge(folder.path(), "{}", &["--form", "shell"]));
    assert!(said.contains("no file to merge into"), "{said}");
}

#[test]
fn files_are_written_for_their_owner_and_over_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out").display().to_string();
    printed(&["--form", "headers-helper", "--out", &out]);
    for name in ["daybook-otel-headers", "store-token.sh", "managed-settings.json"] {
        let file = folder.path().join("out").join(name);
        assert!(file.exists(), "{name}");
        #[cfg(unix)]
        {
            let mode = std::fs::metadata(&file).expect("it is there");
            let mode = std::os::unix::fs::PermissionsExt::mode(&mode.permissions());
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
    let said = refused(&settings(&["--form", "headers-helper", "--out", &out]));
    assert!(said.contains("make the file"), "{said}");
}
