//! Who is who: what people decide, and what follows.

mod merges;
mod unattributed;
mod erasure;
mod export;
mod pages;
mod command;

use opentelemetry_proto::tonic::logs::v1::LogRecord;
use serde_json::{Value, json};

use crate::support::server::Connection;
use crate::support::telemetry::{call, logs, text};
use crate::support::{Answer, Server};

/// A server, a connection to it and a token that may decide.
struct Deciding {
    server: Server,
    connection: Connection,
    token: String,
}

impl Deciding {
    /// Over an empty database.
    fn start() -> Deciding {
        let server = Server::start();
        let connection = server.connection("people");
        let token = server.token("admin");
        Deciding { server, connection, token }
    }

    /// Sends records, and waits until they are counted.
    fn tell(&self, records: Vec<LogRecord>) {
        self.server.replay(&self.connection, &[logs(records)]);
        self.server.settle();
    }

    /// Sends JSON with the admin's token.
    fn post(&self, path: &str, body: &Value) -> Answer {
        let authorization = format!("Bearer {}", self.token);
        let headers =
            [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
        self.server.call("POST", path, &headers, body.to_string().as_bytes())
    }

    /// Every user.
    fn users(&self) -> Vec<Value> {
        let page = self.server.get("/api/v1/users?limit=1000").json();
        page["data"].as_array().expect("users").clone()
    }

    /// The id of the user with an email or a stand-in.
    fn id(&self, name: &str) -> String {
        let users = self.users();
        let found = users.iter().find(|user| user["email"] == name || user["stand_in"] == name);
        let found = found.unwrap_or_else(|| panic!("{name} is not among {users:?}"));
        found["id"].as_str().expect("an id").to_owned()
    }

    /// Merges one user into another.
    fn merge(&self, user: &str, into: &str) -> Answer {
        let path = format!("/api/v1/users/{}/merge", self.id(into));
        self.post(&path, &json!({"user": self.id(user)}))
    }

    /// Splits an identity from a user.
    fn split(&self, user: &str, value: &str) -> Answer {
        let id = self.id(user);
        let one = self.server.get(&format!("/api/v1/users/{id}")).json();
        let identities = one["identities"].as_array().expect("identities");
        let found = identities.iter().find(|row| row["value"] == value).expect("the identity");
        let identity = found["id"].as_str().expect("an id");
        self.post(&format!("/api/v1/users/{id}/identities/{identity}/split"), &json!({}))
    }

    /// Output tokens by email; what nobody is known of is under the empty one.
    fn tokens(&self, email: &str) -> i64 {
        let rows = self.server.daily("daily-usage", "");
        let is_theirs = |row: &&Value| row["user_email"].as_str().unwrap_or_default() == email;
        let tokens = |row: &Value| row["output_tokens"].as_i64().expect("tokens");
        rows.iter().filter(is_theirs).map(tokens).sum()
    }
}

/// A call that names nobody but its install.
fn unnamed(install: &str, session: &str, sequence: i64, output: i64) -> LogRecord {
    let mut record = call("", session, sequence, output);
    record.attributes.push(text("user.id", install));
    record
}

/// A call that declares an email beside its install.
fn linked(email: &str, install: &str, session: &str, output: i64) -> LogRecord {
    let mut record = call(email, session, 0, output);
    record.attributes.push(text("user.id", install));
    record
}
