//! Whom a check speaks to: a URL, and in TLS whom it trusts and what it shows.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use hyper::Uri;
use hyper::http::uri::Authority;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

/// A server by its URL.
#[derive(Clone, Debug)]
pub struct Target {
    pub authority: Authority,
    /// A path in front of every path.
    pub prefix: String,
    pub tls: Option<ClientConfig>,
}

/// The files of a client in TLS, as PEM.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClientFiles<'a> {
    /// The authorities whose servers are trusted.
    pub authorities: Option<&'a Path>,
    /// What the client shows, and its key.
    pub certificate: Option<(&'a Path, &'a Path)>,
}

impl Target {
    /// A server at `http://` or `https://`.
    pub fn new(url: &str, files: ClientFiles<'_>) -> anyhow::Result<Target> {
        let uri: Uri = url.parse().with_context(|| format!("{url} is no URL"))?;
        let authority = uri.authority().with_context(|| format!("{url} names no host"))?.clone();
        let tls = match uri.scheme_str() {
            Some("http") => None,
            Some("https") => Some(client_config(files)?),
            _ => anyhow::bail!("{url} begins with neither http:// nor https://"),
        };
        Ok(Target { authority, prefix: uri.path().trim_end_matches('/').to_owned(), tls })
    }

    /// How its URLs begin.
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// Its host without brackets, and its port.
    pub fn address(&self) -> (&str, u16) {
        let usual = if self.tls.is_some() { 443 } else { 80 };
        let host = self.authority.host().trim_matches(['[', ']']);
        (host, self.authority.port_u16().unwrap_or(usual))
    }
}

/// Trusts what the files say, and nobody else.
fn client_config(files: ClientFiles<'_>) -> anyhow::Result<ClientConfig> {
    let authorities = files.authorities.context(
        "https:// needs --tls-ca: the authority (PEM) that signed the server's certificate",
    )?;
    let mut roots = RootCertStore::empty();
    for certificate in certificates(authorities)? {
        roots.add(certificate)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    match files.certificate {
        None => Ok(builder.with_no_client_auth()),
        Some((certificate, key)) => {
            let key = PrivateKeyDer::from_pem_file(key)
                .map_err(|error| anyhow::anyhow!("read {}: {error}", key.display()))?;
            Ok(builder.with_client_auth_cert(certificates(certificate)?, key)?)
        }
    }
}

/// Every certificate of a file.
fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let found = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    found.map_err(|error| anyhow::anyhow!("read {}: {error}", path.display()))
}
