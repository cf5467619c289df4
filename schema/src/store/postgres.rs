//! PostgreSQL: several processes on one database, without libpq.
//!
//! Connections are tokio-postgres behind Diesel's synchronous face; whoever waits for an answer
//! drives the socket. Turns of the fold are advisory locks that go with their
//! transaction, so no crash leaves one behind.

mod address;
mod connect;
mod driver;
mod durable;
mod listen;
mod locks;
mod room;
mod unnest;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{Pool, PooledConnection};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::beside::{Beside, Place};
use super::{Job, OpenError, Reach, Store, StoreConnection, StoreError};
use crate::derived::TABLES;
use address::Address;
use connect::Connector;
pub use listen::Listening;
pub(crate) use locks::claims as lock_claims;
pub(crate) use unnest::Unnest;

/// A connection as Diesel's synchronous bodies use it.
pub type PgConnection = AsyncConnectionWrapper<AsyncPgConnection, driver::Own>;

/// The migrations, in the binary.
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/postgres");

/// Most connections of a process, beside the one that listens.
const CONNECTIONS: u32 = 12;

/// How long to wait for a free or new connection. Senders of telemetry wait meanwhile; they
/// are told to come again before their own patience ends.
const PATIENCE: Duration = Duration::from_secs(3);

/// A PostgreSQL database, or one schema of it.
#[derive(Clone)]
pub struct PostgresStore {
    pool: Pool<Connector>,
    connector: Connector,
}

impl PostgresStore {
    /// Connects, asserts the server's durability and runs what migrations are missing.
    pub(super) fn open(url: &str, not_durable: &[String]) -> Result<PostgresStore, OpenError> {
        let connector = Connector::new(Address::parse(url)?)?;
        // Tried once by itself: the pool would tell of a wrong password only as a time-out.
        let mut first = connector.connect_now()?;
        durable::assert(&mut first, not_durable)?;
        PostgresStore::in_schema(connector)
    }

    /// The store of a connector's schema, with its tables up to date.
    fn in_schema(connector: Connector) -> Result<PostgresStore, OpenError> {
        let pool = Pool::builder()
            .max_size(CONNECTIONS)
            .min_idle(Some(0))
            .connection_timeout(PATIENCE)
            .test_on_check_out(true)
            .error_handler(Box::new(diesel::r2d2::NopErrorHandler))
            .build(connector.clone())
            .map_err(|error| OpenError::Pool(error.to_string()))?;
        let store = PostgresStore { pool, connector };
        store.migrate()?;
        Ok(store)
    }

    /// Brings the tables up to date, while no other process does.
    fn migrate(&self) -> Result<(), OpenError> {
        let mut connection = self.connection()?;
        // It takes as long as the tables are large, and who comes second waits for it.
        connection.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0")?;
        locks::hold(&mut connection, Job::Migrate)?;
        let migrated = connection.run_pending_migrations(MIGRATIONS);
        migrated.map_err(|error| OpenError::Migration(error.to_string()))?;
        locks::let_go(&mut connection, Job::Migrate)?;
        connection.batch_execute(connect::SESSION)?;
        Ok(())
    }

    /// A connection of the pool.
    fn connection(&self) -> QueryResult<PooledConnection<Connector>> {
        self.pool.get().map_err(|error| {
            let reason = format!("no connection to PostgreSQL: {error}");
            StoreError::QueryBuilderError(reason.into())
        })
    }

