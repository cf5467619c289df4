//! SQLite: WAL, `synchronous=FULL`, many readers and one writer.
//!
//! Pooled writers would fight through the busy handler; one connection behind a fair lock
//! lets the enqueueing writer and the folding worker take turns.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use diesel::sql_types::{Integer, Text};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use parking_lot::FairMutex;

use super::beside::{Beside, Place, remove_file};
use super::{OpenError, Reach, Store, StoreConnection, StoreError};
use crate::derived::TABLES;
use crate::installation;

/// The migrations, in the binary.
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");

/// How many readers at once.
const READERS: u32 = 4;

/// How long a command beside the server waits for its turn to write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// What a batch may write, and the pieces it is tried in.
const ROOM_BYTES: usize = 8 << 20;
const PIECE_BYTES: usize = 64 << 10;

/// A SQLite file with its one writer and its pool of readers.
#[derive(Clone)]
pub struct SqliteStore {
    path: PathBuf,
    writer: Arc<FairMutex<SqliteConnection>>,
    readers: Pool<ConnectionManager<SqliteConnection>>,
    /// Held by who reads derived tables in order to write them.
    turn: Arc<FairMutex<()>>,
}

impl SqliteStore {
    /// Opens the file, asserts its durability and runs what migrations are missing.
    pub(super) fn open(path: &Path, not_durable: &[String]) -> Result<SqliteStore, OpenError> {
        SqliteStore::try_open(path, not_durable).map_err(|error| why_not_written(path, error))
    }

