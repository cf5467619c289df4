//! What is said of a connection, by API and by command.

use serde_json::{Value, json};

use super::ADMIN;

#[test]
fn a_connection_is_made_changed_and_shown() {
    let new = json!({"name": " Made by API ", "deployment_kind": "bedrock"});
    let made = ADMIN.send("POST", "/api/v1/connections", &new);
    assert_eq!((made.status, made.header("cache-control")), (201, "no-store"));
    let path = made.header("location").to_owned();
    let made = made.json();
    assert_eq!(path, format!("/api/v1/connections/{}", made["id"].as_str().expect("an id")));
    assert_eq!(
        (&made["name"], &made["deployment_kind"]),
        (&json!("Made by API"), &json!("bedrock"))
    );
    assert!(made["ingest_token"].as_str().is_some_and(|text| text.starts_with("dbk_ingest_")));
    let change = json!({
        "name": "Changed by API",
        "deployment_kind": null,
        "customer_type": "subscription",
        "subscription_type": "team",
        "identity_order": "record",
    });
    assert_eq!(ADMIN.send("PATCH", &path, &change).status, 200);
    let shown = ADMIN.get(&path).json();
    for (field, value) in change.as_object().expect("fields") {
        assert_eq!(&shown[field], value, "{field}");
    }
    assert_eq!(shown["only_needed"], false, "what is left out stays");
    assert!(!shown.to_string().contains("dbk_ingest_"), "{shown}");
}

#[test]
fn a_name_is_one_connections_alone() {
    let (one, two) = (ADMIN.server.connection("Taken"), ADMIN.server.connection("Free"));
    let taken = json!({"name": "Taken"});
    assert_eq!(ADMIN.send("POST", "/api/v1/connections", &taken).status, 409);
    let of = |id: &str| format!("/api/v1/connections/{id}");
    let refused = ADMIN.send("PATCH", &of(&two.id), &taken);
    assert_eq!(refused.status, 409);
    assert!(refused.json()["detail"].as_str().expect("a detail").contains("`Taken` already"));
    assert_eq!(ADMIN.send("PATCH", &of(&one.id), &taken).status, 200, "it is its own");
    assert!(ADMIN.server.refused(&["connection", "rename", "Free", "Taken"]).contains("Taken"));
    ADMIN.server.command(&["connection", "rename", "Free", "Freed"]);
    assert_eq!(ADMIN.get(&of(&two.id)).json()["name"], "Freed");
}

#[test]
fn what_cannot_be_said_is_refused_with_what_can() {
    for (body, said) in [
        (json!({"name": ""}), "1 to 200 letters"),
        (json!({"name": "x".repeat(201)}), "1 to 200 letters"),
        (json!({"name": "two\nlines"}), "1 to 200 letters"),
        (json!({}), "1 to 200 letters"),
        (json!({"name": "a", "deployment_kind": "cloud"}), "claude_ai, api_key, bedrock"),
        (json!({"name": "a", "customer_type": "b2b"}), "api, subscription"),
        (json!({"name": "a", "subscription_type": "max"}), "team, enterprise"),
        (json!({"name": "a", "identity_order": "none"}), "resource, record"),
        (json!({"name": "a", "identity_order": 7}), "wrong type"),
        (json!({"name": "a", "id": "con_1"}), "unknown field"),
    ] {
        let refused = ADMIN.send("POST", "/api/v1/connections", &body);
        assert_eq!(refused.status, 400, "{body}");
        let detail = refused.json()["detail"].to_string();
        assert!(detail.contains(said), "{body}: {detail}");
    }
}

#[test]
fn a_command_says_what_the_api_says() {
    let server = &ADMIN.server;
    let made = ["connection", "create", "By hand", "--deployment-kind", "vertex", "--json"];
    let made: Value = serde_json::from_str(&server.command(&made)).expect("JSON");
    let path = format!("/api/v1/connections/{}", made["id"].as_str().expect("an id"));
    assert_eq!(ADMIN.get(&path).json()["deployment_kind"], "vertex");
    let set = ["--deployment-kind", "none", "--customer-type", "api", "--identity-order", "record"];
    server.command(&[&["connection", "set", "By hand"][..], &set].concat());
    let shown = ADMIN.get(&path).json();
    let said = (&shown["deployment_kind"], &shown["customer_type"], &shown["identity_order"]);
    assert_eq!(said, (&Value::Null, &json!("api"), &json!("record")));
    assert!(server.refused(&["connection", "set", "By hand"]).contains("--help"));
}

#[test]
fn nobody_changes_anything_without_an_admins_token() {
    let connection = ADMIN.server.connection("guarded");
    let path = format!("/api/v1/connections/{}", connection.id);
    let tokens = format!("{path}/tokens");
    let text = format!("{tokens}/{}/text", super::id_of(&connection.token));
    let reader = format!("Bearer {}", ADMIN.server.api_token());
    let ingest = format!("Bearer {}", connection.token);
    for (authorization, status) in [(reader.as_str(), 403), (&ingest, 401), ("", 401)] {
        let headers = [("Authorization", authorization), ("Content-Type", "application/json")];
        let body = br#"{"name": "Mine"}"#;
        for (method, path) in [
            ("POST", "/api/v1/connections"),
            ("PATCH", &path),
            ("POST", &tokens),
            ("DELETE", &text[..text.len() - 5]),
        ] {
            let answer = ADMIN.server.call(method, path, &headers, body);
            assert_eq!(answer.status, status, "{method} {path}");
        }
        assert_eq!(ADMIN.server.get_with(&text, &headers).status, status, "{text}");
    }
}
