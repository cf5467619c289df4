//! Memberships of teams as people write them: CSV and JSON in, the same out again.

mod columns;
mod file;
mod listing;

pub use columns::{COLUMNS, Column};
pub use file::{MAX_BYTES, MAX_LINES, given, read};
pub use listing::{Listed, csv, json};
