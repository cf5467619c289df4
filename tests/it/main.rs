//! Tests through the front door: a real server, real payloads in, figures out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::panic,
    reason = "a test that fails should say where"
)]

mod support;

mod contract;
mod doors;
mod conformance;
mod fuzzed;
mod hostile;
mod canaries;
mod corpus;
mod rules;
mod properties;
mod crash;
mod poison;
mod processes;
mod outages;
mod overload;
mod hops;
mod distribution;
mod redaction;
mod restarts;
mod faults;
mod disks;
mod claims;
mod rebuild;
mod prune;
mod api;
mod security;
mod connections;
mod doctor;
mod people;
mod teams;
mod settings;
mod sign_in;
mod tidy;
