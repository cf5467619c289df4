//! The tables that are derived from signals: what a rebuild makes again.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::counters::ActivityCounters;
use crate::daily_activity::Coverage;
use crate::daily_teams::DailyTeam;
use crate::seen::SeenRow;
use crate::series::Series;
use crate::session_activity::SessionActivity;
use crate::session_signals::SessionSignal;
use crate::session_teams::SessionTeam;
use crate::session_usage::SessionUsage;
use crate::sessions::Session;
use crate::store::{StoreConnection, on_backend};
use crate::tables::{
    daily_teams, seen, series, session_activity, session_signals, session_teams, session_usage,
    sessions, user_identities, users,
};
use crate::users::{User, UserIdentity};

/// The derived tables and their columns, in the order they are filled.
pub const TABLES: &[(&str, &str)] = &[
    ("users", "id, email, stand_in, name, name_time"),
    ("user_identities", "kind, value, user_id, first_time"),
    (
        "sessions",
        "id, group_key, connection_id, session_id, day, email, account_uuid, install_id, user_id, \
         first_time, last_time, version, terminal, provider",
    ),
    (
        "session_usage",
        "session, utc_day, local_day, raw_model, source, model, requests, input_tokens, output_tokens, \
         cache_read_tokens, cache_creation_tokens, cost_nanos",
    ),
    (
        "session_activity",
        "session, utc_day, local_day, source, lines_added, lines_removed, commits, pull_requests, \
         active_user_micros, active_cli_micros, edit_accepted, edit_rejected, \
         multi_edit_accepted, multi_edit_rejected, write_accepted, write_rejected, \
         notebook_edit_accepted, notebook_edit_rejected, prompts, tool_calls, errors, \
         session_starts, events, sequence_min, sequence_max",
    ),
    ("series", "stream, utc_day, local_day, session, last_time, last_value"),
    ("seen", "scope, hashes"),
    ("session_signals", "session, signal_id, first_time, last_time"),
    ("session_teams", "session, utc_day, local_day, last_time, team, department, cost_center"),
    ("daily_teams", "user_id, day, basis, is_own, last_time, team, department, cost_center"),
    (
        "daily_usage",
        "user_id, day, basis, model, connection_id, requests, input_tokens, output_tokens, \
         cache_read_tokens, cache_creation_tokens, cost_nanos, \
         metrics_sessions, events_sessions",
    ),
    (
        "daily_activity",
        "user_id, day, basis, connection_id, sessions, lines_added, lines_removed, commits, pull_requests, \
         active_user_micros, active_cli_micros, edit_accepted, edit_rejected, \
         multi_edit_accepted, multi_edit_rejected, write_accepted, write_rejected, \
         notebook_edit_accepted, notebook_edit_rejected, prompts, tool_calls, errors, \
         metrics_tokens, events_tokens, events, events_missing, metrics_only, events_only, scopes",
    ),
];

/// A usage row of the daily table: keys, counters, sessions.
type DailyUsage =
    ((i64, NaiveDate, i16, String, i32), (i64, i64, i64, i64, i64, i64), (i64, i64, i64));

/// An activity row of the daily table: keys, counters, coverage.
type DailyActivity = ((i64, NaiveDate, i16, i32, i64), ActivityCounters, Coverage);

