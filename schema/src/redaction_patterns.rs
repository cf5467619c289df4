//! Patterns an organization looks for itself, beside the built-in rules.

use diesel::prelude::*;

use crate::store::{StoreConnection, on_backend};
use crate::tables::redaction_patterns;

/// Most patterns there may be.
pub const MAX_PATTERNS: i64 = 200;

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = redaction_patterns)]
pub struct RedactionPattern {
    pub id: i32,
    /// The type, as in the marker.
    pub name: String,
    /// A regular expression.
    pub pattern: String,
    pub enabled: bool,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// Stored signals after this id are scanned still; `None` when all were.
    pub rescan_from: Option<i64>,
    /// How often it was found in what was stored before.
    pub rescan_found: i64,
}

/// Why a pattern was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAdded {
    /// There is one of this name.
    NameTaken,
    /// There are [`MAX_PATTERNS`].
    TooMany,
}

/// Adds a pattern, enabled; what is stored is scanned for it from the start.
pub fn add(
    connection: &mut StoreConnection<'_>,
    new_name: &str,
    new_pattern: &str,
    now: i64,
) -> QueryResult<Result<RedactionPattern, NotAdded>> {
    use crate::tables::redaction_patterns::dsl::*;
    on_backend!(connection, conn => {
        if redaction_patterns.count().get_result::<i64>(*conn)? >= MAX_PATTERNS {
            return Ok(Err(NotAdded::TooMany));
        }
        let added = diesel::insert_into(redaction_patterns)
            .values((
                name.eq(new_name),
                pattern.eq(new_pattern),
                enabled.eq(true),
                created_at.eq(now),
                rescan_from.eq(Some(0_i64)),
                rescan_found.eq(0_i64),
            ))
            .on_conflict(name)
            .do_nothing()
            .returning(RedactionPattern::as_returning())
            .get_result(*conn)
            .optional()?;
        Ok(added.ok_or(NotAdded::NameTaken))
    })
}

/// Every pattern, by name.
pub fn all(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<RedactionPattern>> {
    use crate::tables::redaction_patterns::dsl::*;
    on_backend!(connection, conn => {
        redaction_patterns.order(name).select(RedactionPattern::as_select()).load(*conn)
    })
}

/// Switches a pattern on or off; `false` when there is none of this name. What is stored is
/// scanned again for one that is switched on.
pub fn set_enabled(connection: &mut StoreConnection<'_>, of: &str, on: bool) -> QueryResult<bool> {
    use crate::tables::redaction_patterns::dsl::*;
    on_backend!(connection, conn => {
        diesel::update(redaction_patterns.filter(name.eq(of)))
            .set((enabled.eq(on), rescan_from.eq(on.then_some(0_i64))))
            .execute(*conn)
            .map(|rows| rows == 1)
    })
}

/// Deletes a pattern; `false` when there is none of this name. What it hid stays hidden.
pub fn delete(connection: &mut StoreConnection<'_>, of: &str) -> QueryResult<bool> {
    use crate::tables::redaction_patterns::dsl::*;
    on_backend!(connection, conn => {
        diesel::delete(redaction_patterns.filter(name.eq(of)))
            .execute(*conn)
            .map(|rows| rows == 1)
    })
}

/// Notes how far what is stored has been scanned for some patterns, and what was found on the
/// last stretch; `None` when all of it was.
pub fn note_rescan(
    connection: &mut StoreConnection<'_>,
    of: &[i32],
    next: Option<i64>,
    found: &[(i32, i64)],
) -> QueryResult<()> {
    use crate::tables::redaction_patterns::dsl::*;
    on_backend!(connection, conn => {
        diesel::update(redaction_patterns.filter(id.eq_any(of)))
            .set(rescan_from.eq(next))
            .execute(*conn)?;
        for (pattern_id, more) in found {
            diesel::update(redaction_patterns.find(pattern_id))
                .set(rescan_found.eq(rescan_found + *more))
                .execute(*conn)?;
        }
        Ok(())
    })
}
