//! `/settings` and `/audit`: what admins do there, and what nobody else may.

use serde_json::Value;

use super::is_signed_in;
use crate::support::browser::PASSWORD;
use crate::support::server::until;
use crate::support::{Answer, Browser, Server};

/// The text of a page.
fn text(answer: Answer) -> String {
    String::from_utf8(answer.body).expect("text")
}

/// What follows a mark on a page, up to the next tag.
fn after<'a>(page: &'a str, mark: &str) -> &'a str {
    let (_, rest) = page.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {page}"));
    rest.split('<').next().expect("an end")
}

/// The text that is shown once.
fn once(answer: Answer) -> String {
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    after(&text(answer), "<pre id=\"once\" tabindex=\"0\">").to_owned()
}

#[test]
fn who_is_invited_by_the_page_chooses_a_password() {
    let server = Server::start();
    let admin = server.sign_in("ada@example.com", "admin");
    let fields = [("email", "Bob@Example.com"), ("role", "manager")];
    let link = once(admin.submit("/settings/accounts", &fields));
    let path = link.strip_prefix(server.url.as_str()).expect("it leads here");
    let mut bob = Browser::new(&server);
    bob.keep(&bob.submit(path, &[("password", PASSWORD), ("again", PASSWORD)]));
    assert_eq!(bob.get("/daily").status, 200);
    let page = text(bob.get("/settings"));
    assert!(page.contains("bob@example.com") && !page.contains("ada@example.com"));
    let again = admin.submit("/settings/accounts", &fields);
    assert_eq!(again.status, 400);
    assert!(text(again).contains("there is an account of bob@example.com already"));
}

#[test]
fn a_link_made_again_sets_another_password_and_signs_out() {
    let server = Server::start();
    let admin = server.sign_in("ada@example.com", "admin");
    let bob = server.sign_in("bob@example.com", "viewer");
    let link = once(admin.submit("/settings/accounts/2", &[("action", "invite")]));
    assert!(is_signed_in(&bob), "a link alone changes nothing");
    let path = link.strip_prefix(server.url.as_str()).expect("it leads here");
    let new = "another horse battery staple";
    let chosen = Browser::new(&server).submit(path, &[("password", new), ("again", new)]);
    assert_eq!(chosen.status, 303);
    assert!(!is_signed_in(&bob));
}

#[test]
fn roles_and_states_are_set_by_form_and_the_last_admin_stays() {
    let server = Server::start();
    let admin = server.sign_in("ada@example.com", "admin");
    let bob = server.sign_in("bob@example.com", "viewer");
    let change = |id: u32, fields: &[(&str, &str)]| {
        admin.submit(&format!("/settings/accounts/{id}"), fields).status
    };
    assert_eq!(bob.get("/daily").status, 403);
    assert_eq!(change(2, &[("action", "role"), ("role", "manager")]), 303);
    assert_eq!(bob.get("/daily").status, 200);
    assert_eq!(change(2, &[("action", "disable")]), 303);
    assert!(!is_signed_in(&bob));
    for fields in [&[("action", "disable")][..], &[("action", "role"), ("role", "viewer")]] {
        let refused = admin.submit("/settings/accounts/1", fields);
        assert_eq!(refused.status, 400);
        assert!(text(refused).contains("last admin"));
    }
    assert_eq!(change(9, &[("action", "disable")]), 400);
    assert_eq!(change(2, &[("action", "burn")]), 400);
    assert_eq!(change(2, &[("action", "role"), ("role", "emperor")]), 400);
}

