//! Makes connections, for the pool and beside it.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{Error as PoolError, ManageConnection, R2D2Connection};
use diesel_async::AsyncPgConnection;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Address;
use super::{OpenError, PgConnection, StoreError};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// What holds for every connection: nothing waits for ever, and a process that stops in the
/// middle of a transaction does not hold up the others.
const SESSION: &str = "SET statement_timeout = '60s'; SET lock_timeout = '30s'; \
     SET idle_in_transaction_session_timeout = '15s'; SET client_min_messages = warning";

/// The thread that drives the sockets of every connection.
pub(super) struct Driver {
    runtime: Option<Runtime>,
}

impl Driver {
    /// Starts the thread.
    pub(super) fn start() -> Result<Driver, OpenError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("postgres")
            .enable_all()
            .build()
            .map_err(|error| OpenError::Pool(error.to_string()))?;
        Ok(Driver { runtime: Some(runtime) })
    }

    /// What futures are run with.
    pub(super) fn handle(&self) -> Option<Handle> {
        self.runtime.as_ref().map(|runtime| runtime.handle().clone())
    }
}

impl Drop for Driver {
    /// Ends without waiting: this may be dropped where nothing may wait.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Makes connections to one schema of one database.
#[derive(Clone)]
pub(super) struct Connector {
    config: Arc<Config>,
    tls: Option<Arc<ClientConfig>>,
    handle: Handle,
    /// Where tables are looked for; the server's own setting when there is none.
    schema: Option<String>,
}

impl Connector {
    /// The connector of an address.
    pub(super) fn new(address: Address, driver: &Driver) -> Result<Connector, OpenError> {
        let tls = address.is_encrypted().then(|| tls(&address)).transpose()?;
        let mut config = address.config;
        config
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_user_timeout(Duration::from_secs(15))
            .keepalives_idle(Duration::from_secs(30));
        let handle = driver.handle().ok_or_else(|| OpenError::Pool("stopping".to_owned()))?;
        Ok(Connector { config: Arc::new(config), tls, handle, schema: None })
    }

    /// The same database, another schema.
    pub(super) fn in_schema(&self, name: &str) -> Connector {
        Connector { schema: Some(name.to_owned()), ..self.clone() }
    }

    /// Connects, and says what is wrong.
    pub(super) fn connect_now(&self) -> Result<PgConnection, OpenError> {
        self.connect().map_err(|error| OpenError::Pool(error.to_string()))
    }

    /// Connects, as asynchronous code does it.
    pub(super) async fn establish(&self) -> Result<AsyncPgConnection, PoolError> {
        let refused = |error: tokio_postgres::Error| {
            PoolError::ConnectionError(diesel::ConnectionError::BadConnection(reason(&error)))
        };
        let made = match &self.tls {
            Some(tls) => {
                let connect = MakeRustlsConnect::new(ClientConfig::clone(tls));
                let (client, connection) = self.config.connect(connect).await.map_err(refused)?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            }
            None => {
                let (client, connection) = self.config.connect(NoTls).await.map_err(refused)?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            }
        };
        made.map_err(PoolError::ConnectionError)
    }
}

/// An error with what caused it: "error connecting to server" says little.
fn reason(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

impl ManageConnection for Connector {
    type Connection = PgConnection;
    type Error = PoolError;

    fn connect(&self) -> Result<PgConnection, PoolError> {
        // The wrapper runs its futures with the runtime it was made in.
        let _driver = self.handle.enter();
        let mut connection = PgConnection::from(self.handle.block_on(self.establish())?);
        connection.batch_execute(SESSION).map_err(PoolError::QueryError)?;
        if let Some(schema) = &self.schema {
            let path = format!("SET search_path = {schema}");
            connection.batch_execute(&path).map_err(PoolError::QueryError)?;
        }
        Ok(connection)
    }

    /// Costs nothing: the driver has noticed when the server has gone.
    fn is_valid(&self, connection: &mut PgConnection) -> Result<(), PoolError> {
        if self.has_broken(connection) {
            return Err(PoolError::QueryError(StoreError::BrokenTransactionManager));
        }
        Ok(())
    }

    fn has_broken(&self, connection: &mut PgConnection) -> bool {
        R2D2Connection::is_broken(connection)
    }
}

/// How the way is encrypted: by the given authorities, else by the system's.
fn tls(address: &Address) -> Result<Arc<ClientConfig>, OpenError> {
    let mut roots = RootCertStore::empty();
    match &address.root_certificates {
        Some(path) => add_file(&mut roots, path)?,
        None => {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| OpenError::Pool(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Adds the authorities of a PEM file.
fn add_file(roots: &mut RootCertStore, path: &str) -> Result<(), OpenError> {
    let unreadable = |reason: String| OpenError::Certificates { path: path.to_owned(), reason };
    let text = fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unreadable(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unreadable("there is no certificate in it".to_owned()));
    }
    Ok(())
}
