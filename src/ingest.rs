//! A signal's way in: receive, unpack, count, decode, redact, enqueue.

pub mod receive;
pub mod grpc;
pub mod arriving;
mod take_in;
pub mod health;
pub mod rates;
pub mod accept;
pub mod unpack;
pub mod limits;
pub mod json;
mod elements;
pub mod redact;
pub mod rules;
pub mod catalogue;
pub mod patterns;
mod detected;
pub mod rescan;
pub mod enqueue;

pub mod answer;

#[cfg(test)]
mod corpus;
#[cfg(test)]
#[path = "../tests/it/support/otlp_to_json.rs"]
mod otlp_to_json;
