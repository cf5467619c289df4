//! `daybook user ...`, beside a running server.

use super::Deciding;
use crate::support::telemetry::call;

#[test]
fn the_command_merges_and_splits_beside_a_running_server() {
    let all = Deciding::start();
    all.tell(vec![call("ada@example.com", "one", 0, 5), call("bob@example.com", "two", 0, 7)]);
    let merge = ["user", "merge", "bob@example.com", "ada@example.com"];
    let said = all.server.command(&merge);
    assert!(said.contains("1 sessions would go") && said.contains("--yes"), "{said}");
    assert_eq!(all.tokens("ada@example.com"), 5);
    all.server.command(&[&merge[..], &["--yes"]].concat());
    all.tell(vec![call("bob@example.com", "three", 0, 1)]);
    assert_eq!((all.tokens("ada@example.com"), all.tokens("bob@example.com")), (13, 0));
    all.server.command(&["user", "split", "ada@example.com", "bob@example.com", "--yes"]);
    all.tell(vec![call("bob@example.com", "four", 0, 1)]);
    assert_eq!((all.tokens("ada@example.com"), all.tokens("bob@example.com")), (5, 9));
}

#[test]
fn the_command_lists_exports_and_erases() {
    let all = Deciding::start();
    all.tell(vec![call("ada@example.com", "one", 0, 5)]);
    assert!(all.server.command(&["user", "list"]).contains("ada@example.com"));
    let export = all.server.command(&["user", "export", "ada@example.com"]);
    let export: serde_json::Value = serde_json::from_str(&export).expect("JSON");
    assert_eq!(export["usage"][0]["output_tokens"], 5);
    let refused = all.server.refused(&["user", "erase", "ada@example.com", "--confirm", "ada"]);
    assert!(refused.contains("once more"), "{refused}");
    let erase = ["user", "erase", "ada@example.com", "--confirm", "ada@example.com"];
    assert!(all.server.command(&erase).contains("erased user 1"));
    assert_eq!((all.tokens("ada@example.com"), all.tokens_of_name("erased user 1")), (0, 5));
    assert!(!all.server.command(&["user", "list"]).contains("ada@example.com"));
}
