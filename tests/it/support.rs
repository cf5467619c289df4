//! A real server on a free port, and what a test does with it.

pub mod server;
pub mod worker;
mod doors;
pub mod browser;
pub mod provider;
pub mod corpus;
pub mod reshape;
pub mod otlp_to_json;
pub mod figures;
pub mod telemetry;
pub mod shared;
pub mod wire;
pub mod proxy;
pub mod reporter;
pub mod packing;
pub mod rpc;
pub mod certificates;
pub mod small_disk;
pub mod read_only;
pub mod raised;

pub use browser::Browser;
pub use corpus::{Captured, Kind, Run};
pub use figures::Figures;
pub use reporter::Reporter;
pub use server::requests::Answer;
pub use server::{Connection, Server};
pub use shared::Shared;
pub use wire::Wire;
pub use worker::Worker;
