//! Nouns: what Daybook keeps, and the queries on it.
//!
//! The only crate that says `diesel`. It knows nothing of HTTP, of OTLP or of jobs.

pub mod agents;
pub mod models;

pub mod store;
mod tables;

pub mod installation;

pub mod connections;
pub mod ingest_tokens;
pub mod connection_health;
pub mod connection_traits;
pub mod refused_requests;
pub mod reporting;
pub mod tokens;
pub mod accounts;
pub mod logins;
pub mod audit_log;
pub mod provider_flows;

pub mod signals;
pub mod claims;
pub mod workers;

pub mod users;
pub mod decisions;
pub mod people;
pub mod erasures;
pub mod sessions;
pub mod session_usage;
pub mod session_activity;
pub mod session_signals;
pub mod session_teams;
pub mod series;
pub mod seen;

pub mod counters;
mod capped;
mod total;
pub mod daily_usage;
pub mod daily_activity;
pub mod daily_teams;
pub mod teams;
pub mod team_memberships;
pub mod daily_rows;
pub mod overview;
pub mod tallies;

pub mod stored;
pub mod detections;
pub mod redaction_patterns;

pub mod derived;

pub mod api;
pub mod published;

pub use diesel::result::{Error as StoreError, QueryResult};
