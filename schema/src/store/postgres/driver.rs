//! Who drives the socket of a connection: whoever waits for its answer.
//!
//! tokio-postgres leaves the socket to a task. With a thread for those tasks, each statement
//! would change threads twice, while the two wait for each other anyway. So each connection has a
//! runtime of its own, and its task runs while somebody waits for a statement.

use std::cell::Cell;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use diesel::r2d2::{Error as PoolError, R2D2Connection};
use diesel::sql_types::Text;
use diesel::{ConnectionError, QueryResult, QueryableByName, RunQueryDsl};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::BlockOn;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::yield_now;

use super::PgConnection;

/// How often the task of an idle connection is let run to see what came: once the socket is
/// asked, then what it told goes through the task.
const LOOKS: usize = 3;

thread_local! {
    /// The runtime of the connection that this thread makes: [`BlockOn::get_runtime`] cannot be
    /// told.
    static MAKING: Cell<Option<Own>> = const { Cell::new(None) };
}

/// The runtime of one connection, with the task of its socket.
#[derive(Clone)]
pub struct Own(Arc<Background>);

/// A runtime that ends without waiting: it may be dropped where nothing may wait.
struct Background(Option<Runtime>);

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl BlockOn for Own {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        match &self.0.0 {
            Some(runtime) => runtime.block_on(future),
            // No connection of ours is made so; one that was would be driven by whoever made it.
            None => Handle::current().block_on(future),
        }
    }

    fn get_runtime() -> Own {
        MAKING.take().unwrap_or_else(|| Own(Arc::new(Background(None))))
    }
}

/// A connection, with what drives it.
pub(super) struct Driven {
    connection: PgConnection,
    own: Own,
    is_forsaken: bool,
}

/// Whether a connection may only read.
#[derive(QueryableByName)]
struct ReadOnly {
    #[diesel(sql_type = Text)]
    transaction_read_only: String,
}

impl Driven {
    /// Makes a connection.
    pub(super) fn new(
        establish: impl Future<Output = Result<AsyncPgConnection, PoolError>>,
    ) -> Result<Driven, PoolError> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            PoolError::ConnectionError(ConnectionError::BadConnection(error.to_string()))
        })?;
        let own = Own(Arc::new(Background(Some(runtime))));
        let connection = own.block_on(establish)?;
        MAKING.set(Some(own.clone()));
        Ok(Driven { connection: PgConnection::from(connection), own, is_forsaken: false })
    }

    /// Gives the connection up if it may only read. The next one may be the same: then connections
    /// are made for as long as that lasts, one for each write that fails.
    pub(super) fn forsake_if_read_only(&mut self) {
        let found: QueryResult<ReadOnly> =
            diesel::sql_query("SHOW transaction_read_only").get_result(&mut self.connection);
        self.is_forsaken = found.is_ok_and(|found| found.transaction_read_only == "on");
    }

    /// Whether it was given up, or lost.
    pub(super) fn is_lost(&mut self) -> bool {
        self.is_forsaken || self.connection.is_broken()
    }

    /// Lets a connection that nobody waited for see whether the server has gone.
    pub(super) fn look(&self) {
        self.own.block_on(async {
            for _ in 0..LOOKS {
                yield_now().await;
            }
        });
    }
}

impl Deref for Driven {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Driven {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}
