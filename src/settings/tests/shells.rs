//! Shell variables by the shells themselves, as many as there are; fish by its rules.

use std::io::Write;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::{HOSTILE, TOKEN, options, pairs, with_values};
use crate::settings::{Variable, headers_helper, shell};

/// Every shell of the kin of sh that may be there.
const SHELLS: &[&str] = &["sh", "bash", "dash", "zsh", "ksh", "mksh", "busybox"];

/// Runs a shell over a script; `None` where there is no such shell.
fn run(shell: &str, script: &str, environment: &[(&str, &str)]) -> Option<std::process::Output> {
    let mut command = Command::new(shell);
    if shell == "busybox" {
        command.arg("sh");
    }
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8");
    command.envs(environment.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(script.as_bytes()).expect("written");
    drop(stdin);
    Some(child.wait_with_output().expect("it ends"))
}

/// What every shell made of the variables, by what it hands to a program.
fn assert_read_back(variables: &[Variable]) {
    let script = shell::posix(variables).expect("carried");
    let mut tried = 0;
    for shell in SHELLS {
        let Some(output) = run(shell, &format!("{script}\nenv -0\n"), &[]) else { continue };
        tried += 1;
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{shell}");
        let printed = String::from_utf8(output.stdout).expect("text");
        let found: Vec<(&str, &str)> =
            printed.split('\0').filter_map(|pair| pair.split_once('=')).collect();
        for variable in variables {
            let value = found.iter().find(|(name, _)| *name == variable.name).map(|(_, it)| *it);
            assert_eq!(value, Some(variable.value.as_str()), "{shell}: {}", variable.name);
        }
    }
    assert!(tried > 0, "there is a shell");
}

#[test]
fn shells_read_it_back() {
    assert_read_back(&with_values(HOSTILE));
}

#[test]
fn what_no_environment_holds_is_refused() {
    let variables = with_values(&["a\0b"]);
    for refused in [shell::posix(&variables), shell::fish(&variables)] {
        assert!(refused.expect_err("refused").to_string().contains("take it out"));
    }
}

/// Reads `set -gx NAME 'value'` lines as fish does: between single quotes a backslash is itself
/// unless a quote or a backslash follows it.
fn fish(script: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = script;
    while !rest.is_empty() {
        rest = rest.strip_prefix("set -gx ").expect("a command");
        let (name, value) = rest.split_once(" '").expect("a value");
        let (mut text, mut letters) = (String::new(), value.char_indices());
        let end = loop {
            let (place, letter) = letters.next().expect("an end");
            match letter {
                '\'' => break place,
                '\\' if value[place + 1..].starts_with(['\'', '\\']) => {
                    text.extend(letters.next().map(|(_, letter)| letter));
                }
                letter => text.push(letter),
            }
        };
        found.push((name.to_owned(), text));
        rest = value[end + 1..].strip_prefix('\n').expect("the end of a line");
    }
    found
}

#[test]
fn fish_reads_it_back() {
    let variables = with_values(HOSTILE);
    assert_eq!(fish(&shell::fish(&variables).expect("carried")), pairs(&variables));
}

#[test]
fn the_headers_script_tells_the_token_of_whoever_runs_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_str().expect("text");
    for shell in SHELLS {
        let Some(none) = run(shell, headers_helper::script(), &[("HOME", home)]) else { continue };
        assert_eq!((none.status.code(), none.stdout.as_slice()), (Some(1), &b""[..]), "{shell}");
        assert!(String::from_utf8_lossy(&none.stderr).contains("no ingest token"), "{shell}");
        let stored = run(shell, &headers_helper::store_token(&options()), &[("HOME", home)]);
        assert!(stored.expect("the shell is there").status.success(), "{shell}");
        let told = run(shell, headers_helper::script(), &[("HOME", home)]).expect("the shell");
        let headers: serde_json::Value = serde_json::from_slice(&told.stdout).expect("JSON");
        assert_eq!(headers, serde_json::json!({"Authorization": format!("Bearer {TOKEN}")}));
        std::fs::remove_dir_all(folder.path().join(".config")).expect("removed");
    }
}

#[cfg(unix)]
#[test]
fn a_stored_token_is_read_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_str().expect("text");
    run("sh", &headers_helper::store_token(&options()), &[("HOME", home)]).expect("a shell");
    let mode = |path: &str| {
        std::fs::metadata(folder.path().join(path)).expect("it is there").permissions().mode()
    };
    assert_eq!(mode(".config/daybook/ingest-token") & 0o777, 0o600);
    assert_eq!(mode(".config/daybook") & 0o777, 0o700);
}

#[test]
fn a_token_that_is_none_never_becomes_json() {
    for hostile in ["\"}; id; {\"", "dbk_ingest_a\"b", "dbk_ingest_$(id)", "dbk_ingest_", "x\ny"] {
        let told = run(
            "sh",
            headers_helper::script(),
            &[("DAYBOOK_INGEST_TOKEN", hostile), ("HOME", "/")],
        );
        let told = told.expect("a shell");
        assert_eq!((told.status.code(), told.stdout.as_slice()), (Some(1), &b""[..]), "{hostile}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_is_read_back_by_shells(values in proptest::collection::vec("[^\0]{0,40}", 20)) {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let variables = with_values(&values);
        assert_read_back(&variables);
        prop_assert_eq!(fish(&shell::fish(&variables).expect("carried")), pairs(&variables));
    }
}
