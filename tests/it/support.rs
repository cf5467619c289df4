//! A real server on a free port, and what a test does with it.

pub mod server;
pub mod corpus;
pub mod otlp_to_json;

pub use server::{Answer, Connection, Server};
