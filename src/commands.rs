//! The `daybook` command: one file a subcommand.

pub mod open;
pub mod turns;
pub mod serve;
pub mod work;
pub mod trial;
pub mod create;
pub mod user;
pub mod team;
pub mod account;
pub mod audit;
pub mod connection;
pub mod settings;
pub mod attributes;
pub mod pattern;
pub mod rebuild;
pub mod demo;
pub mod redact;
pub mod conformance;
pub mod doctor;
