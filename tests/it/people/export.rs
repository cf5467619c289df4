//! All that is stored about one person, and nothing of anybody else.

use serde_json::Value;

use super::{Deciding, linked, unnamed};
use crate::support::telemetry::call;

impl Deciding {
    /// What is stored about a user.
    fn export(&self, email: &str) -> Value {
        let path = format!("/api/v1/users/{}/export", self.id(email));
        let authorization = format!("Bearer {}", self.token);
        let answer = self.server.get_with(&path, &[("Authorization", &authorization)]);
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-disposition").starts_with("attachment"));
        answer.json()
    }
}

#[test]
fn an_export_holds_everything_of_the_person_and_nothing_of_others() {
    let all = Deciding::start();
    all.tell(vec![
        linked("ada@example.com", "laptop", "one", 5),
        unnamed("laptop", "two", 0, 7),
        call("bob@example.com", "three", 0, 11),
        call("ada@example.org", "four", 0, 13),
    ]);
    all.merge("ada@example.org", "ada@example.com");
    let export = all.export("ada@example.com");
    let rows = |table: &str| export[table].as_array().expect("rows").len();
    assert_eq!((rows("users"), rows("sessions"), rows("usage"), rows("telemetry")), (2, 3, 3, 3));
    let tokens = |row: &Value| row["attributes"]["output_tokens"].as_i64().expect("tokens");
    let telemetry = export["telemetry"].as_array().expect("records");
    assert_eq!(telemetry.iter().map(tokens).sum::<i64>(), 25);
    let text = export.to_string();
    assert!(text.contains("laptop") && !text.contains("bob@example.com"), "{text}");
}

#[test]
fn an_export_of_who_was_erased_names_nobody() {
    let all = Deciding::start();
    all.tell(vec![linked("ada@example.com", "laptop", "one", 5)]);
    let id = all.id("ada@example.com");
    all.erase("ada@example.com");
    let path = format!("/api/v1/users/{id}/export");
    let authorization = format!("Bearer {}", all.token);
    let answer = all.server.get_with(&path, &[("Authorization", &authorization)]);
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(text.contains("erased user 1"), "{text}");
    assert!(!text.contains("ada@") && !text.contains("laptop"), "{text}");
}
