//! A real server on a free port, and what a test does with it.

pub mod server;
pub mod corpus;
pub mod reshape;
pub mod otlp_to_json;
pub mod figures;
pub mod telemetry;

pub use corpus::{Captured, Kind, Run};
pub use figures::Figures;
pub use server::{Answer, Connection, Server};
