//! `/me` and its export: what is stored about who asks, and about nobody else.

use prost::Message;
use serde_json::{Value, json};

use crate::support::reporter::record;
use crate::support::telemetry::text as attribute;
use crate::support::{Answer, Browser, Reporter, Server};

/// A name that would be markup, if it were not text.
const HOSTILE: &str = "<script>alert(1)</script>";

/// The text of an answer.
fn text(answer: Answer) -> String {
    assert_eq!(answer.status, 200);
    String::from_utf8(answer.body).expect("text")
}

/// A server to which Ada and Bob reported, Ada with a secret, and Ada as a viewer.
fn reported() -> (Server, Browser) {
    let server = Server::start();
    let connection = server.connection(HOSTILE);
    for (name, tokens) in [("ada", 5.0), ("bob", 7.0)] {
        let body = Reporter::new(name).tokens(&[tokens]).encode_to_vec();
        server.send(&connection, "metrics", &body);
    }
    let ada = Reporter::new("ada");
    // Written so that scanners of this repository see nothing.
    let secret = ["gh", "p_", "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uVwXy"].concat();
    let said = vec![
        attribute("session.id", &ada.session),
        attribute("user.account_uuid", "7a1c0000-ada0"),
        attribute("prompt", &secret),
    ];
    let body = ada.records(vec![record("user_prompt", said)]).encode_to_vec();
    server.send(&connection, "logs", &body);
    server.settle();
    let viewer = server.sign_in("ada@example.com", "viewer");
    (server, viewer)
}

#[test]
fn the_export_holds_ones_own_days_and_nobody_elses() {
    let (server, ada) = reported();
    let answer = ada.get("/api/v1/me");
    assert!(answer.header("content-disposition").contains("attachment"));
    assert_eq!(answer.header("cache-control"), "no-store");
    let about = answer.json();
    assert_eq!(about["account"]["role"], "viewer");
    let days = "from=2000-01-01&to=2100-01-01";
    for (table, key) in [("daily-usage", "daily_usage"), ("daily-activity", "daily_activity")] {
        let rows = ada.get(&format!("/api/v1/{table}?{days}")).json();
        assert_eq!(about[key], rows["data"], "{table}");
    }
    assert_eq!(about["daily_usage"][0]["input_tokens"], 5);
    assert_eq!(about["connections"][0]["name"], HOSTILE);
    assert_eq!(
        (&about["sessions"]["count"], &about["sessions"]["requests_kept"]),
        (&json!(1), &json!(2))
    );
    let identities: Vec<&Value> =
        about["identities"].as_array().expect("a list").iter().map(|it| &it["value"]).collect();
    assert_eq!(identities, ["7a1c0000-ada0"]);
    let hidden = &about["detections"][0];
    assert_eq!((&hidden["type"], &hidden["times"]), (&json!("github-pat"), &json!(1)));
    let stored = &about["stored"];
    let kept = stored["telemetry"].as_array().expect("records");
    assert_eq!((kept.len(), stored["users"][0]["email"].as_str()), (2, Some("ada@example.com")));
    assert!(stored["teams"]["memberships"].as_array().is_some_and(Vec::is_empty));
    let whole = about.to_string();
    assert!(!whole.contains("bob@") && !whole.contains("0aB1cD2eF3gH"), "{whole}");
    let log = server.sign_in("admin@example.com", "admin").get("/api/v1/audit-log").json();
    let log = log["data"].as_array().expect("entries").clone();
    let taken = log.iter().find(|entry| entry["detail"] == "me").expect("it is written down");
    assert_eq!(
        (&taken["action"], &taken["subject"]),
        (&json!("figures.export"), &json!("user:ada@example.com"))
    );
}

#[test]
fn the_page_says_what_is_stored_and_holds_no_markup_of_others() {
    let (_server, ada) = reported();
    let page = text(ada.get("/me"));
    for said in
        ["ada@example.com", "7a1c0000-ada0", "github-pat", "claude-opus-5-5", "90 days", "viewer"]
    {
        assert!(page.contains(said), "{said}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains(HOSTILE));
    assert!(!page.contains("bob@example.com") && !page.contains("href=\"/daily\""));
}

#[test]
fn a_viewer_who_opens_the_overview_is_led_to_what_is_stored_about_them() {
    let server = Server::start();
    let viewer = server.sign_in("ada@example.com", "viewer");
    let answer = viewer.get("/");
    assert_eq!((answer.status, answer.header("location")), (303, "/me"));
    assert_eq!(server.sign_in("bob@example.com", "manager").get("/").status, 200);
}

#[test]
fn who_is_named_by_no_telemetry_is_told_so() {
    let server = Server::start();
    let ada = server.sign_in("ada@example.com", "manager");
    assert!(text(ada.get("/me")).contains("No telemetry names you"));
    let about = ada.get("/api/v1/me").json();
    assert_eq!((&about["user"], &about["sessions"]), (&Value::Null, &Value::Null));
    assert_eq!(about["stored"], Value::Null);
    assert_eq!((&about["daily_usage"], &about["identities"]), (&json!([]), &json!([])));
}

#[test]
fn who_was_merged_sees_the_figures_of_both_and_of_nobody_else() {
    let (server, ada) = reported();
    let connection = server.connection("third");
    server.send(&connection, "metrics", &Reporter::new("carl").tokens(&[11.0]).encode_to_vec());
    server.settle();
    server.command(&["user", "merge", "ada@example.com", "bob@example.com", "--yes"]);
    let days = "/api/v1/daily-usage?from=2000-01-01&to=2100-01-01";
    let tokens = |browser: &Browser, query: &str| -> i64 {
        let rows = browser.get(&format!("{days}{query}")).json();
        let rows = rows["data"].as_array().expect("rows").clone();
        rows.iter().map(|row| row["input_tokens"].as_i64().expect("tokens")).sum()
    };
    assert_eq!((tokens(&ada, ""), tokens(&ada, "&user=ada%40example.com")), (12, 12));
    assert_eq!(ada.get(&format!("{days}&user=carl%40example.com")).status, 403);
    let about = ada.get("/api/v1/me").json();
    let used = about["daily_usage"].as_array().expect("rows").iter();
    assert_eq!(used.map(|row| row["input_tokens"].as_i64().expect("tokens")).sum::<i64>(), 12);
    assert!(!about.to_string().contains("carl@"), "{about}");
    let manager = server.sign_in("manager@example.com", "manager");
    assert_eq!(tokens(&manager, "&user=ada%40example.com"), 12);
    assert!(text(manager.get("/daily?user=ada%40example.com")).contains("bob@example.com"));
    server.command(&["user", "split", "bob@example.com", "ada@example.com", "--yes"]);
    assert_eq!(tokens(&ada, ""), 5);
    assert!(!ada.get("/api/v1/me").json().to_string().contains("bob@"));
}
