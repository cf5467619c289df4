//! What is true of the database as a whole.

use diesel::prelude::*;

use crate::store::{StoreConnection, on_backend};
use crate::tables::installation;

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

/// Says that the derived tables are others now, with `local` days of a time zone.
pub fn begin_generation(connection: &mut StoreConnection<'_>, zone: &str) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(installation::table)
            .set((
                installation::time_zone.eq(zone),
                installation::generation.eq(installation::generation + 1),
            ))
            .execute(*conn)?
    });
    Ok(())
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
