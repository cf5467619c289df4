//! The settings an admin hands out: what makes Claude Code report here, in every form that
//! reaches a machine.
//!
//! Takes an endpoint, a token's text and choices, and gives texts. Knows no database, no page
//! and no clock; what a form cannot carry is refused, never bent.

mod refused;
mod endpoint;
pub mod options;
pub mod variables;
pub mod json;
pub mod merge;
pub mod profile;
pub mod registry;
pub mod shell;
pub mod power_shell;
pub mod collector;
pub mod headers_helper;
pub mod attributes;
pub mod forms;
pub mod published;

pub use options::Options;
pub use refused::Refused;
pub use variables::{Variable, Way, variables};

/// The settings the first start prints. `address` is this server's, e.g.
/// `http://127.0.0.1:8080`.
pub fn printed(address: &str, ingest_token: &str) -> Result<String, Refused> {
    let options = Options::new(address, ingest_token, "Default")?;
    Ok(json::settings(&variables(&options, Way::Direct)))
}

#[cfg(test)]
mod tests;
