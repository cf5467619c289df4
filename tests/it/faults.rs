//! The SQLite file cannot be written for a while: the client is told to send again, and nothing is
//! lost, doubled or damaged when it can be written again.

use std::process::Command;
use std::time::{Duration, Instant};

use daybook_test_database::Backend;
use diesel::connection::{Connection as _, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_types::Text;
use prost::Message;

use crate::hostile::memory::{ALLOWANCE_KB, peak_kb};
use crate::support::rpc::PROTOBUF;
use crate::support::server::until;
use crate::support::{Answer, Connection, Reporter, Server};

/// Longer than the server waits for its turn to write.
const LONG: Duration = Duration::from_secs(12);

/// A client gives up after ten seconds, whatever is answered then.
const TOO_LATE: Duration = Duration::from_secs(6);

/// The answer of `PRAGMA integrity_check`.
#[derive(QueryableByName)]
struct Integrity {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// Opens the server's database beside it.
pub fn open(server: &Server) -> SqliteConnection {
    let path = server.sqlite_file();
    let mut opened = SqliteConnection::establish(&path.to_string_lossy()).expect("the database");
    opened.batch_execute("PRAGMA busy_timeout = 10000").expect("it waits for its turn");
    opened
}

/// Fails unless the file is whole.
pub fn assert_whole(server: &Server) {
    let checked: Integrity = diesel::sql_query("PRAGMA integrity_check")
        .get_result(&mut open(server))
        .expect("an answer");
    assert_eq!(checked.integrity_check, "ok");
}

/// Sends metrics, whatever becomes of them.
pub fn offer(server: &Server, connection: &Connection, body: &[u8]) -> Answer {
    let authorization = format!("Bearer {}", connection.token);
    let headers = [("Content-Type", PROTOBUF), ("Authorization", authorization.as_str())];
    server.post("/v1/metrics", &headers, body)
}

/// Whether an answer accepts a request; fails unless one that does not has it sent again.
pub fn is_accepted(answer: &Answer) -> bool {
    if answer.status == 200 {
        return true;
    }
    answer.assert_refused(503, "a passing fault");
    assert_eq!(answer.header("retry-after"), "1");
    false
}

#[test]
fn a_database_that_another_process_has_locked_is_a_passing_fault() {
    let server = Server::on(Backend::Sqlite, &[]);
    let connection = server.connection("locked");
    let reporter = Reporter::new("locked");
    server.send(&connection, "metrics", &reporter.tokens(&[1.0]).encode_to_vec());
    server.settle();
    let peak = peak_kb(&server);
    let mut other = open(&server);
    // So that it is noted that the token is used.
    other.batch_execute("UPDATE api_tokens SET last_used_at = 0").expect("long ago");
    other.batch_execute("BEGIN IMMEDIATE").expect("locked");
    let read = Instant::now();
    assert_eq!(server.get("/api/v1/status").status, 200, "reading goes on");
    assert!(read.elapsed() < TOO_LATE, "the reader waits for the lock");

    let locked = Instant::now();
    let mut refused = Vec::new();
    while locked.elapsed() < LONG {
        let body = reporter.tokens(&[1.0]).encode_to_vec();
        let sent = Instant::now();
        assert!(!is_accepted(&offer(&server, &connection, &body)), "nothing can be on disk");
        assert!(sent.elapsed() < TOO_LATE, "the client has given up");
        assert_eq!(server.get("/api/v1/status").status, 200, "reading goes on");
        refused.push(body);
    }
    other.batch_execute("ROLLBACK").expect("free");

    for body in &refused {
        // What was committed after all is a copy now.
        until(|| is_accepted(&offer(&server, &connection, body)));
    }
    assert_eq!(reporter.counted(&server), 1 + i64::try_from(refused.len()).expect("few"));
    if let (Some(before), Some(after)) = (peak, peak_kb(&server)) {
        assert!(after - before < ALLOWANCE_KB, "{before} kB, then {after} kB");
    }
    assert_whole(&server);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let taken = tempfile::NamedTempFile::new().expect("a file");
    let folder = taken.path().join("data");
    let output = Command::new(env!("CARGO_BIN_EXE_daybook"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(&folder)
        .output()
        .expect("it runs");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&*folder.to_string_lossy()) && said.contains("--data-dir"), "{said}");
}
