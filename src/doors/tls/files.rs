//! Reads certificates and keys from PEM files, and says what is wrong with them.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::sign::CertifiedKey;

use super::Paths;

/// What the files hold. Never printed: a key is in it.
#[derive(PartialEq, Eq)]
pub(super) struct Pems {
    certificate: Vec<u8>,
    key: Vec<u8>,
    client_ca: Option<Vec<u8>>,
}

impl std::fmt::Debug for Pems {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Pems").finish_non_exhaustive()
    }
}

impl Pems {
    /// Reads every file.
    pub(super) fn read(paths: &Paths) -> anyhow::Result<Pems> {
        Ok(Pems {
            certificate: read(&paths.certificate)?,
            key: read(&paths.key)?,
            client_ca: paths.client_ca.as_deref().map(read).transpose()?,
        })
    }
}

/// Reads a file.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("read {}", path.display()))
}

/// What the files mean.
#[derive(Clone, Debug)]
pub(super) struct Material {
    /// The certificate that is shown, with its chain and its key.
    pub(super) certificate: Arc<CertifiedKey>,
    /// Who may come in; `None` where no certificate is asked for.
    pub(super) clients: Option<Arc<dyn ClientCertVerifier>>,
}

impl Material {
    /// Makes sense of the files; a key that is not the certificate's is refused.
    pub(super) fn new(pems: &Pems, provider: &Arc<CryptoProvider>) -> anyhow::Result<Material> {
        let chain = certificates(&pems.certificate).context("the TLS certificate")?;
        let key = PrivateKeyDer::from_pem_slice(&pems.key)
            .map_err(|error| anyhow::anyhow!("the TLS key cannot be read: {error}"))?;
        let certificate = CertifiedKey::from_der(chain, key, provider)
            .context("the TLS certificate and its key do not go together")?;
        let clients = pems.client_ca.as_deref().map(|pem| clients(pem, provider)).transpose()?;
        Ok(Material { certificate: Arc::new(certificate), clients })
    }
}

/// Every certificate of a file; at least one.
fn certificates(pem: &[u8]) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let found = found.map_err(|error| anyhow::anyhow!("it cannot be read: {error}"))?;
    anyhow::ensure!(!found.is_empty(), "it holds no certificate; is it PEM?");
    Ok(found)
}

/// Lets in clients whose certificate one of these authorities signed.
fn clients(
    pem: &[u8],
    provider: &Arc<CryptoProvider>,
) -> anyhow::Result<Arc<dyn ClientCertVerifier>> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem).context("the authority of TLS clients")? {
        roots.add(certificate).context("the authority of TLS clients")?;
    }
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
    verifier.build().context("the authority of TLS clients")
}
