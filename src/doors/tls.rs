//! TLS on every door: the certificate that is shown, and whose clients are let in.
//!
//! One configuration serves every door for the life of the process; what it shows and whom it
//! trusts is looked up at each handshake, so that new files count for the next connection.

mod clients;
mod files;
mod reload;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::config::TlsArgs;
use clients::TrustedClients;
use files::{Material, Pems};

pub use reload::reload_when_changed;

/// TLS as it is now; the files may change.
#[derive(Debug)]
pub struct Tls {
    paths: Paths,
    provider: Arc<CryptoProvider>,
    current: RwLock<Current>,
}

/// Where the files are.
#[derive(Debug)]
struct Paths {
    certificate: PathBuf,
    key: PathBuf,
    client_ca: Option<PathBuf>,
}

/// What was read last.
#[derive(Debug)]
struct Current {
    /// What the files held, good or not: read again, the same is not tried again.
    pems: Pems,
    material: Material,
}

impl Tls {
    /// Reads the files that the flags name; `None` when they name none.
    pub fn load(arguments: &TlsArgs) -> anyhow::Result<Option<Arc<Tls>>> {
        let (Some(certificate), Some(key)) = (&arguments.tls_certificate, &arguments.tls_key)
        else {
            return Ok(None);
        };
        let paths = Paths {
            certificate: certificate.clone(),
            key: key.clone(),
            client_ca: arguments.tls_client_ca.clone(),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let pems = Pems::read(&paths)?;
        let material = Material::new(&pems, &provider)?;
        let current = RwLock::new(Current { pems, material });
        Ok(Some(Arc::new(Tls { paths, provider, current })))
    }

    /// The configuration of a door; it shows what is current at each handshake.
    pub fn server_config(self: &Arc<Tls>) -> anyhow::Result<ServerConfig> {
        let builder = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .context("choose versions of TLS")?;
        let builder = if self.paths.client_ca.is_some() {
            builder.with_client_cert_verifier(Arc::new(TrustedClients::new(Arc::clone(self))))
        } else {
            builder.with_no_client_auth()
        };
        let resolver: Arc<Tls> = Arc::clone(self);
        let mut config = builder.with_cert_resolver(resolver);
        if self.paths.client_ca.is_some() {
            // A resumed session shows no certificate again: one that is no longer trusted
            // would be let in.
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        Ok(config)
    }

    /// Reads the files again. Says whether something new is used from now on; what is wrong
    /// with new files leaves the old ones in use.
    pub fn reload(&self) -> anyhow::Result<bool> {
        let pems = Pems::read(&self.paths)?;
        if self.current.read().unwrap_or_else(PoisonError::into_inner).pems == pems {
            return Ok(false);
        }
        let material = Material::new(&pems, &self.provider);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.pems = pems;
        current.material = material?;
        Ok(true)
    }

    /// What is current.
    fn material(&self) -> Material {
        self.current.read().unwrap_or_else(PoisonError::into_inner).material.clone()
    }
}

impl ResolvesServerCert for Tls {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.material().certificate)
    }
}
