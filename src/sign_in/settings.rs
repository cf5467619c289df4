//! What an operator can say about signing in.

use std::net::IpAddr;
use std::time::Duration;

/// What an operator can say about signing in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// A login ends when it was not seen for so long.
    pub idle: Duration,
    /// A login ends so long after it began.
    pub longest: Duration,
    /// Whose word is taken for where a request came from, and whether by TLS.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether the main address speaks TLS itself.
    pub speaks_tls: bool,
}

impl Default for Settings {
    /// Half a day and a month; no proxy, no TLS.
    fn default() -> Settings {
        Settings {
            idle: Duration::from_secs(12 * 3600),
            longest: Duration::from_secs(30 * 86_400),
            trusted_proxies: Vec::new(),
            speaks_tls: false,
        }
    }
}