#[test]
fn an_api_token_is_shown_once_used_and_revoked() {
    let server = Server::start();
    let admin = server.sign_in("ada@example.com", "admin");
    let fields = [("name", "Grafana <b>"), ("scope", "read"), ("days", "90")];
    let token = once(admin.submit("/settings/api-tokens", &fields));
    let page = text(admin.get("/settings"));
    assert!(page.contains("Grafana &lt;b&gt;") && page.contains(">never<"), "{page}");
    let id = token.split('_').nth(2).expect("an id");
    assert!(page.contains(id) && !page.contains(&token));
    let authorization = format!("Bearer {token}");
    let status = || server.get_with("/api/v1/status", &[("Authorization", &authorization)]).status;
    assert_eq!(status(), 200);
    let row = format!("<code>{id}</code>");
    // Its use is noted by the way.
    until(|| {
        let page = text(admin.get("/settings"));
        let own = page.split_once(&row).expect("a row").1.split("</tr>").next();
        !own.expect("its end").contains(">never<")
    });
    let path = format!("/settings/api-tokens/{id}");
    assert_eq!(admin.submit(&path, &[("action", "revoke")]).status, 303);
    assert_eq!(status(), 401);
    assert_eq!(admin.submit(&path, &[("action", "revoke")]).status, 400);
}

#[test]
fn an_api_token_ends_with_its_time() {
    let server = Server::start();
    let made = server.command(&["api-token", "create", "short", "--days", "0", "--json"]);
    let made: Value = serde_json::from_str(&made).expect("JSON");
    let authorization = format!("Bearer {}", made["token"].as_str().expect("a token"));
    let answer = server.get_with("/api/v1/status", &[("Authorization", &authorization)]);
    assert_eq!(answer.status, 401);
}

#[test]
fn the_audit_page_and_its_csv_say_what_was_done() {
    let server = Server::start();
    let admin = server.sign_in("ada@example.com", "admin");
    let name = [("name", "=cmd|x<script>"), ("scope", "read"), ("days", "")];
    once(admin.submit("/settings/api-tokens", &name));
    let page = text(admin.get("/audit"));
    assert!(page.contains("The chain holds") && page.contains("token.create"));
    assert!(page.contains("=cmd|x&lt;script&gt;") && !page.contains("<script>,"));
    let csv = text(admin.get("/api/v1/audit-log?format=csv"));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(&rows[0][3], "audit.export", "that it was taken away is said too");
    let made = rows.iter().find(|row| &row[3] == "token.create").expect("it is there");
    assert!(made[5].starts_with('\''), "no cell is a formula: {}", &made[5]);
    assert_eq!(admin.get("/audit?before=x").status, 400);
    let created = rows.iter().find(|row| &row[3] == "account.create").expect("it is there");
    let after: i64 = created[0].parse::<i64>().expect("a number") + 1;
    let earlier = text(admin.get(&format!("/audit?before={after}")));
    assert!(earlier.contains("account.create") && !earlier.contains("=cmd"), "{earlier}");
}

#[test]
fn looks_at_one_person_and_exports_are_written_down() {
    let server = Server::start();
    let admin = server.sign_in("ada@example.com", "admin");
    let days = "from=2026-11-01&to=2026-11-30";
    for path in [
        "/daily?user=bob%40example.com".to_owned(),
        "/?user=bob%40example.com".to_owned(),
        format!("/api/v1/daily-usage?{days}&user=bob%40example.com"),
        format!("/api/v1/daily-activity?{days}&format=csv"),
        // One's own, and everybody's on a page, are no looks at one person.
        "/daily?user=ada%40example.com".to_owned(),
        "/daily".to_owned(),
    ] {
        assert_eq!(admin.get(&path).status, 200, "{path}");
    }
    let log = admin.get("/api/v1/audit-log").json();
    let looks: Vec<(String, String, String)> = log["data"]
        .as_array()
        .expect("entries")
        .iter()
        .filter(|row| row["action"].as_str().is_some_and(|action| action.starts_with("figures.")))
        .map(|row| {
            let text = |name: &str| row[name].as_str().expect("text").to_owned();
            (text("action"), text("subject"), text("detail"))
        })
        .collect();
    let bob = "user:bob@example.com";
    let expected = [
        ("figures.export", "everybody", "daily-activity"),
        ("figures.view", bob, "daily-usage"),
        ("figures.view", bob, "overview"),
        ("figures.view", bob, "daily"),
    ];
    let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
    assert_eq!(looks, expected);
}
