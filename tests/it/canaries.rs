//! Canaries: hundreds of invented secrets, sent through every door in every place and dress. Then
//! every byte that is kept, logged or answered is searched, and none of them is found.

mod dress;
mod requests;
mod search;
mod secrets;
mod sent;

use std::path::Path;
use std::sync::Arc;

use daybook_jobs::signal::unpack;
use daybook_schema::signals;
use daybook_test_database::{Backend, Database, Durability, PostgresServer, backend};
use serde_json::Value;

use crate::support::rpc::{JSON, PROTOBUF};
use crate::support::{Connection, Reporter, Server};
use dress::Canary;
use search::Needles;
use sent::Sender;

/// Stands beside the secrets in every request: what the search must find.
const BESIDE: &str = "driftwood beside the canaries";

/// The server, and the database server where it needs one that nobody else writes to.
struct Setting {
    server: Server,
    postgres: Option<PostgresServer>,
}

/// The database's name on a PostgreSQL server.
const NAME: &str = "canaries";

impl Setting {
    /// A server that writes its log to a file.
    fn start(log: &Path) -> Setting {
        let arguments = ["--otlp-grpc-listen", "127.0.0.1:0"];
        let (mut server, postgres) = match backend() {
            Backend::Sqlite => (Server::start_with(&arguments), None),
            Backend::Postgres => {
                let postgres = PostgresServer::start(Durability::Processes);
                let data = Arc::new(Database::at(&postgres.create(NAME)));
                (Server::over(data, &arguments), Some(postgres))
            }
        };
        server.stop();
        server.run_with_log(log);
        Setting { server, postgres }
    }

    /// Searches every file that is written to: none of the secrets stands there, and what is not
    /// secret does, so that the search is known to look in the right place.
    fn search_files(&self, needles: &Needles, person: &Reporter) {
        if let Some(postgres) = &self.postgres {
            postgres.ask(NAME, "CHECKPOINT");
        }
        let cluster = self.postgres.as_ref().map(PostgresServer::data);
        let mut seen = false;
        for folder in [Some(self.server.folder().to_owned()), cluster].into_iter().flatten() {
            for (file, bytes) in search::files(&folder) {
                needles.assert_absent(&bytes, &file.display().to_string());
                seen |= search::contains(&bytes, person.email.as_bytes());
            }
        }
        assert!(seen, "the email of the reporter is found in a file");
    }

    /// Every stored body, unpacked.
    fn bodies(&self) -> Vec<Vec<u8>> {
        let store = self.server.store();
        let ids: Vec<i64> = (0..10_000).collect();
        let bodies = store.read(|connection| signals::bodies(connection, &ids)).expect("bodies");
        bodies.iter().map(|(_, body)| unpack(body).expect("a packed body")).collect()
    }
}

/// Everything that is counted of somebody, without what names them.
fn counted(server: &Server, reporter: &Reporter) -> Vec<Value> {
    let rows = ["daily-usage", "daily-activity"]
        .iter()
        .flat_map(|table| server.daily(table, &format!("&user={}", reporter.email)));
    let nameless = rows.map(|mut row| {
        let fields = row.as_object_mut().expect("a row");
        fields.retain(|name, _| !name.starts_with("user_") && name != "coverage");
        row
    });
    nameless.collect()
}

/// Sends what is refused, with a secret in every part of it; the answers, as text.
fn refusals(server: &Server, connection: &Connection, canaries: &[Canary]) -> String {
    let authorization = format!("Bearer {}", connection.token);
    let mut answers = String::new();
    for canary in canaries.iter().filter(|canary| canary.is_plain()).take(40) {
        let text = &canary.text;
        let header: String = text.chars().filter(|sign| (' '..='~').contains(sign)).collect();
        let path = format!("/api/otel/v1/logs?key={}", dress::percent_encoded(text));
        let json = format!("{{\"resourceLogs\":[{{\"resource\":{{\"attributes\":{text}");
        let tries: [(&str, &str, &str, Vec<u8>); 5] = [
            (&path, PROTOBUF, &authorization, text.as_bytes().to_vec()),
            (&path, JSON, &authorization, json.into_bytes()),
            ("/api/otel/v1/metrics", &header, &authorization, b"x".to_vec()),
            ("/api/otel/v1/metrics", PROTOBUF, &header, text.as_bytes().to_vec()),
            ("/api/otel/v1/nowhere", JSON, &authorization, text.as_bytes().to_vec()),
        ];
        for (path, media, authorization, body) in tries {
            let headers = [("Content-Type", media), ("Authorization", authorization)];
            let answer = server.post(path, &headers, &body);
            assert_ne!(answer.status, 200, "{path}");
            answers.push_str(&format!("{:?}\n", answer.headers));
            answers.push_str(&String::from_utf8_lossy(&answer.body));
        }
    }
    answers
}

#[test]
fn no_secret_is_kept_logged_or_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("server.log");
    let mut setting = Setting::start(&log);
    let connection = setting.server.connection("canaries");
    let canaries = dress::canaries();
    assert!(canaries.len() > 400);
    let needles = Needles::of(&canaries);
    let (marked, plain) = (Reporter::new("canaries"), Reporter::new("ordinary"));

    let mut answers = String::new();
    for (reporter, secrets) in [(&marked, true), (&plain, false)] {
        let sender = Sender { server: &setting.server, connection: &connection, reporter };
        answers.push_str(&sender.send_all(&canaries, secrets));
    }
    answers.push_str(&refusals(&setting.server, &connection, &canaries));
    answers.push_str(&setting.server.settle().to_string());

    let with_secrets = counted(&setting.server, &marked);
    assert!(!with_secrets.is_empty());
    assert_eq!(with_secrets, counted(&setting.server, &plain), "the figures are the same");

    let bodies = setting.bodies();
    let beside = bodies.iter().filter(|body| search::contains(body, BESIDE.as_bytes())).count();
    assert_eq!(beside, bodies.len(), "the search finds what is not secret, in every body");
    needles.assert_absent(&bodies.concat(), "a stored body");
    needles.assert_absent(answers.as_bytes(), "an answer");
    setting.search_files(&needles, &marked);
    setting.server.stop();
    setting.search_files(&needles, &marked);
    let logged = std::fs::read(&log).expect("a log");
    assert!(!logged.is_empty());
    needles.assert_absent(&logged, "the log");
}

#[test]
fn the_search_finds_a_secret_that_was_let_through() {
    let canaries = dress::canaries();
    let needles = Needles::of(&canaries);
    for canary in &canaries {
        let stored = format!("some bytes {} and more", canary.text);
        assert!(!needles.find(stored.as_bytes()).is_empty(), "{}", canary.text);
    }
}
