//! Switches and deletes patterns, and writes down who did.

use daybook_schema::QueryResult;
use daybook_schema::audit_log::{self, Entry};
use daybook_schema::redaction_patterns as rows;
use daybook_schema::store::Store;

/// What is done to a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Enable,
    Disable,
    /// What it hid stays hidden.
    Delete,
}

impl Change {
    /// The change a form names.
    pub fn parse(name: &str) -> Option<Change> {
        match name {
            "enable" => Some(Change::Enable),
            "disable" => Some(Change::Disable),
            "delete" => Some(Change::Delete),
            _ => None,
        }
    }

    /// As the audit log names it.
    fn action(self) -> &'static str {
        match self {
            Change::Enable => "pattern.enable",
            Change::Disable => "pattern.disable",
            Change::Delete => "pattern.delete",
        }
    }
}

/// Changes a pattern; `false` when there is none of this name. Blocks.
pub fn change(
    store: &Store,
    name: &str,
    change: Change,
    actor: &str,
    now: i64,
) -> QueryResult<bool> {
    store.write(|conn| {
        let found = match change {
            Change::Enable => rows::set_enabled(conn, name, true)?,
            Change::Disable => rows::set_enabled(conn, name, false)?,
            Change::Delete => rows::delete(conn, name)?,
        };
        if found {
            let entry = Entry {
                actor: actor.to_owned(),
                action: change.action(),
                subject: name.to_owned(),
                detail: String::new(),
            };
            audit_log::record(conn, &entry, now)?;
        }
        Ok(found)
    })
}
