//! `daybook pattern ...` beside the running server.

use serde_json::Value;

use super::OWN;

#[test]
fn a_pattern_is_added_switched_listed_and_deleted() {
    let server = &OWN.server;
    server.command(&["pattern", "add", "by-command", "CMD-[0-9]{4}"]);
    let enabled = || OWN.pattern("by-command").map(|row| row["enabled"] == true);
    assert_eq!(enabled(), Some(true));
    server.command(&["pattern", "disable", "by-command"]);
    assert_eq!(enabled(), Some(false));
    server.command(&["pattern", "enable", "by-command"]);
    let all: Value =
        serde_json::from_str(&server.command(&["pattern", "list", "--json"])).expect("JSON");
    let rows = all["data"].as_array().expect("patterns");
    let row = rows.iter().find(|row| row["name"] == "by-command").expect("it is listed");
    assert_eq!(Some(row.clone()), OWN.pattern("by-command"));
    assert!(server.command(&["pattern", "list"]).contains("by-command\ton\t"));
    server.command(&["pattern", "delete", "by-command"]);
    assert_eq!(enabled(), None);
}

#[test]
fn what_is_refused_is_said_with_its_cure() {
    let server = &OWN.server;
    for (arguments, cure) in [
        (&["pattern", "add", "short", "x+"][..], "bounded repetitions"),
        (&["pattern", "add", "short", "[0-9a-f]{40}"], "--confirm"),
        (&["pattern", "add", "github-pat", "GHX-[0-9]{4}"], "choose another name"),
        (&["pattern", "enable", "nobody"], "pattern list"),
        (&["pattern", "delete", "nobody"], "pattern list"),
    ] {
        let said = server.refused(arguments);
        assert!(said.contains(cure), "{arguments:?}: {said}");
    }
    let confirmed = ["pattern", "add", "cmd-confirmed", "[0-9a-f]{40}", "--confirm"];
    server.command(&confirmed);
    assert!(OWN.pattern("cmd-confirmed").is_some());
}

#[test]
fn a_pattern_is_tried_on_a_file() {
    let file = OWN.server.folder().join("sample.txt");
    let try_on = |sample: &[u8]| {
        std::fs::write(&file, sample).expect("written");
        crate::support::server::daybook(&[
            "pattern",
            "test",
            "TRY-[0-9]{2}",
            &file.display().to_string(),
        ])
    };
    let tried = try_on(b"a TRY-12 b\n");
    assert!(tried.status.success());
    assert_eq!(String::from_utf8_lossy(&tried.stdout), "a <REDACTED:your-pattern> b\n");
    assert!(String::from_utf8_lossy(&tried.stderr).contains("1 match"));
    for (sample, cause) in [(vec![b'x'; (64 << 10) + 1], "longer than"), (vec![0xff], "UTF-8")] {
        let refused = try_on(&sample);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains(cause), "{said}");
    }
}
