//! The database behind Daybook: opening it, reading from it, writing to it.
//!
//! Two of them: SQLite inside, PostgreSQL where an organization outgrows one file. A query is
//! written once, as an ordinary Diesel body that `on_backend!` pastes into one arm a backend.

mod location;
mod sqlite;
mod postgres;
mod beside;
mod upsert;
mod values;

use std::collections::BTreeSet;

use diesel::result::Error as StoreError;

pub use beside::Beside;
pub use location::{Location, LocationError};
pub use postgres::{PgConnection, PostgresStore};
pub(crate) use postgres::{Unnest, lock_claims};
pub use sqlite::SqliteStore;
pub(crate) use upsert::{OnConflict, Upsert};
pub(crate) use values::Values;

/// One open connection, of whichever backend.
pub enum StoreConnection<'a> {
    Sqlite(&'a mut diesel::SqliteConnection),
    Postgres(&'a mut PgConnection),
}

/// Runs the same Diesel body on whichever backend the connection is of.
///
/// Generic functions over `Connection` need pages of bounds, `MultiConnection` refuses
/// upserts; pasting the body keeps both typed.
macro_rules! on_backend {
    ($connection:expr, $name:ident => $body:expr) => {
        match $connection {
            $crate::store::StoreConnection::Sqlite($name) => $body,
            $crate::store::StoreConnection::Postgres($name) => $body,
        }
    };
}
pub(crate) use on_backend;

/// Where Daybook keeps everything. Cheap to clone; every method blocks its thread, and must
/// not be called on a thread that drives asynchronous work.
#[derive(Clone)]
pub enum Store {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot open the database: {0}")]
    Connection(#[from] diesel::ConnectionError),
    #[error("it cannot be written: {path}: {reason}")]
    NotWritable { path: String, reason: std::io::Error },
    #[error("cannot open the database: {0}")]
    Pool(String),
    #[error("cannot read the certificates in {path}: {reason}")]
    Certificates { path: String, reason: String },
    #[error("cannot bring the tables up to date: {0}")]
    Migration(String),
    #[error("the database answered: {0}")]
    Query(#[from] StoreError),
    #[error(
        "{setting} is {found}, but what is acknowledged must be on disk; it has to be {expected}. \
         Change it, or accept the loss of acknowledged telemetry with --allow-not-durable {setting}"
    )]
    NotDurable { setting: &'static str, found: String, expected: &'static str },
    #[error(
        "the database at {path} cannot keep a write-ahead log (its journal_mode is {found}): that \
         needs a local file system, shared by no other machine. Choose another --data-dir"
    )]
    NoLog { path: String, found: String },
}

/// How far a change may reach that is reckoned in a turn: see [`Store::in_turn`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// No further than the shards that were named.
    Shards,
    /// Beyond them: nobody else has a turn meanwhile.
    Everything,
}

impl Store {
    /// Opens (and creates, and migrates) a database. Settings that break the promise that what
    /// was committed is on disk are refused, but for those named in `not_durable`.
    pub fn open(location: &Location, not_durable: &[String]) -> Result<Store, OpenError> {
        match location {
            Location::Sqlite(path) => SqliteStore::open(path, not_durable).map(Store::Sqlite),
            Location::Postgres(url) => PostgresStore::open(url, not_durable).map(Store::Postgres),
        }
    }

    /// Whether several processes may work on it at once.
    pub fn is_shared(&self) -> bool {
        matches!(self, Store::Postgres(_))
    }

