//! Asks an OTLP server, as a black box, for what it owes its clients.

pub mod target;
pub mod client;
pub mod grpc;
pub mod telemetry;
pub mod packing;
pub mod door;
pub mod reply;
pub mod figures;
pub mod rules;
pub mod report;
