//! `/connections` and `/connections/{id}`: what they say, and what their forms do.

use std::sync::LazyLock;

use prost::Message;
use serde_json::Value;

use super::{ADMIN, Admin, id_of};
use crate::support::rpc::PROTOBUF;
use crate::support::server::until;
use crate::support::{Answer, Connection, Reporter, Server, corpus};

/// A server whose figures nobody else changes.
static ALONE: LazyLock<Admin> = LazyLock::new(|| Admin::over(Server::start()));

impl Admin {
    /// A page's text.
    fn page(&self, path: &str) -> String {
        let answer = self.browser.get(path);
        assert_eq!(answer.status, 200, "{path}");
        text(answer)
    }

    /// Sends a form as a page does to who signed in; where it leads is followed once.
    fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.browser.submit(path, fields);
        match answer.status {
            303 => self.browser.get(answer.header("location").split('#').next().expect("a path")),
            _ => answer,
        }
    }
}

/// A page's text, under its policy.
fn text(answer: Answer) -> String {
    assert!(answer.header("content-type").starts_with("text/html"));
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let text = String::from_utf8(answer.body).expect("text");
    assert!(!text.contains(" style=") && !text.contains(" onclick") && !text.contains("<script>"));
    text
}

/// Where a connection's page is.
fn path(connection: &Connection) -> String {
    format!("/connections/{}", connection.id)
}

#[test]
fn a_connection_is_made_and_changed_by_form() {
    let made =
        text(ADMIN.submit("/connections", &[("name", "By form"), ("deployment_kind", "gateway")]));
    assert!(made.contains("<h1><bdi>By form</bdi></h1>"), "it leads to its page");
    assert!(ADMIN.page("/connections").contains("Gateway of your own"));
    let id = made.split("<p class=\"range\">").nth(1).and_then(|rest| rest.split('<').next());
    let of = format!("/connections/{}", id.expect("its id"));
    let fields = [
        ("name", "By another"),
        ("identity_order", "record"),
        ("only_needed", "true"),
        ("deployment_kind", ""),
    ];
    assert_eq!(ADMIN.submit(&of, &fields).status, 200);
    let shown = ADMIN.get(&format!("/api/v1{of}")).json();
    let said = (
        &shown["name"],
        &shown["identity_order"],
        &shown["only_needed"],
        &shown["deployment_kind"],
    );
    assert_eq!(said, (&"By another".into(), &"record".into(), &true.into(), &Value::Null));
}

#[test]
fn what_is_refused_stands_on_the_page_with_its_reason() {
    ADMIN.server.connection("occupied");
    let refused = ADMIN.submit("/connections", &[("name", "occupied")]);
    assert_eq!(refused.status, 409);
    let page = text(refused);
    assert!(page.contains("`occupied` already") && page.contains("value=\"occupied\""), "{page}");
    let other = ADMIN.server.connection("other page");
    let refused = ADMIN.submit(&path(&other), &[("name", "occupied")]);
    assert_eq!(refused.status, 409);
    assert!(text(refused).contains("role=\"alert\""));
    assert_eq!(ADMIN.submit(&path(&other), &[("nonsense", "1")]).status, 400);
    assert_eq!(ADMIN.submit("/connections/con_999999", &[("name", "x")]).status, 404);
    assert_eq!(ADMIN.browser.get("/connections/con_999999").status, 404);
}

#[test]
fn a_token_is_no_part_of_a_page_until_it_is_asked_for() {
    let connection = ADMIN.server.connection("hidden token");
    let secret = connection.token.rsplit('_').next().expect("a secret");
    assert!(!ADMIN.page(&path(&connection)).contains(&secret[..12]));
    assert!(!ADMIN.page("/connections").contains(&secret[..12]));
    let of = format!("{}/tokens/{}", path(&connection), id_of(&connection.token));
    let shown = ADMIN.submit(&of, &[("action", "show")]);
    assert_eq!(shown.header("cache-control"), "no-store");
    assert!(text(shown).contains(&connection.token));
    // Another site's page asks in vain.
    let headers =
        [("Content-Type", "application/x-www-form-urlencoded"), ("Sec-Fetch-Site", "cross-site")];
    assert_eq!(ADMIN.server.call("POST", &of, &headers, b"action=show").status, 403);
}

