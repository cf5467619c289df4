//! Asks an OTLP server, as a black box, for what it owes its clients.

pub mod target;
pub mod client;
pub mod grpc;
