//! TLS as Claude Code would do it: with the authorities this machine trusts.

use std::io;
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, ClientConnection, Error, RootCertStore, StreamOwned};

use super::Finding;
use super::endpoint::Endpoint;
use super::wire::{self, Answer};

/// Whom this machine trusts, and whom it is told to.
pub(super) fn config(authorities: Option<&Path>) -> Result<Arc<ClientConfig>, Finding> {
    let mut roots = RootCertStore::empty();
    for certificate in rustls_native_certs::load_native_certs().certs {
        // One that cannot be read is trusted by nobody here.
        let _ = roots.add(certificate);
    }
    if let Some(path) = authorities {
        let read =
            CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let unreadable = || {
            let says = format!("{} holds no certificates", path.display());
            Finding::bad("tls", says, "name a file in PEM with --tls-ca")
        };
        for certificate in read.map_err(|_| unreadable())? {
            roots.add(certificate).map_err(|_| unreadable())?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| cannot(&error))?;
    Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

/// Shakes hands, and nothing more.
pub(super) fn handshake(
    mut stream: TcpStream,
    endpoint: &Endpoint,
    config: &Arc<ClientConfig>,
) -> Result<(), Finding> {
    let mut connection = client(endpoint, config)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut stream).map_err(|error| broken(endpoint, &error))?;
    }
    Ok(())
}

/// Sends a request, and reads what comes back.
pub(super) fn exchange(
    stream: TcpStream,
    endpoint: &Endpoint,
    config: &Arc<ClientConfig>,
    request: &[u8],
) -> Result<Answer, Finding> {
    wire::exchange(StreamOwned::new(client(endpoint, config)?, stream), request)
}

/// The client's side.
fn client(endpoint: &Endpoint, config: &Arc<ClientConfig>) -> Result<ClientConnection, Finding> {
    let name = ServerName::try_from(endpoint.host.clone());
    let name =
        name.map_err(|_| Finding::bad("tls", "the host is no name of TLS", "check the URL"))?;
    ClientConnection::new(Arc::clone(config), name).map_err(|error| cannot(&error))
}

/// Why there was no handshake.
fn broken(endpoint: &Endpoint, error: &io::Error) -> Finding {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match inner {
        Some(Error::InvalidCertificate(reason)) => distrusted(endpoint, reason),
        Some(Error::InvalidMessage(_)) => Finding::bad(
            "tls",
            "what answers there speaks no TLS",
            "begin the URL with http://, or give the server a certificate (--tls-certificate)",
        ),
        Some(error) => cannot(error),
        None => Finding::bad(
            "tls",
            format!("the connection breaks off in the handshake: {error}"),
            "check that the port is one of TLS, and that no proxy in between closes it",
        ),
    }
}

/// Why a certificate is not trusted.
fn distrusted(endpoint: &Endpoint, reason: &CertificateError) -> Finding {
    let host = &endpoint.host;
    let (says, cure) = match reason {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            "the server's certificate has expired".to_owned(),
            "renew it; the server takes new files into use by itself",
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
            "the server's certificate is not valid yet".to_owned(),
            "check the clock of this machine",
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            format!("the server's certificate is not for {host}"),
            "use the name it is for, or have it issued for this one",
        ),
        CertificateError::UnknownIssuer => (
            "this machine does not trust who signed the server's certificate".to_owned(),
            "set NODE_EXTRA_CA_CERTS to your authority's file (PEM) for Claude Code, or have the \
             certificate signed by a public one; --tls-ca tries a file here",
        ),
        _ => (
            format!("the server's certificate is not accepted: {reason}"),
            "have it issued anew, with its chain behind it",
        ),
    };
    Finding::bad("tls", says, cure)
}

/// Anything else of TLS.
fn cannot(error: &Error) -> Finding {
    let cure = "a proxy in between may look into TLS; ask for this host to be left out of that";
    Finding::bad("tls", format!("TLS fails: {error}"), cure)
}
