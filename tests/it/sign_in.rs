//! Signing in: links, passwords, cookies, and who may do what then.

mod setup;
mod logins;
mod forgeries;
mod passwords;
mod provider;
mod roles;
mod audit;
mod settings;
mod me;

use crate::support::browser::PASSWORD;
use crate::support::{Browser, Server};

/// Signs in with a password; a new login each time.
fn sign_in(server: &Server, email: &str) -> Browser {
    let mut browser = Browser::new(server);
    let answer = browser.submit("/login", &[("email", email), ("password", PASSWORD)]);
    browser.keep(&answer);
    browser
}

/// Whether a cookie opens anything.
fn is_signed_in(browser: &Browser) -> bool {
    match browser.get("/settings").status {
        200 => true,
        303 => false,
        other => panic!("{other}"),
    }
}
