//! Makes connections, for the pool and beside it.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{Error as PoolError, ManageConnection};
use diesel_async::AsyncPgConnection;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Address;
use super::driver::Driven;
use super::{OpenError, StoreError};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// What holds for every connection: nothing waits for ever, and a process that stops in the
/// middle of a transaction does not hold up the others. What is read behind a lock is as it is
/// then, whatever the server's default is.
pub(super) const SESSION: &str = "SET statement_timeout = '60s'; SET lock_timeout = '30s'; \
     SET idle_in_transaction_session_timeout = '15s'; SET client_min_messages = warning; \
     SET default_transaction_isolation = 'read committed'";

/// Makes connections to one schema of one database.
#[derive(Clone)]
pub(super) struct Connector {
    config: Arc<Config>,
    tls: Option<Arc<ClientConfig>>,
    /// Where tables are looked for; the server's own setting when there is none.
    schema: Option<String>,
}

impl Connector {
    /// The connector of an address.
    pub(super) fn new(address: Address) -> Result<Connector, OpenError> {
        let tls = address.is_encrypted().then(|| tls(&address)).transpose()?;
        let mut config = address.config;
        config
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_user_timeout(Duration::from_secs(15))
            .keepalives_idle(Duration::from_secs(10))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3);
        Ok(Connector { config: Arc::new(config), tls, schema: None })
    }

    /// The same database, another schema.
    pub(super) fn in_schema(&self, name: &str) -> Connector {
        Connector { schema: Some(name.to_owned()), ..self.clone() }
    }

    /// Connects, and says what is wrong.
    pub(super) fn connect_now(&self) -> Result<Driven, OpenError> {
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
    type Connection = Driven;
    type Error = PoolError;

    fn connect(&self) -> Result<Driven, PoolError> {
        let mut connection = Driven::new(self.establish())?;
        connection.batch_execute(SESSION).map_err(PoolError::QueryError)?;
        if let Some(schema) = &self.schema {
            let path = format!("SET search_path = {schema}");
            connection.batch_execute(&path).map_err(PoolError::QueryError)?;
        }
        Ok(connection)
    }

    /// Asks the server nothing: the socket tells when the server has gone.
    fn is_valid(&self, connection: &mut Driven) -> Result<(), PoolError> {
        connection.look();
        if self.has_broken(connection) {
            return Err(PoolError::QueryError(StoreError::BrokenTransactionManager));
        }
        Ok(())
    }

    fn has_broken(&self, connection: &mut Driven) -> bool {
        connection.is_lost()
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