    /// Runs `work` on a connection of the pool. One that may only read is not used again: whoever
    /// lifts that lifts it for connections that are made from then on.
    fn on_connection<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.connection()?;
        work(&mut connection).inspect_err(|_| connection.forsake_if_read_only())
    }

    /// Runs `work` on a connection, each statement by itself.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&mut StoreConnection<'_>) -> QueryResult<T>,
    ) -> QueryResult<T> {
        self.on_connection(|connection| work(&mut StoreConnection::Postgres(connection)))
    }

    /// Runs `work` in one transaction.
    pub(super) fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut StoreConnection<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.on_connection(|connection| {
            connection.transaction(|connection| work(&mut StoreConnection::Postgres(connection)))
        })
    }

    /// Locks the shards, then reckons and writes in one transaction. What reaches further is
    /// rolled back and done again with everybody locked out.
    pub(super) fn in_turn<P, E: From<StoreError>>(
        &self,
        shards: &BTreeSet<i16>,
        reckon: impl Fn(&mut StoreConnection<'_>, Reach) -> Result<Option<P>, E>,
        write: impl Fn(&mut StoreConnection<'_>, &P) -> Result<(), E>,
    ) -> Result<(), E> {
        self.on_connection(|connection| {
            for locked in [Reach::Shards, Reach::Everything] {
                if turn(connection, locked, shards, &reckon, &write)? == Turn::Done {
                    return Ok(());
                }
            }
            Err(E::from(StoreError::RollbackTransaction))
        })
    }

    /// Locks everybody else's turn out.
    pub(super) fn alone_in_turn<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut StoreConnection<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write(|connection| {
            if let StoreConnection::Postgres(connection) = connection {
                locks::everything(connection)?;
            }
            work(connection)
        })
    }

    /// Whether there is [room](Store::has_room).
    pub(super) fn try_room(&self) -> QueryResult<bool> {
        self.on_connection(room::attempt)
    }

    /// A new schema of the same database.
    pub(super) fn beside(&self) -> Result<Beside, OpenError> {
        let name = format!("daybook_rebuild_{}", std::process::id());
        self.drop_schema(&name)?;
        self.connection()?.batch_execute(&format!("CREATE SCHEMA {name}"))?;
        let connector = self.connector.in_schema(&name);
        let place = Arc::new(Place::Schema(name, self.clone()));
        let store = PostgresStore::in_schema(connector)?;
        Ok(Beside { store: Store::Postgres(store), place })
    }

    /// Drops a schema that [`PostgresStore::beside`] made.
    pub(super) fn drop_schema(&self, name: &str) -> QueryResult<()> {
        self.connection()?.batch_execute(&format!("DROP SCHEMA IF EXISTS {name} CASCADE"))
    }

    /// Puts the derived tables of another schema in the place of this one's.
    pub(super) fn replace_derived(
        &self,
        rebuilt: &Beside,
        catch_up: impl FnOnce(&mut StoreConnection<'_>) -> QueryResult<()>,
    ) -> QueryResult<()> {
        let Place::Schema(rebuilt, _) = &*rebuilt.place else {
            return Err(StoreError::NotFound);
        };
        self.connection()?.transaction(|connection| {
            // It takes as long as the tables are large, and waits while others are caught up with.
            connection.batch_execute(
                "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
                 SET LOCAL idle_in_transaction_session_timeout = '5min'",
            )?;
            locks::everything(connection)?;
            catch_up(&mut StoreConnection::Postgres(connection))?;
            for (table, columns) in TABLES {
                connection.batch_execute(&format!(
                    "DELETE FROM {table}; \
                     INSERT INTO {table} ({columns}) SELECT {columns} FROM {rebuilt}.{table};"
                ))?;
            }
            // How often the same bytes came again is not in what is kept.
            connection.batch_execute(&format!(
                "DELETE FROM tallies WHERE name <> 'request_copies'; \
                 INSERT INTO tallies SELECT * FROM {rebuilt}.tallies;"
            ))
        })
    }

    /// Runs a job unless another process does.
    pub(super) fn alone<T>(&self, job: Job, work: impl FnOnce() -> T) -> QueryResult<Option<T>> {
        let mut connection = self.connection()?;
        if !locks::try_hold(&mut connection, job)? {
            return Ok(None);
        }
        let done = work();
        locks::let_go(&mut connection, job)?;
        Ok(Some(done))
    }

    /// Tells the other processes that there is something to fold.
    pub(super) fn announce(&self) -> QueryResult<()> {
        self.connection()?.batch_execute(listen::ANNOUNCE)
    }

    /// Calls `heard` whenever another process announces something.
    pub(super) fn listen(
        &self,
        worker: i64,
        heard: impl Fn() + Send + Sync + 'static,
    ) -> Listening {
        listen::start(self.connector.clone(), worker, heard)
    }
}

/// Has a turn that reaches so far.
fn turn<P, E: From<StoreError>>(
    connection: &mut PgConnection,
    locked: Reach,
    shards: &BTreeSet<i16>,
    reckon: &impl Fn(&mut StoreConnection<'_>, Reach) -> Result<Option<P>, E>,
    write: &impl Fn(&mut StoreConnection<'_>, &P) -> Result<(), E>,
) -> Result<Turn, E> {
    let mut too_far = false;
    let done = connection.transaction(|connection| {
        match locked {
            Reach::Shards => locks::shards(connection, shards)?,
            Reach::Everything => locks::everything(connection)?,
        }
        let mut connection = StoreConnection::Postgres(connection);
        let Some(change) = reckon(&mut connection, locked)? else {
            too_far = true;
            return Err(E::from(StoreError::RollbackTransaction));
        };
        write(&mut connection, &change)
    });
    match done {
        Err(_) if too_far => Ok(Turn::TooFar),
        done => done.map(|()| Turn::Done),
    }
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Done,
    /// It reaches beyond its shards.
    TooFar,
}
