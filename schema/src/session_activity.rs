//! What a session did by day and source: everything that has no model.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::counters::ActivityCounters;
use crate::store::{OnConflict, StoreConnection, Upsert, Values, on_backend};
use crate::tables::session_activity;

/// How many rows one statement carries.
const ROWS: usize = 300;

/// One row, counters flat.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = session_activity, treat_none_as_default_value = false)]
pub struct SessionActivity {
    pub session: i64,
    pub utc_day: NaiveDate,
    pub local_day: NaiveDate,
    pub source: i16,
    pub lines_added: i64,
    pub lines_removed: i64,
    pub commits: i64,
    pub pull_requests: i64,
    pub active_user_micros: i64,
    pub active_cli_micros: i64,
    pub edit_accepted: i64,
    pub edit_rejected: i64,
    pub multi_edit_accepted: i64,
    pub multi_edit_rejected: i64,
    pub write_accepted: i64,
    pub write_rejected: i64,
    pub notebook_edit_accepted: i64,
    pub notebook_edit_rejected: i64,
    pub prompts: i64,
    pub tool_calls: i64,
    pub errors: i64,
    pub session_starts: i64,
    pub events: i64,
    pub sequence_min: Option<i64>,
    pub sequence_max: Option<i64>,
}

impl SessionActivity {
    /// A row that counts nothing yet.
    pub fn empty(session: i64, utc_day: NaiveDate, local_day: NaiveDate, source: i16) -> Self {
        SessionActivity {
            session,
            utc_day,
            local_day,
            source,
            lines_added: 0,
            lines_removed: 0,
            commits: 0,
            pull_requests: 0,
            active_user_micros: 0,
            active_cli_micros: 0,
            edit_accepted: 0,
            edit_rejected: 0,
            multi_edit_accepted: 0,
            multi_edit_rejected: 0,
            write_accepted: 0,
            write_rejected: 0,
            notebook_edit_accepted: 0,
            notebook_edit_rejected: 0,
            prompts: 0,
            tool_calls: 0,
            errors: 0,
            session_starts: 0,
            events: 0,
            sequence_min: None,
            sequence_max: None,
        }
    }

    /// The counters of the row.
    pub fn counters(&self) -> ActivityCounters {
        ActivityCounters {
            lines_added: self.lines_added,
            lines_removed: self.lines_removed,
            commits: self.commits,
            pull_requests: self.pull_requests,
            active_user_micros: self.active_user_micros,
            active_cli_micros: self.active_cli_micros,
            edit_accepted: self.edit_accepted,
            edit_rejected: self.edit_rejected,
            multi_edit_accepted: self.multi_edit_accepted,
            multi_edit_rejected: self.multi_edit_rejected,
            write_accepted: self.write_accepted,
            write_rejected: self.write_rejected,
            notebook_edit_accepted: self.notebook_edit_accepted,
            notebook_edit_rejected: self.notebook_edit_rejected,
            prompts: self.prompts,
            tool_calls: self.tool_calls,
            errors: self.errors,
        }
    }

    /// Puts counters in the row.
    pub fn set_counters(&mut self, counters: &ActivityCounters) {
        self.lines_added = counters.lines_added;
        self.lines_removed = counters.lines_removed;
        self.commits = counters.commits;
        self.pull_requests = counters.pull_requests;
        self.active_user_micros = counters.active_user_micros;
        self.active_cli_micros = counters.active_cli_micros;
        self.edit_accepted = counters.edit_accepted;
        self.edit_rejected = counters.edit_rejected;
        self.multi_edit_accepted = counters.multi_edit_accepted;
        self.multi_edit_rejected = counters.multi_edit_rejected;
        self.write_accepted = counters.write_accepted;
        self.write_rejected = counters.write_rejected;
        self.notebook_edit_accepted = counters.notebook_edit_accepted;
        self.notebook_edit_rejected = counters.notebook_edit_rejected;
        self.prompts = counters.prompts;
        self.tool_calls = counters.tool_calls;
        self.errors = counters.errors;
    }
}

/// The rows of some sessions.
pub fn of_sessions(
    connection: &mut StoreConnection<'_>,
    sessions: &[i64],
) -> QueryResult<Vec<SessionActivity>> {
    let mut rows = Vec::new();
    for some in sessions.chunks(ROWS) {
        on_backend!(connection, conn => {
            rows.extend(
                session_activity::table
                    .filter(session_activity::session.eq_any(some))
                    .select(SessionActivity::as_select())
                    .load(*conn)?,
            )
        });
    }
    Ok(rows)
}

/// Writes rows as they are now. A key may stand once in `rows`.
pub fn save(connection: &mut StoreConnection<'_>, rows: &[SessionActivity]) -> QueryResult<()> {
    upsert(rows).execute(connection)
}

/// The statement.
fn upsert(rows: &[SessionActivity]) -> Upsert<'_> {
    Upsert {
        table: "session_activity",
        key: &["session", "utc_day", "local_day", "source"],
        columns: vec![
            ("session", Values::of(rows, |row| row.session)),
            ("utc_day", Values::of(rows, |row| row.utc_day)),
            ("local_day", Values::of(rows, |row| row.local_day)),
            ("source", Values::of(rows, |row| row.source)),
            ("lines_added", Values::of(rows, |row| row.lines_added)),
            ("lines_removed", Values::of(rows, |row| row.lines_removed)),
            ("commits", Values::of(rows, |row| row.commits)),
            ("pull_requests", Values::of(rows, |row| row.pull_requests)),
            ("active_user_micros", Values::of(rows, |row| row.active_user_micros)),
            ("active_cli_micros", Values::of(rows, |row| row.active_cli_micros)),
            ("edit_accepted", Values::of(rows, |row| row.edit_accepted)),
            ("edit_rejected", Values::of(rows, |row| row.edit_rejected)),
            ("multi_edit_accepted", Values::of(rows, |row| row.multi_edit_accepted)),
            ("multi_edit_rejected", Values::of(rows, |row| row.multi_edit_rejected)),
            ("write_accepted", Values::of(rows, |row| row.write_accepted)),
            ("write_rejected", Values::of(rows, |row| row.write_rejected)),
            ("notebook_edit_accepted", Values::of(rows, |row| row.notebook_edit_accepted)),
            ("notebook_edit_rejected", Values::of(rows, |row| row.notebook_edit_rejected)),
            ("prompts", Values::of(rows, |row| row.prompts)),
            ("tool_calls", Values::of(rows, |row| row.tool_calls)),
            ("errors", Values::of(rows, |row| row.errors)),
            ("session_starts", Values::of(rows, |row| row.session_starts)),
            ("events", Values::of(rows, |row| row.events)),
            ("sequence_min", Values::of(rows, |row| row.sequence_min)),
            ("sequence_max", Values::of(rows, |row| row.sequence_max)),
        ],
        on_conflict: OnConflict::Replace,
    }
}

/// Removes rows that came to say nothing.
pub fn remove(connection: &mut StoreConnection<'_>, rows: &[SessionActivity]) -> QueryResult<()> {
    use crate::tables::session_activity::dsl::*;
    for row in rows {
        on_backend!(connection, conn => {
            diesel::delete(
                session_activity
                    .filter(session.eq(row.session))
                    .filter(utc_day.eq(row.utc_day))
                    .filter(local_day.eq(row.local_day))
                    .filter(source.eq(row.source))
            )
            .execute(*conn)?
        });
    }
    Ok(())
}
