//! Erasing a person: who it was goes, from what is stored and from what comes later.

use daybook_jobs::signal;
use daybook_schema::{derived, erasures};
use daybook_test_database::{Backend, backend};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use serde_json::json;

use super::{Deciding, linked, unnamed};
use crate::support::corpus;
use crate::support::server::until;
use crate::support::telemetry::{call, logs, text};

/// The person who is erased, and her laptop.
const ADA: &str = "ada@example.com";
const LAPTOP: &str = "3f1b7c0a-the-laptop-of-ada";

impl Deciding {
    /// Erases a user, and waits until kept telemetry is clean too.
    pub(super) fn erase(&self, email: &str) {
        let id = self.id(email);
        let path = format!("/api/v1/users/{id}");
        let answer = self.post(&format!("{path}/erase"), &json!({"confirm": email}));
        assert_eq!(answer.status, 202, "{}", answer.json());
        until(|| self.server.get(&path).json()["erasure"]["telemetry_cleaned"] == true);
    }

    /// Fails if a text stands in anything that is kept.
    fn assert_nothing_names(&self, texts: &[&str]) {
        for (place, bytes) in self.kept() {
            let kept = String::from_utf8_lossy(&bytes).to_lowercase();
            for text in texts {
                assert!(!kept.contains(&text.to_lowercase()), "{text} stands in {place}");
            }
        }
    }

    /// Everything that is kept, unpacked where it is packed, with where it is.
    fn kept(&self) -> Vec<(String, Vec<u8>)> {
        let store = self.server.store();
        let bodies = store.read(|conn| erasures::bodies_after(conn, 0, 10_000)).expect("bodies");
        let mut kept: Vec<(String, Vec<u8>)> = bodies
            .into_iter()
            .map(|(id, .., body)| (format!("body {id}"), signal::unpack(&body).expect("unpacks")))
            .collect();
        match backend() {
            Backend::Sqlite => {
                let files = std::fs::read_dir(self.server.folder()).expect("a folder");
                kept.extend(files.flatten().map(|file| {
                    let path = file.path();
                    (path.display().to_string(), std::fs::read(&path).unwrap_or_default())
                }));
            }
            Backend::Postgres => {
                let data = self.server.data();
                let tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
                kept.extend(data.ask(tables).lines().map(|table| {
                    let rows = data.ask(&format!("SELECT t::text FROM {table} t"));
                    (table.to_owned(), rows.into_bytes())
                }));
            }
        }
        kept
    }

    /// Output tokens of whoever is called so.
    pub(super) fn tokens_of_name(&self, name: &str) -> i64 {
        let rows = self.server.daily("daily-usage", "");
        let theirs = rows.iter().filter(|row| row["user_name"] == name);
        theirs.map(|row| row["output_tokens"].as_i64().expect("tokens")).sum()
    }
}

/// A record with something besides.
fn with(record: LogRecord, key: &str, value: &str) -> LogRecord {
    let mut record = record;
    record.attributes.push(text(key, value));
    record
}

/// Ada at work, on a laptop that names her and one that does not; Bob speaks of her.
fn some_work() -> Vec<LogRecord> {
    vec![
        with(linked(ADA, LAPTOP, "one", 5), "user.name", "Ada of the Tests"),
        with(linked("Ada%40Example.com", LAPTOP, "two", 7), "prompt", "I am ada@example.com"),
        unnamed(LAPTOP, "three", 0, 11),
        with(call("bob@example.com", "four", 0, 13), "tool_input", "mail ADA@example.com"),
    ]
}

#[test]
fn after_an_erasure_nothing_that_is_kept_names_the_person() {
    let all = Deciding::start();
    all.tell(some_work());
    all.erase(ADA);
    all.assert_nothing_names(&[ADA, "ada%40example.com", LAPTOP, "Ada of the Tests"]);
    assert_eq!(all.tokens("bob@example.com"), 13);
}

#[test]
fn an_install_of_a_session_of_the_person_is_hidden_where_it_stands_alone_too() {
    let all = Deciding::start();
    all.tell(vec![call(ADA, "one", 0, 5), unnamed(LAPTOP, "one", 1, 7)]);
    all.tell(vec![unnamed(LAPTOP, "alone", 0, 11)]);
    all.id(&format!("install:{LAPTOP}"));
    all.erase(ADA);
    all.assert_nothing_names(&[ADA, LAPTOP]);
    assert_eq!(all.tokens_of_name("erased user 1"), 5 + 7);
}

