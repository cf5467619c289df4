//! Teams: which one each day is of, by telemetry and by file, and what is shown of it.

mod telemetry;
mod file;
mod shown;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use prost::Message;
use serde_json::Value;

use crate::support::reporter;
use crate::support::server::Connection;
use crate::support::telemetry::{call, text};
use crate::support::{Captured, Kind, Server};

/// A server, a connection to it and a token that may decide.
struct Teams {
    server: Server,
    connection: Connection,
    token: String,
}

impl Teams {
    /// Over an empty database.
    fn start() -> Teams {
        Teams::start_with(&[])
    }

    /// The same, of a server with arguments.
    fn start_with(arguments: &[&str]) -> Teams {
        let server = Server::start_with(arguments);
        let connection = server.connection("teams");
        let token = server.token("admin");
        Teams { server, connection, token }
    }

    /// Sends records under a resource of some attributes, and waits until they are counted.
    fn tell(&self, resource: &[(&str, &str)], records: Vec<LogRecord>) {
        let resource: Vec<KeyValue> =
            resource.iter().map(|(key, value)| text(key, value)).collect();
        let request = Captured {
            kind: Kind::Logs,
            content_type: "application/x-protobuf".to_owned(),
            content_encoding: None,
            body: reporter::logs(resource, records).encode_to_vec(),
        };
        self.server.replay(&self.connection, &[request]);
        self.server.settle();
    }

    /// Day, email and team of every row, in that order.
    fn placed(&self, filter: &str) -> Vec<(String, String, String)> {
        let cell = |row: &Value, name: &str| row[name].as_str().unwrap_or("-").to_owned();
        let rows = self.server.daily("daily-usage", filter);
        let mut placed: Vec<_> = rows
            .iter()
            .map(|row| (cell(row, "date"), cell(row, "user_email"), cell(row, "team")))
            .collect();
        placed.sort();
        placed
    }

    /// Output tokens of a team's days.
    fn tokens(&self, team: &str) -> i64 {
        let rows = self.server.daily("daily-usage", &format!("&team={team}"));
        rows.iter().map(|row| row["output_tokens"].as_i64().expect("tokens")).sum()
    }
}

/// Nanoseconds of a time like `2026-11-19T12:00:00Z`.
fn nanos(time: &str) -> u64 {
    let time: chrono::DateTime<chrono::Utc> = time.parse().expect("a time");
    u64::try_from(time.timestamp_nanos_opt().expect("before 2262")).expect("after 1970")
}

/// The day so many days ago.
fn days_ago(days: u64) -> chrono::NaiveDate {
    chrono::Utc::now().date_naive() - chrono::Days::new(days)
}

/// A call at noon so many days ago.
fn at_noon(days: u64, email: &str, session: &str, output: i64) -> LogRecord {
    let time_unix_nano = nanos(&format!("{}T12:00:00Z", days_ago(days)));
    LogRecord { time_unix_nano, ..call(email, session, i64::try_from(days).expect("few"), output) }
}
