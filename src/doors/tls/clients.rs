//! Lets in clients whose certificate is trusted now, not when the server started.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

use super::Tls;

/// Asks what is current, at each handshake.
#[derive(Debug)]
pub(super) struct TrustedClients {
    tls: Arc<Tls>,
}

impl TrustedClients {
    /// The clients that some TLS trusts.
    pub(super) fn new(tls: Arc<Tls>) -> TrustedClients {
        TrustedClients { tls }
    }

    /// Who is trusted now.
    fn current(&self) -> Result<Arc<dyn ClientCertVerifier>, Error> {
        let clients = self.tls.material().clients;
        clients.ok_or_else(|| Error::General("no authority of clients is known".to_owned()))
    }
}

impl ClientCertVerifier for TrustedClients {
    /// No hints: they would be those of the start. Clients send the certificate they have.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.current()?.verify_client_cert(end_entity, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.current()?.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.current()?.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.tls.provider.signature_verification_algorithms.supported_schemes()
    }
}
