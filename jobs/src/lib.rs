//! Later: what happens to a signal after it was acknowledged.
//!
//! Resolve, fold and choose are pure; `fold_signals` claims, `save` writes. This crate knows
//! OTLP and apalis; it knows no HTTP and no SQL.

pub mod keys;
pub mod pseudonym;
pub mod signal;
pub mod probe;
pub mod detection;

pub mod queue;
mod refusals;
pub mod fold_signals;
pub mod trial;

pub mod attributes;
pub mod resolve;
pub mod fold;
pub mod choose;
pub mod save;
pub mod people;
pub mod teams;

pub mod rebuild;
pub mod prune;

pub mod crash;
