//! Whether the server's disk has room.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{PgConnection, StoreError};

/// Fills a table with what a batch may write, 8 MiB, in rows that nothing can pack. It is not
/// logged: where the log has no room left either, the server would end. The server's own texts
/// depend on its language.
const FILL: &str = "DO $$ BEGIN \
    CREATE UNLOGGED TABLE daybook_room AS \
        SELECT (SELECT string_agg(md5(random()::text || row), '') FROM generate_series(1, 59)) \
        FROM generate_series(1, 4400) AS row; \
    EXCEPTION WHEN disk_full OR io_error THEN RAISE EXCEPTION 'daybook found no room'; \
    END $$";

/// What it says where there is none.
const NO_ROOM: &str = "daybook found no room";

/// Whether tables may be made.
#[derive(QueryableByName)]
struct Allowed {
    #[diesel(sql_type = Bool)]
    allowed: bool,
}

/// Whether a table finds room; it is rolled back. Where none may be made, there may be some.
pub(super) fn attempt(connection: &mut PgConnection) -> QueryResult<bool> {
    let text =
        "SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS allowed";
    let found: Allowed = diesel::sql_query(text).get_result(connection)?;
    if !found.allowed {
        return Ok(true);
    }
    let mut has_room = false;
    let tried: QueryResult<()> = connection.transaction(|connection| {
        connection.batch_execute(FILL)?;
        has_room = true;
        Err(StoreError::RollbackTransaction)
    });
    match tried {
        _ if has_room => Ok(true),
        Err(error) if !error.to_string().contains(NO_ROOM) => Err(error),
        _ => Ok(false),
    }
}
