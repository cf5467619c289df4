//! Asks the provider: bounded in time and bytes, and led nowhere else.

use std::sync::Arc;
use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How long the provider may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Most bytes of an answer.
const MAX_BYTES: u64 = 1 << 20;

/// Asks the provider.
pub struct Fetch(ureq::Agent);

impl Fetch {
    /// Trusts the authorities that the machine trusts.
    pub fn new() -> anyhow::Result<Fetch> {
        let found = rustls_native_certs::load_native_certs().certs;
        let roots: Vec<Certificate<'static>> =
            found.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&roots))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Ok(Fetch(config.into()))
    }

    /// Sends a request. Blocks.
    pub fn call(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let (parts, mut body) = self.0.run(request)?.into_parts();
        let bytes = body.with_config().limit(MAX_BYTES).read_to_vec()?;
        Ok(HttpResponse::from_parts(parts, bytes))
    }
}
