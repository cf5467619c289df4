//! Throw-away databases for tests: SQLite files, or a PostgreSQL server of their own.
//!
//! Every behavioural test runs on both: `DAYBOOK_TEST_DATABASE` says on which, `sqlite` where
//! it says nothing. The server is started once a test process, on a free port of the loopback,
//! and ends with the process however that ends.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "tests cannot go on without what they need, and say what that is"
)]

mod server;
mod session;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

pub use server::{Durability, PostgresServer, is_root};
pub use session::Session;

/// The setting of the test server that is weaker than Daybook wants: tests kill processes and
/// not the machine, so nothing is lost when files are not synced.
pub const NOT_DURABLE: &str = "fsync";

/// Which database tests run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// Which database the tests of this process run on.
pub fn backend() -> Backend {
    match std::env::var("DAYBOOK_TEST_DATABASE").as_deref() {
        Ok("postgres") => Backend::Postgres,
        Ok("sqlite") | Err(_) => Backend::Sqlite,
        Ok(other) => panic!("DAYBOOK_TEST_DATABASE is sqlite or postgres, not {other}"),
    }
}

/// An empty database and a folder; gone when it is dropped.
#[derive(Debug)]
pub struct Database {
    folder: TempDir,
    /// As `--database-url` takes it.
    pub url: String,
    name: Option<String>,
}

impl Database {
    /// An empty database of the kind the tests of this process run on.
    pub fn new() -> Database {
        Database::on(backend())
    }

    /// An empty database of a kind.
    pub fn on(backend: Backend) -> Database {
        let folder = tempfile::tempdir().expect("a folder");
        match backend {
            Backend::Sqlite => {
                let url = format!("sqlite:{}", folder.path().join("daybook.db").display());
                Database { folder, url, name: None }
            }
            Backend::Postgres => {
                static NUMBER: AtomicUsize = AtomicUsize::new(0);
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let name = format!("t{}_{number}", std::process::id());
                let url = shared_server().create(&name);
                Database { folder, url, name: Some(name) }
            }
        }
    }

    /// A database that somebody else made and will remove.
    pub fn at(url: &str) -> Database {
        Database { folder: tempfile::tempdir().expect("a folder"), url: url.to_owned(), name: None }
    }

    /// Says something to the PostgreSQL server of this database, in SQL; its answer.
    pub fn ask(&self, sql: &str) -> String {
        shared_server().ask(self.name.as_deref().expect("on PostgreSQL"), sql)
    }

    /// Opens a session with the PostgreSQL server of this database, beside all others.
    pub fn session(&self) -> Session {
        let session = shared_server().session(self.name.as_deref().expect("on PostgreSQL"));
        session.expect("the server takes one more")
    }

    /// A folder for the data that is not in the database.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

impl Default for Database {
    fn default() -> Database {
        Database::new()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            shared_server().remove(name);
        }
    }
}

/// The server that all tests of this process share.
fn shared_server() -> &'static PostgresServer {
    static SERVER: OnceLock<PostgresServer> = OnceLock::new();
    SERVER.get_or_init(|| PostgresServer::start(Durability::Processes))
}
