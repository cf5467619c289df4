//! API tokens and the setup link: looked up by id, kept as hashes.

use diesel::prelude::*;

use crate::store::{StoreConnection, on_backend};
use crate::tables::{api_tokens, setup_links};

/// A token for the REST API.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_tokens, treat_none_as_default_value = false)]
pub struct ApiToken {
    pub id: String,
    pub name: String,
    /// `read` or `admin`.
    pub scope: String,
    pub secret_hash: Vec<u8>,
    pub created_at: i64,
    pub revoked_at: Option<i64>,
    /// To the minute.
    pub last_used_at: Option<i64>,
    pub expires_at: Option<i64>,
}

/// A link that is good for one use: what the first start prints, or an invitation.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = setup_links, treat_none_as_default_value = false)]
pub struct SetupLink {
    pub id: String,
    pub secret_hash: Vec<u8>,
    pub created_at: i64,
    pub used_at: Option<i64>,
    /// Whose password it sets; `None` makes the first admin.
    pub account_id: Option<i32>,
    pub expires_at: Option<i64>,
}

/// Keeps a new API token.
pub fn add_api(connection: &mut StoreConnection<'_>, token: &ApiToken) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::insert_into(api_tokens::table).values(token).execute(*conn)?
    });
    Ok(())
}

/// The API token of an id, unless it is revoked or its time is over.
pub fn live_api(
    connection: &mut StoreConnection<'_>,
    id: &str,
    now: i64,
) -> QueryResult<Option<ApiToken>> {
    on_backend!(connection, conn => {
        api_tokens::table
            .filter(api_tokens::id.eq(id))
            .filter(api_tokens::revoked_at.is_null())
            .filter(api_tokens::expires_at.is_null().or(api_tokens::expires_at.gt(now)))
            .select(ApiToken::as_select())
            .first(*conn)
            .optional()
    })
}

/// Every API token, the newest first.
pub fn all_api(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<ApiToken>> {
    on_backend!(connection, conn => {
        api_tokens::table
            .order((api_tokens::created_at.desc(), api_tokens::id))
            .select(ApiToken::as_select())
            .load(*conn)
    })
}

/// Notes that an API token was used.
pub fn note_api_use(connection: &mut StoreConnection<'_>, id: &str, now: i64) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(api_tokens::table.find(id))
            .set(api_tokens::last_used_at.eq(Some(now)))
            .execute(*conn)?
    });
    Ok(())
}

/// Revokes an API token; `false` when there is none of this id that is not revoked.
pub fn revoke_api(connection: &mut StoreConnection<'_>, id: &str, now: i64) -> QueryResult<bool> {
    on_backend!(connection, conn => {
        diesel::update(
            api_tokens::table
                .filter(api_tokens::id.eq(id))
                .filter(api_tokens::revoked_at.is_null()),
        )
        .set(api_tokens::revoked_at.eq(Some(now)))
        .execute(*conn)
        .map(|rows| rows == 1)
    })
}

/// Keeps a new setup link.
pub fn add_setup_link(connection: &mut StoreConnection<'_>, link: &SetupLink) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::insert_into(setup_links::table).values(link).execute(*conn)?
    });
    Ok(())
}

/// The setup link of an id, used or not.
pub fn setup_link(
    connection: &mut StoreConnection<'_>,
    id: &str,
) -> QueryResult<Option<SetupLink>> {
    on_backend!(connection, conn => {
        setup_links::table
            .filter(setup_links::id.eq(id))
            .select(SetupLink::as_select())
            .first(*conn)
            .optional()
    })
}

/// Ends every link of an account that is not used yet: a new one takes their place.
pub fn end_links(
    connection: &mut StoreConnection<'_>,
    account_id: i32,
    now: i64,
) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(
            setup_links::table
                .filter(setup_links::account_id.eq(account_id))
                .filter(setup_links::used_at.is_null()),
        )
        .set(setup_links::used_at.eq(Some(now)))
        .execute(*conn)?
    });
    Ok(())
}

/// Uses a setup link up; `false` when somebody was first.
pub fn use_setup_link(
    connection: &mut StoreConnection<'_>,
    id: &str,
    now: i64,
) -> QueryResult<bool> {
    on_backend!(connection, conn => {
        diesel::update(
            setup_links::table
                .filter(setup_links::id.eq(id))
                .filter(setup_links::used_at.is_null()),
        )
        .set(setup_links::used_at.eq(Some(now)))
        .execute(*conn)
        .map(|rows| rows == 1)
    })
}