#[test]
fn a_token_is_rotated_by_form() {
    let connection = ADMIN.server.connection("rotated by form");
    let tokens = format!("{}/tokens", path(&connection));
    let two = text(ADMIN.submit(&tokens, &[("label", "second <b>")]));
    assert!(two.contains("second &lt;b&gt;") && two.contains("Two tokens are live"), "{two}");
    assert_eq!(ADMIN.submit(&tokens, &[("label", "third")]).status, 409);
    let first = format!("{tokens}/{}", id_of(&connection.token));
    let revoked = text(ADMIN.submit(&first, &[("action", "revoke")]));
    assert!(revoked.contains("Revoked") && revoked.contains("Make a second token"), "{revoked}");
    assert_eq!(ADMIN.submit(&first, &[("action", "burn")]).status, 400);
}

#[test]
fn a_name_is_text() {
    let hostile = "<script>alert(1)</script>\u{202e}\"'";
    let made = text(ADMIN.submit("/connections", &[("name", hostile)]));
    assert!(made.contains("&lt;script&gt;alert(1)") && made.contains("⟨U+202E⟩"), "{made}");
    assert!(ADMIN.page("/connections").contains("&lt;script&gt;alert(1)"));
}

#[test]
fn a_test_request_goes_the_whole_way_and_disturbs_no_figure() {
    let connection = ALONE.server.connection("tested");
    ALONE.server.command(&["connection", "set", "tested", "--only-needed", "true"]);
    let before = ALONE.server.settle()["signals"]["folded"].as_i64().expect("a number");
    let page = text(ALONE.submit(&format!("{}/test", path(&connection)), &[]));
    assert!(page.contains("answered 200 in"), "{page}");
    let status = ALONE.server.settle();
    assert_eq!(status["signals"]["folded"], before + 1);
    assert_eq!(status["unknown"]["events"], serde_json::json!({}));
    let tables = ALONE.server.store().read(daybook_schema::derived::dump).expect("the database");
    assert!(tables.iter().all(|(_, rows)| rows.is_empty()), "{tables:?}");
    let health = ALONE.get(&format!("/api/v1{}", path(&connection))).json()["health"].clone();
    assert_eq!(
        (&health["requests_accepted"], &health["condition"]),
        (&0.into(), &"waiting".into())
    );
    let number = ALONE.server.store().read(|conn| {
        let all = daybook_schema::connection_traits::all(conn)?;
        Ok(all.into_iter().find(|row| row.name == "test").map(|row| row.value))
    });
    let number = number.expect("the database").expect("the test was folded");
    let of = format!("{}?test={number}&status=200&millis=1", path(&connection));
    assert!(ALONE.page(&of).contains("Nothing of it is counted"));
}

#[test]
fn a_test_with_no_live_token_says_so() {
    let connection = ADMIN.server.connection("bare");
    ADMIN.server.command(&["connection", "token", "revoke", "bare", id_of(&connection.token)]);
    let refused = ADMIN.submit(&format!("{}/test", path(&connection)), &[]);
    assert_eq!(refused.status, 409);
    assert!(text(refused).contains("no live token"));
}

#[test]
fn each_state_says_what_it_means_and_what_to_do() {
    let server = &ADMIN.server;
    let when = |connection: &Connection, said: &str| {
        until(|| ADMIN.page(&path(connection)).contains(said))
    };
    let waiting = server.connection("state waiting");
    when(&waiting, "No request has come yet");
    let refused = server.connection("state refused");
    let authorization = format!("Bearer {}", refused.token);
    let headers = [("Content-Type", PROTOBUF), ("Authorization", authorization.as_str())];
    for _ in 0..2 {
        assert_eq!(server.post("/v1/logs", &headers, b"\xff").status, 400);
    }
    when(&refused, "every one of them was refused");
    assert!(ADMIN.page(&path(&refused)).contains("<td>400</td>"), "the cause");
    let metrics = server.connection("state metrics");
    server.send(&metrics, "metrics", &Reporter::new("statemetrics").tokens(&[1.0]).encode_to_vec());
    when(&metrics, "OTEL_LOGS_EXPORTER=otlp");
    let logs = server.connection("state logs");
    server.send(&logs, "logs", &Reporter::new("statelogs").calls(&[1]).encode_to_vec());
    when(&logs, "OTEL_METRICS_EXPORTER=otlp");
    let unnamed = server.connection("state unnamed");
    server.replay(&unnamed, &corpus::run("r14c-apikey-no-resource-attrs").requests);
    when(&unnamed, "OTEL_RESOURCE_ATTRIBUTES=user.email");
    let healthy = server.connection("state healthy");
    server.replay(&healthy, &corpus::run("r01-proto-delta").requests);
    when(&healthy, "people are named, days are counted");
}
