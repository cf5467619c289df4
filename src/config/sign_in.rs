//! Who may sign in from where, and for how long.

use std::net::IpAddr;
use std::time::Duration;

use clap::Args;

use crate::sign_in::settings::Settings;

/// How people sign in.
#[derive(Clone, Debug, Args)]
pub struct SignInArgs {
    /// Hours after which a login that nobody uses ends.
    #[arg(long, env = "DAYBOOK_LOGIN_IDLE_HOURS", default_value_t = 12)]
    pub login_idle_hours: u32,
    /// Days after which a login ends, however busy it is.
    #[arg(long, env = "DAYBOOK_LOGIN_DAYS", default_value_t = 30)]
    pub login_days: u32,
    /// Addresses of proxies in front of this server: their `X-Forwarded-For` and
    /// `X-Forwarded-Proto` are believed.
    #[arg(long, env = "DAYBOOK_TRUSTED_PROXY", value_delimiter = ',', value_name = "ADDRESS")]
    pub trusted_proxy: Vec<IpAddr>,
}

impl SignInArgs {
    /// As signing in works with it.
    pub fn settings(&self, speaks_tls: bool) -> Settings {
        Settings {
            idle: Duration::from_secs(u64::from(self.login_idle_hours) * 3600),
            longest: Duration::from_secs(u64::from(self.login_days) * 86_400),
            trusted_proxies: self.trusted_proxy.clone(),
            speaks_tls,
        }
    }
}
