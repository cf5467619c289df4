//! What is true of the database as a whole.

use diesel::prelude::*;

use crate::store::{StoreConnection, on_backend};
use crate::tables::installation;

/// The rules of the fold. Raise it with every change by which the same telemetry becomes other
/// rows: figures that were counted by other rules are then said to want a rebuild.
///
/// 1: users and sessions are keyed by the hash of an identity, and days have teams.
pub const FOLD_RULES: i32 = 1;

/// The one row.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = installation, treat_none_as_default_value = false)]
pub struct Installation {
    pub id: i32,
    /// 32 random bytes that key every hash in the database.
    pub hash_key: Vec<u8>,
    /// IANA name of the time zone the `local` days are made with.
    pub time_zone: String,
    /// Raised when a rebuild replaces the derived tables, and when people decide what changes
    /// them.
    pub generation: i64,
    pub created_at: i64,
    /// By which [rules](FOLD_RULES) the figures were counted.
    pub fold_rules: i32,
}

impl Installation {
    /// Whether the figures were counted by the rules of another version.
    pub fn wants_rebuild(&self) -> bool {
        self.fold_rules != FOLD_RULES
    }
}

/// The row, when the database is not new.
pub fn load(connection: &mut StoreConnection<'_>) -> QueryResult<Option<Installation>> {
    on_backend!(connection, conn => {
        installation::table
            .select(Installation::as_select())
            .first(*conn)
            .optional()
    })
}

/// Writes the row of a new database; `false` when another process was first.
pub fn create(
    connection: &mut StoreConnection<'_>,
    hash_key: &[u8; 32],
    time_zone: &str,
    now: i64,
) -> QueryResult<bool> {
    let row = Installation {
        id: 1,
        hash_key: hash_key.to_vec(),
        time_zone: time_zone.to_owned(),
        generation: 0,
        created_at: now,
        fold_rules: FOLD_RULES,
    };
    on_backend!(connection, conn => {
        diesel::insert_into(installation::table)
            .values(&row)
            .on_conflict(installation::id)
            .do_nothing()
            .execute(*conn)
            .map(|rows| rows == 1)
    })
}

/// Says that the derived tables are others now, with `local` days of a time zone, by the rules of
/// this version.
pub fn begin_generation(connection: &mut StoreConnection<'_>, zone: &str) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(installation::table)
            .set((
                installation::time_zone.eq(zone),
                installation::generation.eq(installation::generation + 1),
                installation::fold_rules.eq(FOLD_RULES),
            ))
            .execute(*conn)?
    });
    Ok(())
}

/// Says by which rules the figures were counted.
pub fn note_rules(connection: &mut StoreConnection<'_>, rules: i32) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(installation::table)
            .set(installation::fold_rules.eq(rules))
            .execute(*conn)?
    });
    Ok(())
}

/// Whether the figures were counted by the rules of another version.
pub fn wants_rebuild(connection: &mut StoreConnection<'_>) -> QueryResult<bool> {
    Ok(load(connection)?.is_some_and(|known| known.wants_rebuild()))
}

/// Says that what was reckoned from the derived tables so far has to be reckoned again: people
/// decided something.
pub fn raise_generation(connection: &mut StoreConnection<'_>) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(installation::table)
            .set(installation::generation.eq(installation::generation + 1))
            .execute(*conn)?
    });
    Ok(())
}

/// Writes nothing new: shows whether anything can be written.
pub fn touch(connection: &mut StoreConnection<'_>) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(installation::table)
            .set(installation::created_at.eq(installation::created_at))
            .execute(*conn)?
    });
    Ok(())
}

/// Which generation of derived tables this is; 0 before there is anything.
pub fn generation(connection: &mut StoreConnection<'_>) -> QueryResult<i64> {
    on_backend!(connection, conn => {
        installation::table
            .select(installation::generation)
            .first(*conn)
            .optional()
            .map(Option::unwrap_or_default)
    })
}