    /// The same; what SQLite says of a disk that cannot be written names nothing.
    fn try_open(path: &Path, not_durable: &[String]) -> Result<SqliteStore, OpenError> {
        let url = path.to_string_lossy().into_owned();
        let mut writer = SqliteConnection::establish(&url)?;
        prepare(&mut writer)?;
        assert_durable(&mut writer, path, not_durable)?;
        writer
            .run_pending_migrations(MIGRATIONS)
            .map_err(|error| OpenError::Migration(error.to_string()))?;
        let readers = Pool::builder()
            .max_size(READERS)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(5))
            .connection_customizer(Box::new(Reader))
            .build(ConnectionManager::new(url))
            .map_err(|error| OpenError::Pool(error.to_string()))?;
        Ok(SqliteStore {
            path: path.to_owned(),
            writer: Arc::new(FairMutex::new(writer)),
            readers,
            turn: Arc::new(FairMutex::new(())),
        })
    }

    /// Runs `work` on one of the readers.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&mut StoreConnection<'_>) -> QueryResult<T>,
    ) -> QueryResult<T> {
        let mut reader = self.readers.get().map_err(unavailable)?;
        work(&mut StoreConnection::Sqlite(&mut reader))
    }

    /// Runs `work` in one transaction of the one writer.
    pub(super) fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut StoreConnection<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = self.writer.lock();
        writer.immediate_transaction(|connection| work(&mut StoreConnection::Sqlite(connection)))
    }

    /// Reckons outside the transaction that writes, so that telemetry that arrives meanwhile
    /// is not held up. Only this process folds, so its turn is everybody's.
    pub(super) fn in_turn<P, E: From<StoreError>>(
        &self,
        reckon: impl Fn(&mut StoreConnection<'_>, Reach) -> Result<Option<P>, E>,
        write: impl Fn(&mut StoreConnection<'_>, &P) -> Result<(), E>,
    ) -> Result<(), E> {
        let _turn = self.turn.lock();
        let change = {
            let mut reader = self.readers.get().map_err(|error| E::from(unavailable(error)))?;
            // Nobody else has a turn here, ever.
            reckon(&mut StoreConnection::Sqlite(&mut reader), Reach::Everything)?
        };
        let change = change.ok_or_else(|| E::from(StoreError::RollbackTransaction))?;
        self.write(|connection| write(connection, &change))
    }

    /// Takes this process's turn, and the database's one writer; a fold of another process that
    /// has reckoned meanwhile finds another generation, and reckons again.
    pub(super) fn alone_in_turn<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut StoreConnection<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let _turn = self.turn.lock();
        self.write(work)
    }

    /// Writes the file anew and empties its log. What is sorted meanwhile is not held in memory:
    /// it is as much as the file.
    pub(super) fn compact(&self) -> QueryResult<()> {
        let mut writer = self.writer.lock();
        let compacted = writer
            .batch_execute("PRAGMA temp_store = FILE; VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
        writer.batch_execute("PRAGMA temp_store = MEMORY")?;
        compacted
    }

    /// Whether a file finds room beside this one: it has no name any more when it is written.
    pub(super) fn try_room(&self) -> std::io::Result<bool> {
        let path = beside(&self.path, "-room");
        let file = File::create(&path);
        std::fs::remove_file(&path).or_else(|error| match error.kind() {
            ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })?;
        match file.and_then(|file| fill(&file)) {
            Ok(()) => Ok(true),
            Err(error) if is_lack(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Runs a rebuild unless another process does: in containers both may have the same id, and
    /// would share the file beside.
    pub(super) fn alone_in_rebuild<T>(&self, work: impl FnOnce() -> T) -> QueryResult<Option<T>> {
        let broken = |error: std::io::Error| {
            StoreError::QueryBuilderError(format!("no lock of a rebuild: {error}").into())
        };
        let file = File::create(self.path.with_extension("rebuild.lock")).map_err(broken)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(work())),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(broken(error)),
        }
    }

    /// A new file next to this one, of this process alone.
    pub(super) fn beside(&self) -> Result<Beside, OpenError> {
        let path = self.path.with_extension(format!("rebuild-{}", std::process::id()));
        // A process that was killed left it here and had the same id: in a container all do.
        remove_file(&path);
        let store = Store::Sqlite(SqliteStore::open(&path, &[])?);
        Ok(Beside { store, place: Arc::new(Place::File(path)) })
    }

    /// Puts the derived tables of another file in the place of this one's.
    pub(super) fn replace_derived(
        &self,
        rebuilt: &Beside,
        catch_up: impl FnOnce(&mut StoreConnection<'_>) -> QueryResult<()>,
    ) -> QueryResult<()> {
        let Place::File(rebuilt) = &*rebuilt.place else {
            return Err(StoreError::NotFound);
        };
        let mut writer = self.writer.lock();
        diesel::sql_query("ATTACH DATABASE ? AS rebuilt")
            .bind::<Text, _>(rebuilt.to_string_lossy().into_owned())
            .execute(&mut *writer)?;
        // Not an immediate one, which would take the turn to write to the file beside as well, and
        // catching up needs that. The first statement takes this file's.
        let replaced = writer.transaction(|connection| {
            installation::touch(&mut StoreConnection::Sqlite(connection))?;
            catch_up(&mut StoreConnection::Sqlite(connection))?;
            for (table, columns) in TABLES {
                connection.batch_execute(&format!(
                    "DELETE FROM main.{table}; \
                     INSERT INTO main.{table} ({columns}) SELECT {columns} FROM rebuilt.{table};"
                ))?;
            }
            // How often the same bytes came again is not in what is kept.
            connection.batch_execute(
                "DELETE FROM main.tallies WHERE name <> 'request_copies'; \
                 INSERT INTO main.tallies SELECT * FROM rebuilt.tallies;",
            )
        });
        writer.batch_execute("DETACH DATABASE rebuilt")?;
        replaced
    }
}

/// Writes as much as a batch may, of which nothing can be packed.
fn fill(mut file: &File) -> std::io::Result<()> {
    let mut noise = blake3::Hasher::new().finalize_xof();
    let mut piece = vec![0; PIECE_BYTES];
    for _ in 0..ROOM_BYTES / PIECE_BYTES {
        noise.fill(&mut piece);
        file.write_all(&piece)?;
    }
    file.sync_all()
}

/// Whether a file could not be written for want of room.
fn is_lack(error: &std::io::Error) -> bool {
    use ErrorKind::{FileTooLarge, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge | ReadOnlyFilesystem)
}

/// The path of a file beside the database's, named after it.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Why a database that could not be opened cannot be written, if that is why: neither the file nor
/// what SQLite puts beside it. The file itself is not opened: to close it again would let go of
/// locks of SQLite's.
fn why_not_written(path: &Path, error: OpenError) -> OpenError {
    let tried = beside(path, "-write");
    let reason = match std::fs::metadata(path) {
        Ok(file) if file.permissions().readonly() => Some(ErrorKind::PermissionDenied.into()),
        _ => File::create(&tried).err(),
    };
    let _ = std::fs::remove_file(&tried);
    match reason {
        Some(reason) => OpenError::NotWritable { path: path.display().to_string(), reason },
        None => error,
    }
}

/// Sets up a connection that may write.
fn prepare(connection: &mut SqliteConnection) -> QueryResult<()> {
    connection.batch_execute(&format!(
        "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; \
         PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;",
        BUSY_TIMEOUT.as_millis()
    ))
}

/// Sets up each reader of the pool.
#[derive(Debug)]
struct Reader;

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Reader {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        connection
            .batch_execute(&format!(
                "PRAGMA busy_timeout = {}; PRAGMA query_only = ON; PRAGMA mmap_size = 16777216; \
                 PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2048;",
                BUSY_TIMEOUT.as_millis()
            ))
            .map_err(diesel::r2d2::Error::QueryError)
    }
}

/// One text answer of a PRAGMA.
#[derive(QueryableByName)]
struct JournalMode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

/// One number answer of a PRAGMA.
#[derive(QueryableByName)]
struct Synchronous {
    #[diesel(sql_type = Integer)]
    synchronous: i32,
}

/// Refuses a file on which a commit would not be a promise. Without the write-ahead log readers
/// would hold up the writer, so nobody is offered to go without.
fn assert_durable(
    connection: &mut SqliteConnection,
    path: &Path,
    allowed: &[String],
) -> Result<(), OpenError> {
    let journal: JournalMode = diesel::sql_query("PRAGMA journal_mode").get_result(connection)?;
    if journal.journal_mode != "wal" {
        let path = path.display().to_string();
        return Err(OpenError::NoLog { path, found: journal.journal_mode });
    }
    let durable: Synchronous = diesel::sql_query("PRAGMA synchronous").get_result(connection)?;
    if durable.synchronous < 2 && !allowed.iter().any(|name| name == "synchronous") {
        return Err(OpenError::NotDurable {
            setting: "synchronous",
            found: durable.synchronous.to_string(),
            expected: "2 (FULL)",
        });
    }
    Ok(())
}

/// No reader was free in time: as a query error, which callers treat as passing.
fn unavailable(error: impl std::fmt::Display) -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError(format!("no reader is free: {error}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_without_a_write_ahead_log_is_not_offered_as_an_accepted_loss() {
        let mut connection = SqliteConnection::establish(":memory:").expect("a database");
        prepare(&mut connection).expect("set up");
        let allowed = ["journal_mode".to_owned()];
        let refused = assert_durable(&mut connection, Path::new("/data/daybook.db"), &allowed);
        let said = refused.expect_err("memory has no log").to_string();
        assert!(said.contains("/data/daybook.db") && said.contains("--data-dir"), "{said}");
        assert!(!said.contains("--allow-not-durable"), "it would change nothing: {said}");
    }
}
