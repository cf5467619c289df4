//! Resource attributes: what is generated is what the captured clients were told, command and
//! API give the same, and what cannot be expressed is told.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::LazyLock;

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use serde_json::{Value, json};

use crate::support::corpus::{self, Kind};
use crate::support::server::daybook;
use crate::support::{Answer, Connection, Server};

/// A server, a connection and an admin.
static ADMIN: LazyLock<(Server, Connection, String)> = LazyLock::new(|| {
    let server = Server::start();
    let connection = server.connection("bedrock");
    let admin = server.token("admin");
    (server, connection, admin)
});

/// Asks for attributes.
fn make(query: &str, media_type: &str, body: &[u8]) -> Answer {
    let (server, connection, admin) = &*ADMIN;
    let path = format!("/api/v1/connections/{}/resource-attributes{query}", connection.id);
    let authorization = format!("Bearer {admin}");
    server.post(&path, &[("Authorization", &authorization), ("Content-Type", media_type)], body)
}

/// The texts among attributes.
fn texts(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &Option<AnyValue>| match value.as_ref()?.value.as_ref()? {
        any_value::Value::StringValue(text) => Some(text.clone()),
        _ => None,
    };
    attributes.iter().filter_map(|it| Some((it.key.clone(), text(&it.value)?))).collect()
}

#[test]
fn bedrock_and_vertex_users_are_read_back_as_the_client_sent_them() {
    for name in ["r11a-bedrock", "r11c-vertex"] {
        let told = corpus::environment(name)["OTEL_RESOURCE_ATTRIBUTES"].clone();
        let run = corpus::run(name);
        let logs = run.requests.iter().find(|it| it.kind == Kind::Logs).expect("logs").logs();
        let resource = &logs.resource_logs[0];
        let of_resource = texts(&resource.resource.as_ref().expect("a resource").attributes);
        let of_record = texts(&resource.scope_logs[0].log_records[0].attributes);
        for key in ["user.email", "user.name", "department"] {
            assert_eq!(of_resource[key], of_record[key], "{name}: both parsers agree");
        }
        let person = json!({
            "email": of_resource["user.email"],
            "name": of_resource["user.name"],
            "department": of_resource["department"],
        });
        let made = make("", "application/json", person.to_string().as_bytes()).json();
        assert_eq!(made["data"][0]["resource_attributes"], told, "{name}");
    }
}

/// A file with everything in it.
const FILE: &str = "\u{feff}Email;Full Name;Team;Cost Centre\r\n\
    ada@example.com;\"Lovelace; Ada\";R&D;CC 1\r\n\
    bob;Bob;;\r\n\
    zoe@example.com;Zoë;Café;\r\n";

#[test]
fn command_and_api_give_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("people.csv");
    std::fs::write(&file, FILE).expect("written");
    let file = file.display().to_string();
    for format in ["text", "json", "csv", "sh", "powershell", "zip"] {
        let answer = make(&format!("?format={format}"), "text/csv; charset=utf-8", FILE.as_bytes());
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{format}");
        let output = daybook(&["attributes", &file, "--format", format]);
        assert!(answer.body == output.stdout, "{format}");
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(!output.status.success() && said.contains("1 of 3 lines"), "{said}");
        assert!(said.contains("line 3, email: it is no email"), "{said}");
    }
    let zip = folder.path().join("out.zip").display().to_string();
    daybook(&["attributes", &file, "--zip", &zip]);
    let written = std::fs::read(&zip).expect("a zip");
    assert!(written == make("?format=zip", "text/csv", FILE.as_bytes()).body);
    let again = daybook(&["attributes", &file, "--zip", &zip]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("write the file"));
}

#[test]
fn an_archive_has_settings_that_name_each_person() {
    let answer = make("?format=zip", "text/csv", FILE.as_bytes());
    let kept = answer.header("content-disposition");
    assert_eq!(kept, "attachment; filename=\"daybook-attributes.zip\"");
    let mut archive = zip::ZipArchive::new(Cursor::new(answer.body)).expect("a zip");
    let mut file = archive.by_name("people/zoe@example.com.json").expect("a file");
    let mut text = String::new();
    file.read_to_string(&mut text).expect("text");
    let settings: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        settings["env"]["OTEL_RESOURCE_ATTRIBUTES"],
        "user.email=zoe@example.com,user.name=Zo%C3%AB,team=Caf%C3%A9"
    );
}

#[test]
fn what_is_wrong_is_said() {
    let large = vec![b'x'; (4 << 20) + 1];
    let shoe = br#"{"email": "a@b", "shoe": "38"}"#;
    for (query, media, body, status, expected) in [
        ("?format=xlsx", "text/csv", FILE.as_bytes(), 400, "powershell"),
        ("?colour=red", "text/csv", FILE.as_bytes(), 400, "powershell"),
        ("", "text/csv", b"name\nAda\n", 400, "no heading"),
        ("", "text/csv", b"\xff\xfee\0", 400, "CSV UTF-8"),
        ("", "text/csv", &large, 413, "larger than"),
        ("", "application/xml", b"<a/>", 415, "application/json"),
        ("", "application/json", br#"{"email": "ada"}"#, 400, "it is no email"),
        ("", "application/json", br#"{"name": "Ada"}"#, 400, "there is no email"),
        ("", "application/json", shoe, 400, "cost_center"),
    ] {
        let answer = make(query, media, body);
        assert_eq!(answer.status, status, "{expected}");
        let said = answer.json()["detail"].as_str().expect("text").to_owned();
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn only_an_admin_makes_them_and_of_a_connection_there_is() {
    let (server, connection, admin) = &*ADMIN;
    let path = format!("/api/v1/connections/{}/resource-attributes", connection.id);
    let read = format!("Bearer {}", server.api_token());
    let csv = ("Content-Type", "text/csv");
    assert_eq!(server.post(&path, &[csv], FILE.as_bytes()).status, 401);
    assert_eq!(server.post(&path, &[csv, ("Authorization", &read)], FILE.as_bytes()).status, 403);
    let admin = format!("Bearer {admin}");
    let nowhere = "/api/v1/connections/con_999/resource-attributes";
    let answer = server.post(nowhere, &[csv, ("Authorization", &admin)], FILE.as_bytes());
    assert_eq!(answer.status, 404);
}
