//! Merging and splitting, through the front door.

use daybook_schema::derived;
use serde_json::json;

use super::{Deciding, linked, unnamed};
use crate::support::telemetry::call;

#[test]
fn a_merge_moves_history_and_what_comes_later() {
    let all = Deciding::start();
    all.tell(vec![call("ada@example.com", "one", 0, 5), call("bob@example.com", "two", 0, 7)]);
    let answer = all.merge("bob@example.com", "ada@example.com");
    assert_eq!(answer.status, 200, "{}", answer.json());
    assert_eq!(answer.json()["moves"][0]["sessions"], 1);
    assert_eq!((all.tokens("ada@example.com"), all.tokens("bob@example.com")), (12, 0));
    all.tell(vec![call("bob@example.com", "three", 0, 11)]);
    assert_eq!((all.tokens("ada@example.com"), all.tokens("bob@example.com")), (23, 0));
}

#[test]
fn a_session_that_began_before_somebody_signed_in_is_one() {
    let all = Deciding::start();
    all.tell(vec![unnamed("laptop", "one", 1, 5), linked("ada@example.com", "laptop", "one", 7)]);
    assert_eq!(all.tokens("ada@example.com"), 12);
    let users = all.users();
    assert_eq!(users.len(), 1, "{users:?}");
    assert_eq!(users[0]["sessions"], 1);
    assert_eq!(all.server.daily("daily-activity", "")[0]["sessions"], 1);
}

#[test]
fn a_split_takes_a_merge_back() {
    let all = Deciding::start();
    all.tell(vec![call("ada@example.com", "one", 0, 5), call("bob@example.com", "two", 0, 7)]);
    let before = all.server.store().read(derived::dump).expect("rows");
    all.merge("bob@example.com", "ada@example.com");
    let answer = all.split("ada@example.com", "bob@example.com");
    assert_eq!(answer.status, 200, "{}", answer.json());
    assert_eq!(all.server.store().read(derived::dump).expect("rows"), before);
}

#[test]
fn a_split_install_is_no_longer_whom_telemetry_linked_it_with() {
    let all = Deciding::start();
    all.tell(vec![linked("ada@example.com", "laptop", "one", 5), unnamed("laptop", "two", 0, 7)]);
    assert_eq!(all.tokens("ada@example.com"), 12);
    assert_eq!(all.split("ada@example.com", "laptop").status, 200);
    assert_eq!((all.tokens("ada@example.com"), all.tokens("")), (5, 7));
    all.tell(vec![linked("ada@example.com", "laptop", "three", 1)]);
    assert_eq!((all.tokens("ada@example.com"), all.tokens("")), (6, 7), "linked once more");
}

#[test]
fn a_stand_in_is_merged_and_split_again() {
    let all = Deciding::start();
    all.tell(vec![call("ada@example.com", "one", 0, 5), unnamed("laptop", "two", 0, 7)]);
    assert_eq!(all.merge("install:laptop", "ada@example.com").status, 200);
    assert_eq!((all.tokens("ada@example.com"), all.tokens("")), (12, 0));
    all.tell(vec![unnamed("laptop", "three", 0, 1)]);
    assert_eq!((all.tokens("ada@example.com"), all.tokens("")), (13, 0));
}

#[test]
fn a_preview_says_what_moves_and_moves_nothing() {
    let all = Deciding::start();
    all.tell(vec![call("ada@example.com", "one", 0, 5), call("bob@example.com", "two", 0, 7)]);
    let path = format!("/api/v1/users/{}/merge", all.id("ada@example.com"));
    let body = json!({"user": all.id("bob@example.com"), "preview": true});
    let answer = all.post(&path, &body).json();
    assert_eq!((&answer["preview"], &answer["days"]), (&json!(true), &json!(1)));
    assert_eq!(answer["moves"][0]["sessions"], 1);
    assert_eq!((all.tokens("ada@example.com"), all.tokens("bob@example.com")), (5, 7));
}

#[test]
fn a_rebuild_honours_what_was_decided() {
    let mut all = Deciding::start();
    all.tell(vec![
        call("ada@example.com", "one", 0, 5),
        linked("bob@example.com", "laptop", "two", 7),
        unnamed("laptop", "three", 0, 2),
        unnamed("desktop", "four", 0, 3),
    ]);
    all.merge("install:desktop", "ada@example.com");
    all.merge("bob@example.com", "ada@example.com");
    all.split("ada@example.com", "laptop");
    all.tell(vec![unnamed("laptop", "five", 0, 1), call("bob@example.com", "six", 0, 1)]);
    all.server.stop();
    let live = all.server.store().read(derived::dump).expect("rows");
    all.server.command(&["rebuild"]);
    assert_eq!(all.server.store().read(derived::dump).expect("rows"), live);
}

#[test]
fn what_cannot_be_decided_is_refused_with_the_reason() {
    let all = Deciding::start();
    all.tell(vec![call("ada@example.com", "one", 0, 5), unnamed("laptop", "two", 0, 7)]);
    let reason = |answer: crate::support::Answer| {
        (answer.status, answer.json()["detail"].as_str().unwrap_or_default().to_owned())
    };
    let (status, said) = reason(all.merge("ada@example.com", "install:laptop"));
    assert!(status == 409 && said.contains("somebody with an email"), "{status} {said}");
    let (status, said) = reason(all.merge("ada@example.com", "ada@example.com"));
    assert!(status == 409 && said.contains("already"), "{status} {said}");
    let (status, said) = reason(all.split("ada@example.com", "ada@example.com"));
    assert!(status == 409 && said.contains("itself"), "{status} {said}");
    let nobody = all.post("/api/v1/users/usr_00000000000000ff/merge", &json!({"user": "usr_1"}));
    assert_eq!(nobody.status, 404);
}

#[test]
fn decisions_are_written_down_without_naming_anybody() {
    let all = Deciding::start();
    all.tell(vec![call("ada@example.com", "one", 0, 5), call("bob@example.com", "two", 0, 7)]);
    all.merge("bob@example.com", "ada@example.com");
    let log = all.server.store().read(|conn| daybook_schema::audit_log::page(conn, i64::MAX, 100));
    let log = log.expect("rows");
    let row = log.iter().find(|row| row.action == "user.merge").expect("a row");
    assert_eq!(row.subject, all.id("bob@example.com"));
    assert!(log.iter().all(|row| !format!("{row:?}").contains("example.com")), "{log:?}");
}
