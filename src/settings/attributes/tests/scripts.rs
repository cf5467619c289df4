//! The script for everybody, run by a shell; its PowerShell twin by its text.

use std::process::Command;

use super::super::{posix, power_shell};
use super::people;

/// Everybody of these tests.
const FILE: &str = "email,name\n\
    Ada@Example.com,\"Ada 'the' $(touch /tmp/never) `id` Lovelace\"\n\
    o'brien@example.com,O'Brien\n\
    twin@example.com,One\n\
    twin@example.org,Two\n\
    \"*@example.com\",Star\n";

/// What a shell sets for a person.
fn set_for(shell: &str, email: &str) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("daybook-attributes.sh");
    std::fs::write(&script, posix(&people(FILE))).expect("written");
    let output = Command::new(shell)
        .args(["-c", "set -eu; . \"$1\"; printf '%s' \"${OTEL_RESOURCE_ATTRIBUTES-unset}\"", "-"])
        .arg(&script)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder.path())
        .env("DAYBOOK_USER_EMAIL", email)
        .output()
        .ok()?;
    assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{shell}");
    Some(String::from_utf8(output.stdout).expect("text"))
}

#[test]
fn the_script_picks_whoever_runs_it() {
    let ada = &people(FILE).people[0].attributes;
    let mut tried = 0;
    for shell in ["sh", "bash", "dash", "zsh", "ksh"] {
        let Some(found) = set_for(shell, "ada@example.com") else { continue };
        tried += 1;
        assert_eq!(&found, ada, "{shell}");
        assert_eq!(set_for(shell, "ADA@EXAMPLE.COM").as_ref(), Some(ada), "{shell}");
        assert_eq!(set_for(shell, "ada").as_ref(), Some(ada), "the login is one person's");
        let of = |email: &str| set_for(shell, email).expect("the shell is there");
        assert!(of("o'brien@example.com").contains("user.name=O%27Brien"));
        assert!(of("twin@example.org").contains("user.name=Two"));
        assert_eq!(of("twin"), "unset", "two people have this login");
        assert_eq!(of("nobody@example.com"), "unset", "a star is no pattern");
        assert_eq!(of("$(id)"), "unset");
    }
    assert!(tried > 0, "there is a shell");
}

#[test]
fn power_shell_knows_everybody() {
    let script = power_shell(&people(FILE));
    assert!(script.is_ascii());
    for line in [
        "$daybookPeople['o''brien@example.com'] = 'user.email=o%27brien@example.com,user.name=O%27Brien'",
        "$daybookPeople['o''brien'] = 'user.email=o%27brien@example.com,user.name=O%27Brien'",
        "$daybookPeople['twin@example.org'] = ",
    ] {
        assert!(script.contains(line), "{script}");
    }
    assert!(!script.contains("$daybookPeople['twin'] ="), "two people have this login");
}
