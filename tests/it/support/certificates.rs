//! Certificates made for a test, as PEM files.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};

/// An authority that signs certificates, and the folder of its files.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: PathBuf,
    name: String,
}

/// A certificate and its key.
#[derive(Clone, Debug)]
pub struct Certificate {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Authority {
    /// A new authority; its files are in a folder, by its name.
    pub fn new(folder: &Path, name: &str) -> Authority {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("a certificate");
        let authority = Authority { issuer, folder: folder.to_owned(), name: name.to_owned() };
        fs::write(authority.file(), authority.issuer.pem()).expect("written");
        authority
    }

    /// The authority's own certificate.
    pub fn file(&self) -> PathBuf {
        self.folder.join(format!("{}-ca.pem", self.name))
    }

    /// A certificate of a server at 127.0.0.1.
    pub fn server(&self) -> Certificate {
        self.issue("server", ExtendedKeyUsagePurpose::ServerAuth, 4096)
    }

    /// A certificate of a server that was valid until the end of 2000.
    pub fn expired(&self) -> Certificate {
        self.issue("expired", ExtendedKeyUsagePurpose::ServerAuth, 2001)
    }

    /// A certificate of a client.
    pub fn client(&self) -> Certificate {
        self.issue("client", ExtendedKeyUsagePurpose::ClientAuth, 4096)
    }

    /// Signs a certificate for some use, until a year begins.
    fn issue(&self, what: &str, usage: ExtendedKeyUsagePurpose, until: i32) -> Certificate {
        let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
        let mut params = CertificateParams::new(names).expect("names");
        params.extended_key_usages = vec![usage];
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let signed = params.signed_by(&key, &self.issuer).expect("signed");
        let file = |ending: &str| self.folder.join(format!("{}-{what}{ending}.pem", self.name));
        let made = Certificate { certificate: file(""), key: file("-key") };
        fs::write(&made.certificate, signed.pem()).expect("written");
        fs::write(&made.key, key.serialize_pem()).expect("written");
        made
    }
}

impl Certificate {
    /// Puts the files in the place of others, as a renewal does.
    pub fn replace(&self, others: &Certificate) {
        for (new, old) in [(&self.certificate, &others.certificate), (&self.key, &others.key)] {
            fs::copy(new, old).expect("copied");
        }
    }
}
