//! Connections by API and by command.

use serde_json::{Value, json};

use super::OWN;

/// A connection as it is listed.
fn listed(id: &str) -> Value {
    let all = OWN.server.get("/api/v1/connections").json();
    let rows = all["data"].as_array().expect("connections").clone();
    rows.into_iter().find(|row| row["id"] == id).expect("it is listed")
}

#[test]
fn what_is_kept_is_set_for_one_connection() {
    let (one, other) = (OWN.server.connection("one"), OWN.server.connection("other"));
    assert_eq!(listed(&one.id)["only_needed"], false);
    let path = format!("/api/v1/connections/{}", one.id);
    let answer = OWN.send("PATCH", &path, &json!({"only_needed": true}));
    assert_eq!((answer.status, answer.json()), (200, listed(&one.id)));
    assert_eq!(listed(&one.id)["only_needed"], true);
    assert_eq!(listed(&other.id)["only_needed"], false);
}

#[test]
fn the_list_holds_no_token() {
    let connection = OWN.server.connection("secretive");
    let answer = OWN.server.get("/api/v1/connections");
    let text = String::from_utf8(answer.body).expect("text");
    assert!(text.contains("secretive") && !text.contains(&connection.token));
    assert!(!text.contains("dbk_") && !text.contains("hash"), "{text}");
}

#[test]
fn a_connection_nobody_made_is_not_found() {
    for name in ["con_9999", "con_x", "1", "con_99999999999", "con_-1"] {
        let path = format!("/api/v1/connections/{name}");
        let answer = OWN.send("PATCH", &path, &json!({"only_needed": true}));
        assert_eq!((answer.status, &answer.json()["title"]), (404, &json!("not found")), "{name}");
    }
}

#[test]
fn the_command_sets_and_lists_connections() {
    let connection = OWN.server.connection("by command");
    let said = OWN.server.command(&["connection", "set", "by command", "--only-needed", "true"]);
    assert!(said.contains("only attributes that are counted by"), "{said}");
    assert_eq!(listed(&connection.id)["only_needed"], true);
    OWN.server.command(&["connection", "set", &connection.id, "--only-needed", "false"]);
    assert_eq!(listed(&connection.id)["only_needed"], false);
    let all: Value =
        serde_json::from_str(&OWN.server.command(&["connection", "list", "--json"])).expect("JSON");
    assert!(all["data"].as_array().expect("rows").iter().any(|row| row["name"] == "by command"));
    let refused = OWN.server.refused(&["connection", "set", "nobody", "--only-needed", "true"]);
    assert!(refused.contains("connection list"), "{refused}");
}
