//! What a PostgreSQL URL says: where the server is, and how the way there is protected.

use std::net::IpAddr;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::OpenError;

/// A server and how to reach it.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) config: Config,
    /// A file with the certificate authority of the server, instead of the system's.
    pub(super) root_certificates: Option<String>,
}

impl Address {
    /// Reads a URL. `sslmode` is `disable` or `require` (also `verify-ca` and `verify-full`: a
    /// certificate is always verified); without one, the loopback is plain and all else is
    /// encrypted. `sslrootcert` names a file of certificate authorities.
    ///
    /// No error holds any of the URL: it may hold a password.
    pub(super) fn parse(url: &str) -> Result<Address, OpenError> {
        let (base, parameters) = url.split_once('?').unwrap_or((url, ""));
        let mut mode = None;
        let mut root_certificates = None;
        let mut others = Vec::new();
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => root_certificates = Some(value.to_owned()),
                _ => others.push(parameter),
            }
        }
        let url = format!("{base}?{}", others.join("&"));
        let mut config: Config = url.parse().map_err(|_| refused("cannot be read"))?;
        let encrypted = match mode {
            Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            None => !config.get_hosts().iter().all(is_here),
            Some(_) => return Err(refused("has an sslmode that is neither disable nor require")),
        };
        config.ssl_mode(if encrypted { SslMode::Require } else { SslMode::Disable });
        if config.get_application_name().is_none() {
            config.application_name("daybook");
        }
        Ok(Address { config, root_certificates })
    }

    /// Whether the way is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.config.get_ssl_mode() == SslMode::Require
    }
}

/// Whether a host is this machine.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// The URL is no good.
fn refused(why: &str) -> OpenError {
    OpenError::Pool(format!(
        "the PostgreSQL URL {why}; write it as \
         postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=require"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the way to a URL's server is encrypted.
    fn encrypted(url: &str) -> bool {
        Address::parse(url).unwrap().is_encrypted()
    }

    #[test]
    fn only_the_loopback_is_plain_unless_it_is_said() {
        assert!(!encrypted("postgres://ada@localhost/daybook"));
        assert!(!encrypted("postgres://ada@127.0.0.1:5433/daybook"));
        assert!(!encrypted("postgres:///daybook?host=/var/run/postgresql"));
        assert!(encrypted("postgres://ada@db.example.com/daybook"));
        assert!(encrypted("postgres://ada@localhost/daybook?sslmode=verify-full"));
        assert!(!encrypted("postgres://ada@db.example.com/daybook?sslmode=disable"));
    }

    #[test]
    fn parameters_of_libpq_are_understood() {
        let address = Address::parse(
            "postgres://ada@db/daybook?sslmode=require&sslrootcert=/etc/ca.pem&connect_timeout=2",
        );
        let address = address.unwrap();
        assert_eq!(address.root_certificates.as_deref(), Some("/etc/ca.pem"));
        assert_eq!(address.config.get_dbname(), Some("daybook"));
    }

    #[test]
    fn an_error_never_tells_the_password() {
        for url in ["postgres://ada:s3cret@db/x?sslmode=maybe", "postgres://ada:s3cret@db:port/x"] {
            let error = Address::parse(url).err().unwrap().to_string();
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
}
