//! The REST API: daily figures, the schema they follow, and how the server is.

pub mod access;
pub mod query;
pub mod cursor;
pub mod export;
pub mod daily;
pub mod status;
pub mod schema;