#[test]
fn figures_stay_under_a_number() {
    let all = Deciding::start();
    all.tell(some_work());
    let id = all.id(ADA);
    all.erase(ADA);
    assert_eq!((all.tokens(ADA), all.tokens_of_name("erased user 1")), (0, 23));
    let user = all.server.get(&format!("/api/v1/users/{id}")).json();
    assert_eq!((&user["email"], &user["name"]), (&json!(null), &json!("erased user 1")));
}

#[test]
fn what_comes_late_is_counted_and_does_not_bring_the_person_back() {
    let all = Deciding::start();
    all.tell(some_work());
    all.erase(ADA);
    let other = "9c2e-another-laptop-of-ada";
    all.tell(vec![with(linked(ADA, other, "five", 17), "user.name", "Ada of the Tests")]);
    all.tell(vec![unnamed(LAPTOP, "six", 0, 19)]);
    assert_eq!(all.tokens_of_name("erased user 1"), 23 + 17 + 19);
    let users = all.users();
    assert!(users.iter().all(|user| user["email"] != ADA), "{users:?}");
    for (place, bytes) in all.kept().iter().filter(|(place, _)| place.starts_with("body")) {
        let body = String::from_utf8_lossy(bytes);
        let names = [ADA, other, LAPTOP, "Ada of the Tests"];
        assert!(!names.iter().any(|name| body.contains(name)), "{place}: {body}");
    }
}

#[test]
fn a_copy_that_comes_after_the_erasure_is_not_counted_again() {
    let all = Deciding::start();
    let work = some_work();
    all.tell(work.clone());
    all.erase(ADA);
    for record in work {
        all.server
            .replay(&all.connection, &[logs(vec![record.clone(), call("c@x.com", "c", 0, 1)])]);
    }
    all.server.settle();
    assert_eq!((all.tokens_of_name("erased user 1"), all.tokens("bob@example.com")), (23, 13));
}

#[test]
fn a_rebuild_gives_the_same_rows_and_not_the_person() {
    let mut all = Deciding::start();
    for run in ["r14a-oauth-and-resource-email", "r02-proto-cumulative", "r06-traces"] {
        all.server.replay(&all.connection, &corpus::run(run).requests);
    }
    all.tell(some_work());
    let named: Vec<String> =
        all.users().iter().filter_map(|user| user["email"].as_str().map(str::to_owned)).collect();
    assert!(named.len() > 2, "{named:?}");
    let before = all.server.daily("daily-usage", "").len();
    for email in &named {
        all.erase(email);
    }
    all.tell(vec![linked(ADA, LAPTOP, "late", 17)]);
    assert_eq!(all.server.daily("daily-usage", "").len(), before);
    all.server.stop();
    let live = all.server.store().read(derived::dump).expect("rows");
    all.server.command(&["rebuild"]);
    let rebuilt = all.server.store().read(derived::dump).expect("rows");
    for (live, rebuilt) in live.iter().zip(&rebuilt) {
        assert_eq!(live, rebuilt);
    }
    let names: Vec<&str> = named.iter().map(String::as_str).collect();
    let text = format!("{rebuilt:?}");
    assert!(names.iter().all(|name| !text.contains(name)), "{names:?}");
}

#[test]
fn who_was_merged_is_erased_too_and_neither_is_decided_about_again() {
    let all = Deciding::start();
    all.tell(vec![call(ADA, "one", 0, 5), call("a@example.org", "two", 0, 7)]);
    all.tell(vec![call("bob@example.com", "three", 0, 1)]);
    all.merge("a@example.org", ADA);
    let (merged, bob) = (all.id("a@example.org"), all.id("bob@example.com"));
    all.erase(ADA);
    all.assert_nothing_names(&[ADA, "a@example.org"]);
    assert_eq!(all.tokens_of_name("erased user 1"), 12);
    let answer = all.post(&format!("/api/v1/users/{bob}/merge"), &json!({"user": merged}));
    assert_eq!(answer.status, 409, "{}", answer.json());
}

#[test]
fn an_erasure_is_confirmed_by_the_email() {
    let all = Deciding::start();
    all.tell(vec![call(ADA, "one", 0, 5)]);
    let path = format!("/api/v1/users/{}/erase", all.id(ADA));
    for wrong in ["", "yes", "Ada", "bob@example.com"] {
        assert_eq!(all.post(&path, &json!({"confirm": wrong})).status, 409, "{wrong}");
    }
    assert_eq!(all.tokens(ADA), 5);
}

#[test]
fn a_pseudonym_that_nobody_was_given_names_nobody() {
    let all = Deciding::start();
    all.tell(vec![call(ADA, "one", 0, 5)]);
    all.erase(ADA);
    all.tell(vec![call("erased:00000000000000ff", "two", 0, 7)]);
    assert_eq!((all.tokens_of_name("erased user 1"), all.tokens("")), (5, 5 + 7));
}
