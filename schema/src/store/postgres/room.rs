//! Whether the server's disk has room.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{PgConnection, StoreError};

/// Fills a table with what a batch may write, 8 MiB: in rows that are too short to be compressed.
const FILL: &str = "CREATE TABLE daybook_room AS \
     SELECT repeat('x', 1900) AS filling FROM generate_series(1, 4400)";

/// Whether tables may be made.
#[derive(QueryableByName)]
struct Allowed {
    #[diesel(sql_type = Bool)]
    allowed: bool,
}

/// Fails unless a table finds room; it is rolled back. Where none may be made there is nothing to
/// be found out.
pub(super) fn attempt(connection: &mut PgConnection) -> QueryResult<()> {
    let text =
        "SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS allowed";
    let found: Allowed = diesel::sql_query(text).get_result(connection)?;
    if !found.allowed {
        return Ok(());
    }
    let mut filled = false;
    let tried = connection.transaction(|connection| {
        connection.batch_execute(FILL)?;
        filled = true;
        Err::<(), _>(StoreError::RollbackTransaction)
    });
    if filled { Ok(()) } else { tried }
}