/// Every derived row of a small database as text, table by table, in order of their keys: two
/// databases that were told the same are the same text.
pub fn dump(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<(&'static str, Vec<String>)>> {
    Ok(vec![
        ("users", lines(users(connection)?)),
        ("user_identities", lines(identities(connection)?)),
        ("sessions", lines(sessions(connection)?)),
        ("session_usage", lines(session_usage(connection)?)),
        ("session_activity", lines(session_activity(connection)?)),
        ("series", lines(series(connection)?)),
        ("seen", lines(seen(connection)?)),
        ("session_signals", lines(session_signals(connection)?)),
        ("session_teams", lines(session_teams(connection)?)),
        ("daily_teams", lines(daily_teams(connection)?)),
        ("daily_usage", lines(daily_usage(connection)?)),
        ("daily_activity", lines(daily_activity(connection)?)),
    ])
}

/// Rows as text.
fn lines<Row: std::fmt::Debug>(rows: Vec<Row>) -> Vec<String> {
    rows.iter().map(|row| format!("{row:?}")).collect()
}

/// Every row of `users`.
fn users(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<User>> {
    on_backend!(connection, conn => {
        users::table.order(users::id).select(User::as_select()).load(*conn)
    })
}

/// Every row of `user_identities`.
fn identities(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<UserIdentity>> {
    on_backend!(connection, conn => {
        user_identities::table.order((user_identities::kind, user_identities::value, user_identities::user_id)).select(UserIdentity::as_select()).load(*conn)
    })
}

/// Every row of `sessions`.
fn sessions(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<Session>> {
    on_backend!(connection, conn => {
        sessions::table.order(sessions::id).select(Session::as_select()).load(*conn)
    })
}

/// Every row of `session_usage`.
fn session_usage(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<SessionUsage>> {
    on_backend!(connection, conn => {
        session_usage::table.order((session_usage::session, session_usage::utc_day, session_usage::local_day, session_usage::raw_model, session_usage::source)).select(SessionUsage::as_select()).load(*conn)
    })
}

/// Every row of `session_activity`.
fn session_activity(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<SessionActivity>> {
    on_backend!(connection, conn => {
        session_activity::table.order((session_activity::session, session_activity::utc_day, session_activity::local_day, session_activity::source)).select(SessionActivity::as_select()).load(*conn)
    })
}

/// Every row of `series`.
fn series(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<Series>> {
    on_backend!(connection, conn => {
        series::table.order((series::stream, series::utc_day, series::local_day)).select(Series::as_select()).load(*conn)
    })
}

/// Every row of `seen`.
fn seen(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<SeenRow>> {
    on_backend!(connection, conn => {
        seen::table.order(seen::scope).select(SeenRow::as_select()).load(*conn)
    })
}

/// Every row of `session_signals`.
fn session_signals(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<SessionSignal>> {
    on_backend!(connection, conn => {
        session_signals::table.order((session_signals::session, session_signals::signal_id)).select(SessionSignal::as_select()).load(*conn)
    })
}

/// Every row of `session_teams`.
fn session_teams(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<SessionTeam>> {
    on_backend!(connection, conn => {
        session_teams::table.order((session_teams::session, session_teams::utc_day, session_teams::local_day)).select(SessionTeam::as_select()).load(*conn)
    })
}

/// Every row of `daily_teams`.
fn daily_teams(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<DailyTeam>> {
    on_backend!(connection, conn => {
        daily_teams::table.order((daily_teams::user_id, daily_teams::day, daily_teams::basis)).select(DailyTeam::as_select()).load(*conn)
    })
}

/// Every row of `daily_usage`.
fn daily_usage(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<DailyUsage>> {
    use crate::tables::daily_usage::dsl::*;
    on_backend!(connection, conn => {
        daily_usage
            .order((user_id, day, basis, model, connection_id))
            .select((
                (user_id, day, basis, model, connection_id),
                (
                    requests,
                    input_tokens,
                    output_tokens,
                    cache_read_tokens,
                    cache_creation_tokens,
                    cost_nanos,
                ),
                (metrics_sessions, events_sessions, cost_micros),
            ))
            .load(*conn)
    })
}

/// Every row of `daily_activity`.
fn daily_activity(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<DailyActivity>> {
    use crate::tables::daily_activity::dsl::*;
    on_backend!(connection, conn => {
        daily_activity
            .order((user_id, day, basis, connection_id))
            .select((
                (user_id, day, basis, connection_id, sessions),
                (
                    lines_added,
                    lines_removed,
                    commits,
                    pull_requests,
                    active_user_micros,
                    active_cli_micros,
                    edit_accepted,
                    edit_rejected,
                    multi_edit_accepted,
                    multi_edit_rejected,
                    write_accepted,
                    write_rejected,
                    notebook_edit_accepted,
                    notebook_edit_rejected,
                    prompts,
                    tool_calls,
                    errors,
                ),
                (
                    metrics_tokens,
                    events_tokens,
                    events,
                    events_missing,
                    metrics_only,
                    events_only,
                    scopes,
                ),
            ))
            .load(*conn)
    })
}
