//! Usage nobody is known of, with whose it may be and why.

use serde_json::{Value, json};

use super::{Deciding, linked, unnamed};
use crate::support::telemetry::{call, text};

impl Deciding {
    /// What is said of a stand-in: emails with reasons.
    fn suggested(&self, stand_in: &str) -> Vec<(String, String)> {
        let all = self.server.get("/api/v1/unattributed").json();
        let rows = all["data"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["stand_in"] == stand_in).expect("the stand-in");
        let word = |it: &Value, key: &str| it[key].as_str().expect("a word").to_owned();
        let suggestions = row["suggestions"].as_array().expect("suggestions");
        suggestions.iter().map(|it| (word(it, "email"), word(it, "reason"))).collect()
    }
}

#[test]
fn an_install_that_signed_in_with_a_known_account_is_suggested() {
    let all = Deciding::start();
    let with_account = |mut record: opentelemetry_proto::tonic::logs::v1::LogRecord| {
        record.attributes.push(text("user.account_uuid", "account-of-ada"));
        record
    };
    all.tell(vec![with_account(call("ada@example.com", "one", 0, 5))]);
    all.tell(vec![with_account(unnamed("laptop", "two", 0, 7)), unnamed("laptop", "three", 0, 11)]);
    assert_eq!(all.tokens("ada@example.com"), 12, "the account attributes what carries it");
    let expected = ("ada@example.com".to_owned(), "same_install".to_owned());
    assert_eq!(all.suggested("install:laptop"), [expected]);
    assert_eq!(all.merge("install:laptop", "ada@example.com").status, 200);
    assert_eq!(all.tokens("ada@example.com"), 23);
}

#[test]
fn the_only_newcomer_is_suggested_and_of_two_neither() {
    let all = Deciding::start();
    all.tell(vec![unnamed("laptop", "one", 0, 7)]);
    all.tell(vec![call("ada@example.com", "two", 0, 5)]);
    let expected = ("ada@example.com".to_owned(), "only_newcomer".to_owned());
    assert_eq!(all.suggested("install:laptop"), [expected]);
    all.tell(vec![call("bob@example.com", "three", 0, 5)]);
    assert_eq!(all.suggested("install:laptop"), []);
}

#[test]
fn whom_somebody_split_an_install_from_is_not_suggested_again() {
    let all = Deciding::start();
    all.tell(vec![linked("ada@example.com", "laptop", "one", 5), unnamed("laptop", "two", 0, 7)]);
    all.split("ada@example.com", "laptop");
    assert_eq!(all.suggested("install:laptop"), []);
}

#[test]
fn what_says_nothing_of_who_it_is_of_is_listed_and_of_nobody() {
    let all = Deciding::start();
    all.tell(vec![call("", "one", 0, 7), call("ada@example.com", "two", 0, 1)]);
    assert_eq!(all.suggested("unknown"), []);
    let listed = all.server.get("/api/v1/unattributed").json();
    assert_eq!(listed["data"][0]["output_tokens"], json!(7));
    assert_eq!(all.merge("unknown", "ada@example.com").status, 409);
    let id = all.id("unknown");
    let erase = all.post(&format!("/api/v1/users/{id}/erase"), &json!({"confirm": id}));
    assert_eq!(erase.status, 409, "{}", erase.json());
}
