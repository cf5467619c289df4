//! Refuses a server on which a commit would not be a promise.

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::{OpenError, PgConnection};

/// Settings of the server, and what they have to be.
///
/// `full_page_writes` off loses pages that were half written when the power went.
const SETTINGS: &[(&str, &[&str], &str)] = &[
    ("synchronous_commit", &["on", "remote_apply"], "on"),
    ("fsync", &["on"], "on"),
    ("full_page_writes", &["on"], "on"),
];

/// One setting's value.
#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Asserts every setting but those in `allowed`.
pub(super) fn assert(connection: &mut PgConnection, allowed: &[String]) -> Result<(), OpenError> {
    for (setting, good, expected) in SETTINGS {
        let found: Setting = diesel::sql_query("SELECT current_setting($1) AS value")
            .bind::<Text, _>(*setting)
            .get_result(connection)?;
        if !good.contains(&found.value.as_str()) && !allowed.iter().any(|name| name == setting) {
            return Err(OpenError::NotDurable { setting, found: found.value, expected });
        }
    }
    Ok(())
}
