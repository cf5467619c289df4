//! What an admin sees of redaction, and may change: API, page and command.

mod detections;
mod patterns;
mod connections;
mod writers;
mod page;
mod command;

use std::sync::LazyLock;

use daybook_schema::detections::{self as rows, Detection};
use daybook_schema::store::Store;
use serde_json::Value;

use crate::support::{Answer, Browser, Server, Shared};

/// What a hostile client puts wherever it may.
const HOSTILE: &str = "=cmd|'/c calc'!A0<script>alert(1)</script>\u{202e}\"";

/// Where patterns are.
const PATTERNS: &str = "/api/v1/redaction-patterns";

/// A server with detections that do not change while a test reads them.
static FOUND: LazyLock<Shared> = LazyLock::new(|| {
    let server = Shared::start(&[]);
    write_detections(&server.store());
    server
});

/// A server that tests of patterns share; each uses names of its own.
static OWN: LazyLock<Admin> = LazyLock::new(Admin::start);

/// A server, a token that may write to it, and a browser whose forms may.
struct Admin {
    server: Server,
    token: String,
    browser: Browser,
}

impl Admin {
    /// Over an empty database.
    fn start() -> Admin {
        let server = Server::start();
        let token = server.token("admin");
        let browser = server.sign_in("admin@example.com", "admin");
        Admin { server, token, browser }
    }

    /// Sends JSON with the admin's token.
    fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send_bytes(method, path, body.to_string().as_bytes())
    }

    /// Sends bytes as JSON with the admin's token.
    fn send_bytes(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        let authorization = format!("Bearer {}", self.token);
        let headers =
            [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
        self.server.call(method, path, &headers, body)
    }

    /// Sends a form as a page of the server does.
    fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.browser.submit(path, fields)
    }

    /// The pattern of a name, if there is one.
    fn pattern(&self, name: &str) -> Option<Value> {
        let all = self.server.get(PATTERNS).json();
        all["data"].as_array().expect("patterns").iter().find(|row| row["name"] == name).cloned()
    }
}

/// 120 detections of November 2026: three types, four days, somebody and nobody; one is hostile.
fn write_detections(store: &Store) {
    let types = ["github-pat", "github-pat", "aws-access-key-id"];
    let mut all: Vec<Detection> =
        (0..120_usize).map(|number| detection(number, types[number % 3])).collect();
    all.push(Detection {
        connection_id: 2,
        rule: HOSTILE.to_owned(),
        path: HOSTILE.to_owned(),
        session_id: Some(HOSTILE.to_owned()),
        email: Some("=evil@example.com".to_owned()),
        text_before: HOSTILE.to_owned(),
        text_after: HOSTILE.to_owned(),
        ..detection(120, "")
    });
    store.write(|conn| rows::add(conn, &all)).expect("written");
}

/// One detection.
fn detection(number: usize, rule: &str) -> Detection {
    let place = i64::try_from(number).expect("small");
    let day: chrono::NaiveDate = "2026-11-10".parse().expect("a day");
    let day = day + chrono::Days::new(u64::try_from(number % 4).expect("small"));
    let time = day.and_hms_opt(8, 0, 0).expect("a time").and_utc().timestamp_micros() + place;
    Detection {
        id: place - 60,
        day,
        connection_id: 1,
        rule: rule.to_owned(),
        path: "logs.body".to_owned(),
        session_id: Some(format!("session-{}", number % 5)),
        email: number.is_multiple_of(2).then(|| "ada@example.com".to_owned()),
        secret_hash: vec![7; 16],
        text_before: "token = ".to_owned(),
        text_after: " # end".to_owned(),
        times: 2,
        first_at: time,
        last_at: time,
    }
}
