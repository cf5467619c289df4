//! Sign-ins by OpenID Connect that were begun: each is taken once.

use diesel::prelude::*;

use crate::store::{StoreConnection, on_backend};
use crate::tables::provider_flows;

/// Most sign-ins that are under way at once.
const MAX_FLOWS: i64 = 10_000;

/// A sign-in that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = provider_flows)]
pub struct ProviderFlow {
    pub state_hash: Vec<u8>,
    /// What the provider's answer has to name.
    pub nonce: String,
    /// What shows the provider that we began it (PKCE).
    pub verifier: String,
    /// Where to go on.
    pub next_path: String,
    pub created_at: i64,
}

/// Keeps a sign-in that begins, and forgets those that began before a time; `false` when too
/// many are under way.
pub fn begin(
    connection: &mut StoreConnection<'_>,
    flow: &ProviderFlow,
    forget_before: i64,
) -> QueryResult<bool> {
    on_backend!(connection, conn => {
        diesel::delete(provider_flows::table.filter(provider_flows::created_at.lt(forget_before)))
            .execute(*conn)?;
        if provider_flows::table.count().get_result::<i64>(*conn)? >= MAX_FLOWS {
            return Ok(false);
        }
        diesel::insert_into(provider_flows::table).values(flow).execute(*conn)?
    });
    Ok(true)
}

/// Takes a sign-in that began at a time or later; nobody takes it again.
pub fn take(
    connection: &mut StoreConnection<'_>,
    state_hash: &[u8],
    not_before: i64,
) -> QueryResult<Option<ProviderFlow>> {
    on_backend!(connection, conn => {
        diesel::delete(provider_flows::table.find(state_hash))
            .returning(ProviderFlow::as_returning())
            .get_result(*conn)
            .optional()
            .map(|flow| flow.filter(|flow| flow.created_at >= not_before))
    })
}
