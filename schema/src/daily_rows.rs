//! Reads the published tables a page at a time, for the API, exports and pages.

mod usage;
mod activity;
mod teams;

pub use activity::activity;
pub(crate) use teams::add_teams;
pub use usage::usage;
pub(crate) use usage::{UsageColumns, usage_row};
