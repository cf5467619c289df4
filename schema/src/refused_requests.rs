//! Why requests were refused: the latest causes of each connection, with how often. What was in
//! a request, and the token it carried, is not here.

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::store::{StoreConnection, on_backend};
use crate::tables::refused_requests;

/// How many causes of a connection are kept.
pub const KEPT: i64 = 20;

/// How many rows one statement carries.
const ROWS: usize = 400;

/// A cause; or, to be added, how often it came up since the last time.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = refused_requests, treat_none_as_default_value = false)]
pub struct RefusedRequest {
    /// `connection_health::NO_CONNECTION` for requests without a token that is known.
    pub connection_id: i32,
    /// As over HTTP.
    pub status: i16,
    /// `SignalKind::number`, 0 for what is none.
    pub kind: i16,
    /// Cause and cure, as the sender was told.
    pub message: String,
    pub times: i64,
    /// Microseconds since 1970.
    pub first_at: i64,
    pub last_at: i64,
}

/// Adds causes; each stands in it once, in order of its key. Of each connection the latest
/// [`KEPT`] stay.
pub fn add(connection: &mut StoreConnection<'_>, rows: &[RefusedRequest]) -> QueryResult<()> {
    use crate::tables::refused_requests::dsl::*;
    for some in rows.chunks(ROWS) {
        on_backend!(connection, conn => {
            diesel::insert_into(refused_requests)
                .values(some)
                .on_conflict((connection_id, status, kind, message))
                .do_update()
                .set((times.eq(times + excluded(times)), last_at.eq(excluded(last_at))))
                .execute(*conn)?
        });
    }
    let mut ids: Vec<i32> = rows.iter().map(|row| row.connection_id).collect();
    ids.dedup();
    for of_connection in ids {
        forget(connection, of_connection)?;
    }
    Ok(())
}

/// Forgets all but the latest causes of a connection.
fn forget(connection: &mut StoreConnection<'_>, id: i32) -> QueryResult<()> {
    use crate::tables::refused_requests::dsl::*;
    on_backend!(connection, conn => {
        let oldest_kept: Option<i64> = refused_requests
            .filter(connection_id.eq(id))
            .order((last_at.desc(), message))
            .offset(KEPT - 1)
            .select(last_at)
            .first(*conn)
            .optional()?;
        if let Some(oldest) = oldest_kept {
            let outdated = refused_requests.filter(connection_id.eq(id)).filter(last_at.lt(oldest));
            diesel::delete(outdated).execute(*conn)?;
        }
    });
    Ok(())
}

/// The causes of a connection, the latest first.
pub fn of(connection: &mut StoreConnection<'_>, id: i32) -> QueryResult<Vec<RefusedRequest>> {
    use crate::tables::refused_requests::dsl::*;
    on_backend!(connection, conn => {
        refused_requests
            .filter(connection_id.eq(id))
            .order((last_at.desc(), message))
            .select(RefusedRequest::as_select())
            .load(*conn)
    })
}