    /// Runs `work` on a reading connection.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&mut StoreConnection<'_>) -> diesel::QueryResult<T>,
    ) -> diesel::QueryResult<T> {
        match self {
            Store::Sqlite(store) => store.read(work),
            Store::Postgres(store) => store.read(work),
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
            Store::Postgres(store) => store.write(work),
        }
    }

    /// Runs `work`, which is one statement, so that it is on disk when this returns `Ok`.
    ///
    /// A statement is a transaction by itself on PostgreSQL: to begin and end one would be two
    /// more ways to the server and back.
    pub fn write_statement<T>(
        &self,
        work: impl FnOnce(&mut StoreConnection<'_>) -> diesel::QueryResult<T>,
    ) -> diesel::QueryResult<T> {
        match self {
            Store::Sqlite(store) => store.write(work),
            Store::Postgres(store) => store.read(work),
        }
    }

    /// Reckons a change from what is stored, then writes it: nobody else changes what it was
    /// reckoned from in between.
    ///
    /// `shards` are what the change reads and writes of; turns of other shards may go on beside
    /// it. `reckon` is told how far it may reach; when it answers `None`, because the change reaches
    /// further, it is asked again with nobody beside. An error of either rolls everything back.
    pub fn in_turn<P, E: From<StoreError>>(
        &self,
        shards: &BTreeSet<i16>,
        reckon: impl Fn(&mut StoreConnection<'_>, Reach) -> Result<Option<P>, E>,
        write: impl Fn(&mut StoreConnection<'_>, &P) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Store::Sqlite(store) => store.in_turn(reckon, write),
            Store::Postgres(store) => store.in_turn(shards, reckon, write),
        }
    }

    /// Runs `work` in one transaction while nobody else has a turn: what it reads of the derived
    /// tables is so until it is written.
    pub fn alone_in_turn<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut StoreConnection<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        match self {
            Store::Sqlite(store) => store.alone_in_turn(work),
            Store::Postgres(store) => store.alone_in_turn(work),
        }
    }

    /// Lets go of what was deleted: on SQLite the file is written anew, without the pages and
    /// the log that are in use no more. Who writes meanwhile waits. PostgreSQL does this by
    /// itself, in its own time.
    pub fn compact(&self) -> diesel::QueryResult<()> {
        match self {
            Store::Sqlite(store) => store.compact(),
            Store::Postgres(_) => Ok(()),
        }
    }

    /// Whether there may be room on the disk for as much as a batch writes: it is tried. A full
    /// disk takes small changes for long, in place and where something was deleted. Where it cannot
    /// be found out, there may be.
    pub fn has_room(&self) -> bool {
        let room = match self {
            Store::Sqlite(store) => store.try_room().map_err(|error| error.to_string()),
            Store::Postgres(store) => store.try_room().map_err(|error| error.to_string()),
        };
        room.unwrap_or_else(|error| {
            tracing::warn!(error, "whether the database has room could not be found out");
            true
        })
    }

    /// An empty database beside this one, to be filled and then to
    /// [replace](Store::replace_derived) the derived tables. Gone when it is dropped.
    pub fn beside(&self) -> Result<Beside, OpenError> {
        match self {
            Store::Sqlite(store) => store.beside(),
            Store::Postgres(store) => store.beside(),
        }
    }

    /// Puts the derived tables of `rebuilt` in the place of this one's.
    ///
    /// `catch_up` runs first, in the same transaction: nothing is folded from then on, so it
    /// can bring `rebuilt` up to date.
    pub fn replace_derived(
        &self,
        rebuilt: &Beside,
        catch_up: impl FnOnce(&mut StoreConnection<'_>) -> diesel::QueryResult<()>,
    ) -> diesel::QueryResult<()> {
        match self {
            Store::Sqlite(store) => store.replace_derived(rebuilt, catch_up),
            Store::Postgres(store) => store.replace_derived(rebuilt, catch_up),
        }
    }

    /// Runs a job that only one process may run at a time; `None` when another one does.
    ///
    /// On SQLite the process has the database for itself, but for rebuilds.
    pub fn alone<T>(&self, job: Job, work: impl FnOnce() -> T) -> diesel::QueryResult<Option<T>> {
        match self {
            Store::Sqlite(store) if job == Job::Rebuild => store.alone_in_rebuild(work),
            Store::Sqlite(_) => Ok(Some(work())),
            Store::Postgres(store) => store.alone(job, work),
        }
    }

    /// Tells the other processes that there is something to fold.
    pub fn announce(&self) -> diesel::QueryResult<()> {
        match self {
            Store::Sqlite(_) => Ok(()),
            Store::Postgres(store) => store.announce(),
        }
    }

    /// Calls `heard` whenever another process announces something, and after any time it could
    /// not be heard, until what this returns is dropped. Others see by it that a worker is there.
    pub fn listen(
        &self,
        worker: i64,
        heard: impl Fn() + Send + Sync + 'static,
    ) -> Option<Listening> {
        match self {
            Store::Sqlite(_) => None,
            Store::Postgres(store) => Some(store.listen(worker, heard)),
        }
    }

    /// What the database calls itself, for `/status`.
    pub fn describe(&self) -> &'static str {
        match self {
            Store::Sqlite(_) => "SQLite",
            Store::Postgres(_) => "PostgreSQL",
        }
    }
}

pub use postgres::Listening;

/// What one process at a time does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Bringing the tables up to date.
    Migrate = 1,
    /// Making the first connection.
    FirstStart,
    /// Forgetting what decides nothing any more.
    Prune,
    /// Making every figure again.
    Rebuild,
    /// Looking for new patterns in what is stored.
    Rescan,
}
