//! Where a campaign's data is: a folder, and a PostgreSQL server of its own if it needs one.

use std::path::{Path, PathBuf};

use daybook_test_database::{Backend, Durability, NOT_DURABLE, PostgresServer};
use tempfile::TempDir;

/// The database's name on the server.
const DATABASE: &str = "campaign";

/// A folder and a database.
pub struct Place {
    folder: TempDir,
    server: Option<PostgresServer>,
}

impl Place {
    /// A new place with an empty database.
    pub fn new(backend: Backend) -> Place {
        let folder = tempfile::Builder::new().prefix("daybook-campaign-").tempdir();
        let server = (backend == Backend::Postgres).then(|| {
            let server = PostgresServer::start(Durability::Processes);
            server.create(DATABASE);
            server
        });
        Place { folder: folder.expect("a folder"), server }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the intent log is.
    pub fn intent_log(&self) -> PathBuf {
        self.folder().join("intents.jsonl")
    }

    /// The server; there is none beside a SQLite file.
    pub fn server(&self) -> &PostgresServer {
        self.server.as_ref().expect("the database is PostgreSQL")
    }

    /// Asks the campaign's database something in SQL.
    pub fn ask(&self, sql: &str) -> String {
        self.server().ask(DATABASE, sql)
    }

    /// The arguments that tell every command where the data is.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--data-dir".to_owned(), self.folder().display().to_string()];
        if let Some(server) = &self.server {
            arguments.extend(["--database-url".to_owned(), server.url(DATABASE)]);
            arguments.extend(["--allow-not-durable".to_owned(), NOT_DURABLE.to_owned()]);
        }
        arguments
    }

    /// Keeps the folder; where it is.
    pub fn keep(self) -> PathBuf {
        self.folder.keep()
    }
}
