//! Logins: browsers that are signed in. The cookie itself is not here, only its hash.

use diesel::prelude::*;

use crate::store::{StoreConnection, on_backend};
use crate::tables::logins;

/// A login.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = logins)]
pub struct Login {
    pub id: String,
    pub secret_hash: Vec<u8>,
    pub account_id: i32,
    pub created_at: i64,
    /// To some minutes.
    pub last_seen_at: i64,
    /// When it ends, however busy it is.
    pub expires_at: i64,
}

/// Keeps a new login, and forgets those of the account that are over.
pub fn begin(connection: &mut StoreConnection<'_>, login: &Login) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::delete(
            logins::table
                .filter(logins::account_id.eq(login.account_id))
                .filter(logins::expires_at.le(login.created_at)),
        )
        .execute(*conn)?;
        diesel::insert_into(logins::table).values(login).execute(*conn)?
    });
    Ok(())
}

/// The login of an id, over or not.
pub fn by_id(connection: &mut StoreConnection<'_>, id: &str) -> QueryResult<Option<Login>> {
    on_backend!(connection, conn => {
        logins::table.find(id).select(Login::as_select()).first(*conn).optional()
    })
}

/// Notes that a login was seen.
pub fn note_seen(connection: &mut StoreConnection<'_>, id: &str, now: i64) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(logins::table.find(id).filter(logins::last_seen_at.lt(now)))
            .set(logins::last_seen_at.eq(now))
            .execute(*conn)?
    });
    Ok(())
}

/// Ends a login; `false` when it had ended.
pub fn end(connection: &mut StoreConnection<'_>, id: &str) -> QueryResult<bool> {
    on_backend!(connection, conn => {
        diesel::delete(logins::table.find(id)).execute(*conn).map(|rows| rows == 1)
    })
}
