//! The database behind Daybook: opening it, reading from it, writing to it.
//!
//! Laid out for two databases. A query is written once, as an ordinary Diesel body that
//! `on_backend!` pastes into one arm a backend; SQLite is the first of them.

mod sqlite;

use std::path::Path;

pub use sqlite::SqliteStore;

/// One open connection, of whichever backend.
pub enum StoreConnection<'a> {
    Sqlite(&'a mut diesel::SqliteConnection),
}

/// Runs the same Diesel body on whichever backend the connection is of.
///
/// Generic functions over `Connection` need pages of bounds, `MultiConnection` refuses
/// upserts; pasting the body keeps both typed.
macro_rules! on_backend {
    ($connection:expr, $name:ident => $body:expr) => {
        match $connection {
            $crate::store::StoreConnection::Sqlite($name) => $body,
        }
    };
}
pub(crate) use on_backend;

/// Where Daybook keeps everything. Cheap to clone; every method blocks its thread.
#[derive(Clone)]
pub enum Store {
    Sqlite(SqliteStore),
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot open the database: {0}")]
    Connection(#[from] diesel::ConnectionError),
    #[error("cannot make the pool of readers: {0}")]
    Pool(String),
    #[error("cannot bring the tables up to date: {0}")]
    Migration(String),
    #[error("the database answered: {0}")]
    Query(#[from] diesel::result::Error),
    #[error(
        "{setting} is {found}, but what is acknowledged must be on disk; it has to be {expected}"
    )]
    NotDurable { setting: &'static str, found: String, expected: &'static str },
}

impl Store {
    /// Opens (and creates, and migrates) the SQLite file at `path`.
    pub fn open_sqlite(path: &Path) -> Result<Store, OpenError> {
        SqliteStore::open(path).map(Store::Sqlite)
    }

    /// Runs `work` on a reading connection.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&mut StoreConnection<'_>) -> diesel::QueryResult<T>,
    ) -> diesel::QueryResult<T> {
        match self {
            Store::Sqlite(store) => store.read(work),
        }
    }

    /// Runs `work` in one transaction that is on disk when this returns `Ok`.
    ///
    /// An error of `work` rolls everything back.
    pub fn write<T>(
        &self,
        work: impl FnOnce(&mut StoreConnection<'_>) -> diesel::QueryResult<T>,
    ) -> diesel::QueryResult<T> {
        match self {
            Store::Sqlite(store) => store.write(work),
        }
    }

    /// Runs `work` when nobody else in this process does the same: what it reads of the derived
    /// tables stays true until it has written them, without holding up other writers.
    pub fn in_turn<T>(&self, work: impl FnOnce() -> T) -> T {
        match self {
            Store::Sqlite(store) => store.in_turn(work),
        }
    }

    /// Puts the derived tables of the SQLite file `rebuilt` in the place of this one's.
    ///
    /// `catch_up` runs first, in the same transaction: nothing is folded from then on, so it
    /// can bring `rebuilt` up to date.
    pub fn replace_derived(
        &self,
        rebuilt: &Path,
        catch_up: impl FnOnce(&mut StoreConnection<'_>) -> diesel::QueryResult<()>,
    ) -> diesel::QueryResult<()> {
        match self {
            Store::Sqlite(store) => store.replace_derived(rebuilt, catch_up),
        }
    }

    /// What the database calls itself, for `/status`.
    pub fn describe(&self) -> &'static str {
        match self {
            Store::Sqlite(_) => "SQLite",
        }
    }
}
