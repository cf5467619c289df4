//! Adds a pattern: checked here, for every door an admin may come through.

use daybook_schema::StoreError;
use daybook_schema::audit_log::{self, Entry};
use daybook_schema::redaction_patterns::{self as rows, RedactionPattern};
use daybook_schema::store::Store;

use super::{Pattern, PatternError, matches_of_ordinary_text};
use crate::ingest::rules;

/// A pattern to be added.
#[derive(Clone, Debug)]
pub struct NewPattern {
    pub name: String,
    pub pattern: String,
    /// Whether the admin insists although it matches ordinary text.
    pub confirmed: bool,
}

/// Why a pattern was not added, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    #[error("{0}")]
    Wrong(#[from] PatternError),
    #[error(
        "the pattern matches ordinary text, which would be hidden everywhere: {}; make it more \
         specific, or confirm it",
        .0.join(", ")
    )]
    Ordinary(Vec<&'static str>),
    #[error("there is a pattern called `{0}` already; choose another name")]
    NameTaken(String),
    #[error("there are {0} patterns, the most there may be; delete one first")]
    TooMany(i64),
    #[error("the database cannot be written: {0}")]
    Store(#[from] StoreError),
}

/// Checks a pattern and adds it, enabled; writes down who did. Blocks.
pub fn add(
    store: &Store,
    new: &NewPattern,
    actor: &str,
    now: i64,
) -> Result<RedactionPattern, NotAdded> {
    let pattern = Pattern::compile(&new.name, &new.pattern)?;
    if rules::all().any(|rule| rule.id == new.name) {
        return Err(PatternError::BuiltIn(new.name.clone()).into());
    }
    let ordinary = matches_of_ordinary_text(&pattern);
    if !ordinary.is_empty() && !new.confirmed {
        return Err(NotAdded::Ordinary(ordinary));
    }
    let entry = Entry {
        actor: actor.to_owned(),
        action: "pattern.add",
        subject: new.name.clone(),
        detail: String::new(),
    };
    let added = store.write(|conn| {
        let added = rows::add(conn, &new.name, &new.pattern, now)?;
        if added.is_ok() {
            audit_log::record(conn, &entry, now)?;
        }
        Ok(added)
    })?;
    added.map_err(|reason| match reason {
        rows::NotAdded::NameTaken => NotAdded::NameTaken(new.name.clone()),
        rows::NotAdded::TooMany => NotAdded::TooMany(rows::MAX_PATTERNS),
    })
}
