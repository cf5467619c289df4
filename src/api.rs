//! The REST API: daily figures, the schema they follow, what redaction found and looks for,
//! and how the server is.

pub mod body;
pub mod query;
pub mod cursor;
pub mod export;
pub mod daily;
pub mod detections;
pub mod redaction_rules;
pub mod redaction_patterns;
pub mod connections;
pub mod settings;
pub mod resource_attributes;
pub mod ingest_tokens;
pub mod health;
pub mod users;
pub mod teams;
pub mod me;
pub mod audit_log;
pub mod status;
pub mod schema;
