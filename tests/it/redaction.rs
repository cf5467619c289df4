//! Redaction through the front door: what is found is told, own patterns hide what they should
//! in what comes and in what is stored, and no figure moves.

use daybook_jobs::signal;
use daybook_schema::connections::Change;
use daybook_schema::redaction_patterns;
use daybook_schema::{connections, detections, signals};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use prost::Message;

use crate::crash::counted;
use crate::support::server::until;
use crate::support::telemetry::{call, logs};
use crate::support::{Captured, Connection, Server};

/// A credential that is nobody's, written so that scanners of this repository see nothing.
fn token() -> String {
    ["gh", "p_", "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uVwXy"].concat()
}

/// A call that carries a text beside what is counted.
fn call_with(text: &str, sequence: i64) -> Captured {
    let mut record = call("ada@xyz.com", "session-7", sequence, 1_000);
    record.attributes.push(KeyValue {
        key: "prompt".to_owned(),
        value: Some(AnyValue { value: Some(Value::StringValue(text.to_owned())) }),
        ..KeyValue::default()
    });
    logs(vec![record])
}

/// Every stored body, unpacked and as text.
fn stored(server: &Server) -> String {
    let bodies = server.store().read(|conn| signals::bodies_after(conn, 0, 1_000)).expect("bodies");
    let raw = bodies.iter().flat_map(|(_, _, body)| signal::unpack(body).expect("a body"));
    String::from_utf8_lossy(&raw.collect::<Vec<u8>>()).into_owned()
}

/// Adds a pattern, and waits until the server looks for it.
fn add_pattern(server: &Server, connection: &Connection, name: &str, pattern: &str, probe: &str) {
    let store = server.store();
    let added = store.write(|conn| redaction_patterns::add(conn, name, pattern, 0));
    added.expect("the database").expect("added");
    let marker = format!("<REDACTED:{name}>");
    let mut sequence = 10_000;
    until(|| {
        sequence += 1;
        server.replay(connection, &[call_with(probe, sequence)]);
        stored(server).contains(&marker)
    });
}

#[test]
fn what_is_found_is_told_without_the_secret() {
    let server = Server::start();
    let connection = server.connection("found");
    let text = format!("run with {} please", token());
    // The same secret twice in one place, and once more in a copy of the request.
    let requests = [call_with(&text, 1), call_with(&text, 2)];
    server.replay(&connection, &requests);
    server.replay(&connection, &requests[..1]);
    server.settle();
    let filter = detections::DetectionFilter {
        from: "2000-01-01".parse().expect("a day"),
        to: "2100-01-01".parse().expect("a day"),
        rule: None,
        email: Some("ada@xyz.com".to_owned()),
        connection: None,
        session_id: Some("session-7".to_owned()),
    };
    let found =
        server.store().read(|conn| detections::page(conn, &filter, None, 10)).expect("rows");
    let [row] = found.as_slice() else { panic!("one row: {found:?}") };
    assert_eq!((row.rule.as_str(), row.times), ("github-pat", 2));
    assert_eq!((row.text_before.as_str(), row.text_after.as_str()), ("run with ", " please"));
    assert!(row.path.contains("prompt"), "{}", row.path);
    assert!(!format!("{found:?}").contains(&token()[4..20]));
    assert!(stored(&server).contains("run with <REDACTED:github-pat> please"));
}

#[test]
fn an_own_pattern_hides_what_comes_and_what_was_stored_and_moves_no_figure() {
    let server = Server::start();
    let connection = server.connection("own");
    let early = call_with("the project is ACME-123456, a secret one", 1);
    server.replay(&connection, std::slice::from_ref(&early));
    server.settle();
    let before = counted(&server, &connection);
    assert!(stored(&server).contains("ACME-123456"));
    let probes = server.connection("probes");
    add_pattern(&server, &probes, "project-code", r"\bACME-[0-9]{6}\b", "see ACME-654321");
    // What was stored before is scanned too, by and by.
    until(|| !stored(&server).contains("ACME-"));
    assert!(stored(&server).contains("the project is <REDACTED:project-code>, a secret one"));
    // The same record comes once more, from a hop that kept it as it was: it is the same call.
    let mut request = ExportLogsServiceRequest::decode(&early.body[..]).expect("logs");
    request.resource_logs[0].schema_url = "another batch".to_owned();
    server.replay(&connection, &[Captured { body: request.encode_to_vec(), ..early }]);
    server.settle();
    assert_eq!(counted(&server, &connection), before);
    server.command(&["rebuild"]);
    assert_eq!(counted(&server, &connection), before, "also of what is stored now");
}

#[test]
fn an_own_pattern_never_touches_what_usage_is_counted_by() {
    let server = Server::start();
    let connection = server.connection("counted-by");
    add_pattern(&server, &connection, "people", "[a-z]{3}@xyz\\.com", "ask bob@xyz.com");
    server.settle();
    let tokens = counted(&server, &connection);
    server.replay(&connection, &[call_with("ask ada@xyz.com", 1)]);
    server.settle();
    let rows =
        server.daily("daily-usage", &format!("&connection={}&user=ada@xyz.com", connection.id));
    assert_eq!(rows.len(), 1, "the email still names the user");
    assert_eq!(counted(&server, &connection), tokens + 1_000);
    assert!(!stored(&server).contains("ask ada@xyz.com"));
}

#[test]
fn a_connection_can_keep_only_what_is_counted_by() {
    let server = Server::start();
    let (narrow, wide) = (server.connection("narrow"), server.connection("wide"));
    let id = connections::parse_public_id(&narrow.id).expect("an id");
    let needed = Change { only_needed: Some(true), ..Change::default() };
    let narrowed = server.store().write(|conn| connections::change(conn, id, &needed));
    assert!(narrowed.expect("the database").is_ok());
    let mut sequence = 0;
    until(|| {
        sequence += 1;
        server.replay(&narrow, &[call_with("a prompt nobody needs", sequence)]);
        server.settle();
        server.get("/api/v1/status").json()["attributes_dropped"].as_i64() > Some(0)
    });
    let before = stored(&server).matches("a prompt nobody needs").count();
    server.replay(&narrow, &[call_with("a prompt nobody needs", 1_000)]);
    server.replay(&wide, &[call_with("a prompt nobody needs", 1_000)]);
    server.settle();
    assert_eq!(stored(&server).matches("a prompt nobody needs").count(), before + 1);
    assert_eq!(counted(&server, &narrow), (sequence + 1) * 1_000);
    assert_eq!(counted(&server, &wide), 1_000);
}
