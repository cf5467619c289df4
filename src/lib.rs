//! Now: what answers a request.
//!
//! Receives, redacts and enqueues telemetry; serves the API and the pages. What can wait is
//! done in `daybook_jobs`; what is kept is named in `daybook_schema`.

pub mod config;
pub mod state;
pub mod notes;
pub mod tokens;
pub mod seal;
pub mod connections;
pub mod sign_in;
pub mod accounts;
pub mod api_tokens;
pub mod access;
pub mod about;

pub mod listen;
pub mod stop;
pub mod ingest;
pub mod erasing;
pub mod api;
pub mod dashboard;
pub mod charts;
pub mod assets;
pub mod pages;
pub mod error;
pub mod routes;
pub mod doors;

pub mod unseen;
pub mod spreadsheet;
pub mod settings;
pub mod teams;
pub mod conformance;
pub mod doctor;
pub mod commands;
