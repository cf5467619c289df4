//! `/api/v1/connections/{id}/settings`: the same forms as the command's, for admins alone.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::support::{Answer, Connection, Server};

/// A server with a connection, and tokens for it.
struct Admin {
    server: Server,
    connection: Connection,
    admin: String,
}

/// What all tests here ask.
static ADMIN: LazyLock<Admin> = LazyLock::new(|| {
    let server = Server::start();
    let connection = server.connection("</string> & \"Platform\" `team`");
    let admin = server.token("admin");
    Admin { server, connection, admin }
});

impl Admin {
    /// Asks for the settings.
    fn get(&self, query: &str) -> Answer {
        let path = format!("/api/v1/connections/{}/settings{query}", self.connection.id);
        let authorization = format!("Bearer {}", self.admin);
        self.server.get_with(&path, &[("Authorization", &authorization)])
    }

    /// Merges.
    fn merge(&self, body: &Value) -> Answer {
        let path = format!("/api/v1/connections/{}/settings/merge", self.connection.id);
        let authorization = format!("Bearer {}", self.admin);
        let headers = [("Authorization", &*authorization), ("Content-Type", "application/json")];
        self.server.post(&path, &headers, body.to_string().as_bytes())
    }
}

#[test]
fn the_api_gives_what_the_command_gives() {
    let listed = ADMIN.get("").json();
    for form in listed["data"].as_array().expect("forms") {
        let id = form["id"].as_str().expect("an id");
        let answer = ADMIN.get(&format!("?form={id}&tool_details=on"));
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
        let of_connection = ADMIN.server.command(&[
            "settings",
            "--json",
            "--form",
            id,
            "--tool-details",
            "on",
            "--endpoint",
            &ADMIN.server.url,
            "--connection",
            &ADMIN.connection.id,
        ]);
        let of_connection: Value = serde_json::from_str(&of_connection).expect("JSON");
        assert_eq!(answer.json(), of_connection, "{id}");
    }
}

#[test]
fn a_file_is_downloaded_as_it_is() {
    let form = ADMIN.get("?form=macos-profile").json();
    let file = ADMIN.get("?form=macos-profile&file=daybook.mobileconfig");
    assert_eq!(file.body, form["files"][0]["text"].as_str().expect("text").as_bytes());
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"daybook.mobileconfig\"");
    assert_eq!(file.header("content-type"), "application/x-apple-aspen-config");
    let refused = ADMIN.get("?form=macos-profile&file=../../etc/passwd");
    assert_eq!(refused.status, 400);
    assert!(refused.json()["detail"].as_str().expect("text").contains("daybook.mobileconfig"));
}

#[test]
fn the_token_of_the_connection_is_in_it() {
    let text = ADMIN.get("?form=user-settings&file=settings.json").body;
    let settings: Value = serde_json::from_slice(&text).expect("JSON");
    let expected = format!("Authorization=Bearer {}", ADMIN.connection.token);
    assert_eq!(settings["env"]["OTEL_EXPORTER_OTLP_HEADERS"], expected.as_str());
    let endpoint = format!("{}/api/otel", ADMIN.server.url);
    assert_eq!(settings["env"]["OTEL_EXPORTER_OTLP_ENDPOINT"], endpoint.as_str());
}

#[test]
fn the_latest_live_token_is_taken_unless_one_is_named() {
    let server = &ADMIN.server;
    let connection = server.connection("rotated");
    let made = server.command(&["connection", "token", "create", &connection.id, "--json"]);
    let second: Value = serde_json::from_str(&made).expect("JSON");
    let id = second["id"].as_str().expect("an id");
    let header = |query: &str| {
        let path = format!("/api/v1/connections/{}/settings?form=shell{query}", connection.id);
        let authorization = format!("Bearer {}", ADMIN.admin);
        let answer = server.get_with(&path, &[("Authorization", &authorization)]);
        String::from_utf8(answer.body).expect("text")
    };
    let latest = second["ingest_token"].as_str().expect("a token");
    assert!(header("").contains(latest));
    let first = connection.token.split('_').nth(2).expect("an id");
    assert!(header(&format!("&token={first}")).contains(&connection.token));
    server.command(&["connection", "token", "revoke", &connection.id, id]);
    assert!(header("").contains(&connection.token), "the one that is left");
    assert!(header(&format!("&token={id}")).contains("revoked"));
    server.command(&["connection", "token", "revoke", &connection.id, first]);
    assert!(header("").contains("no live token; make one first"));
    let said = server.refused(&["settings", "--connection", &connection.id]);
    assert!(said.contains("no live token; make one first"), "{said}");
}

#[test]
fn a_pasted_file_is_merged() {
    let file = "{\n  \"model\": \"opus\"\n}";
    let merged = ADMIN.merge(&json!({"file": file, "choices": {"signals": "logs"}})).json();
    let settings: Value =
        serde_json::from_str(merged["text"].as_str().expect("text")).expect("JSON");
    assert_eq!(settings["model"], "opus");
    assert_eq!(settings["env"]["OTEL_METRICS_EXPORTER"], "none");
    assert!(merged["changes"].as_array().is_some_and(|all| all.len() > 8));
    for (body, expected) in [
        (json!({"file": "{ // x\n}"}), "line 1, column 3: comments"),
        (json!({"file": "{}", "form": "shell"}), "no file to merge into"),
        (json!({"file": "{}", "form": "pigeon"}), "there is no such form"),
        (json!({"file": "{}", "choices": {"colour": "red"}}), "tool_details"),
    ] {
        let refused = ADMIN.merge(&body);
        assert_eq!(refused.status, 400, "{body}");
        let said = refused.json()["detail"].as_str().expect("text").to_owned();
        assert!(said.contains(expected), "{body}: {said}");
    }
}

#[test]
fn only_an_admin_sees_them() {
    let server = &ADMIN.server;
    let path = format!("/api/v1/connections/{}/settings", ADMIN.connection.id);
    for query in ["", "?form=shell", "?form=shell&file=daybook.sh"] {
        let path = format!("{path}{query}");
        let answers = [
            (server.get_with(&path, &[]), 401),
            (server.get(&path), 403),
            (server.get_with(&path, &[("Sec-Fetch-Site", "cross-site")]), 403),
        ];
        for (answer, status) in answers {
            assert_eq!(answer.status, status, "{path}");
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(!body.contains("dbk_ingest_"), "{body}");
        }
    }
    let with_read = format!("Bearer {}", server.api_token());
    let headers = [("Authorization", &*with_read), ("Content-Type", "application/json")];
    assert_eq!(server.post(&format!("{path}/merge"), &headers, b"{\"file\": \"\"}").status, 403);
}

#[test]
fn what_is_not_there_is_said() {
    let authorization = format!("Bearer {}", ADMIN.admin);
    let headers = [("Authorization", authorization.as_str())];
    for id in ["con_999", "con_", "7"] {
        let path = format!("/api/v1/connections/{id}/settings?form=shell");
        assert_eq!(ADMIN.server.get_with(&path, &headers).status, 404, "{id}");
    }
    for (query, expected) in [
        ("?form=pigeon", "user-settings"),
        ("?form=shell&endpoint=ftp%3A%2F%2Fx", "begin with https"),
        ("?form=shell&signals=traces", "choose `both`"),
        ("?form=shell&prompts=on", "tool_details"),
    ] {
        let answer = ADMIN.get(query);
        assert_eq!(answer.status, 400, "{query}");
        let said = answer.json()["detail"].as_str().expect("text").to_owned();
        assert!(said.contains(expected), "{said}");
    }
}
