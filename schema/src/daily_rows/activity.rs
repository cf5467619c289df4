//! Pages of `daily_activity`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::teams::add_teams;
use crate::api::{CoverageRow, DailyActivityRow, DailyCursor, DailyFilter, ToolActions};
use crate::counters::{ActivityCounters, Basis};
use crate::daily_activity::Coverage;
use crate::store::{StoreConnection, on_backend};
use crate::tables::{session_activity, sessions, users};
use crate::teams::InTeam;
use crate::{connections, users as user_rows};

/// Columns of an activity row, keys first.
type Columns =
    ((NaiveDate, i32, i64, i64), ActivityCounters, Coverage, (Option<String>, Option<String>));

/// A page of activity, in order of day, user and connection. A filter by model is ignored:
/// activity has none.
pub fn activity(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
    after: Option<&DailyCursor>,
    limit: i64,
) -> QueryResult<Vec<(DailyCursor, DailyActivityRow)>> {
    let rows = load(connection, filter, after, limit)?;
    let mut page: Vec<(DailyCursor, DailyActivityRow)> = rows.into_iter().map(row).collect();
    add_versions(connection, filter, &mut page)?;
    add_teams(connection, filter.basis, &mut page)?;
    Ok(page)
}

/// The columns of a page.
fn load(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
    after: Option<&DailyCursor>,
    limit: i64,
) -> QueryResult<Vec<Columns>> {
    use crate::tables::daily_activity::dsl::*;
    on_backend!(connection, conn => {
        let mut query = daily_activity
            .inner_join(users::table)
            .filter(basis.eq(filter.basis.number()))
            .filter(day.between(filter.from, filter.to))
            .filter(InTeam::activity(filter))
            .into_boxed();
        if let Some(email) = &filter.user {
            query = query.filter(users::email.eq(email));
        }
        if let Some(id) = filter.connection {
            query = query.filter(connection_id.eq(id));
        }
        if let Some(at) = after {
            query = query.filter(day.ge(at.day)).filter(
                day.gt(at.day).or(user_id.gt(at.user_id)).or(user_id
                    .eq(at.user_id)
                    .and(connection_id.gt(at.connection_id))),
            );
        }
        query
            .order((day, user_id, connection_id))
            .limit(limit)
            .select((
                (day, connection_id, user_id, sessions),
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
                (users::email, users::name),
            ))
            .load(*conn)
    })
}

/// An activity row as it is published, with where it stands.
fn row(columns: Columns) -> (DailyCursor, DailyActivityRow) {
    let ((date, connection, user, sessions), counters, coverage, (email, name)) = columns;
    let cursor =
        DailyCursor { day: date, user_id: user, model: String::new(), connection_id: connection };
    let heard = Heard::of(&coverage);
    let row = DailyActivityRow {
        date,
        connection_id: connections::public_id(connection),
        user_id: user_rows::public_id(user),
        user_email: email,
        user_name: name,
        team: None,
        department: None,
        cost_center: None,
        is_active: sessions > 0
            || counters.prompts > 0
            || coverage.metrics_tokens > 0
            || coverage.events_tokens > 0,
        sessions,
        lines_added: heard.by_metrics(counters.lines_added),
        lines_removed: heard.by_metrics(counters.lines_removed),
        commits: heard.by_metrics(counters.commits),
        pull_requests: heard.by_metrics(counters.pull_requests),
        edits_accepted: counters.edits_accepted(),
        edits_rejected: counters.edits_rejected(),
        active_seconds_user: heard.by_metrics(counters.active_user_micros).map(seconds),
        active_seconds_cli: heard.by_metrics(counters.active_cli_micros).map(seconds),
        prompts: heard.by_events(counters.prompts),
        tool_calls: heard.by_events(counters.tool_calls),
        errors: heard.by_events(counters.errors),
        tool_actions: ToolActions::of(&counters),
        coverage: coverage_row(&coverage),
    };
    (cursor, row)
}

/// Which exporters were heard of a day, by any session of it.
#[derive(Clone, Copy, Debug)]
struct Heard {
    metrics: bool,
    events: bool,
}

impl Heard {
    /// As a day's coverage tells.
    fn of(coverage: &Coverage) -> Heard {
        Heard {
            metrics: coverage.events_only < coverage.scopes,
            events: coverage.metrics_only < coverage.scopes,
        }
    }

    /// What metrics alone tell; nothing, where there were none, is not known to be nothing.
    fn by_metrics(self, counted: i64) -> Option<i64> {
        (self.metrics || counted != 0).then_some(counted)
    }

    /// What events alone tell.
    fn by_events(self, counted: i64) -> Option<i64> {
        (self.events || counted != 0).then_some(counted)
    }
}

/// Microseconds as seconds.
#[expect(clippy::as_conversions, reason = "285 years of microseconds are exact")]
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1.0e6
}

/// How complete a day is, without the client versions.
fn coverage_row(coverage: &Coverage) -> CoverageRow {
    CoverageRow {
        complete: coverage.metrics_only == 0
            && coverage.events_only == 0
            && coverage.events_missing == 0
            && coverage.metrics_tokens == coverage.events_tokens,
        metrics_tokens: coverage.metrics_tokens,
        events_tokens: coverage.events_tokens,
        events: coverage.events,
        events_missing: coverage.events_missing,
        sessions_without_events: coverage.metrics_only,
        sessions_without_metrics: coverage.events_only,
        client_versions: Vec::new(),
    }
}

/// User, UTC day, local day, connection and client version of a session's day.
type Versions = (i64, NaiveDate, NaiveDate, i32, String);

/// Says which client versions each row's sessions were of.
fn add_versions(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
    page: &mut [(DailyCursor, DailyActivityRow)],
) -> QueryResult<()> {
    let mut versions: BTreeMap<(i64, NaiveDate, i32), BTreeSet<String>> = BTreeMap::new();
    for (user, utc_day, local_day, of, version) in load_versions(connection, page)? {
        let day = match filter.basis {
            Basis::Utc => utc_day,
            Basis::Local => local_day,
        };
        versions.entry((user, day, of)).or_default().insert(version);
    }
    for (at, row) in page {
        if let Some(versions) = versions.get(&(at.user_id, at.day, at.connection_id)) {
            row.coverage.client_versions = versions.iter().cloned().collect();
        }
    }
    Ok(())
}

/// The client versions of every session of a page's users and days.
fn load_versions(
    connection: &mut StoreConnection<'_>,
    page: &[(DailyCursor, DailyActivityRow)],
) -> QueryResult<Vec<Versions>> {
    let ids: BTreeSet<i64> = page.iter().map(|(at, _)| at.user_id).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let mut found = Vec::new();
    let (Some((first, _)), Some((last, _))) = (page.first(), page.last()) else {
        return Ok(found);
    };
    for some in ids.chunks(500) {
        let rows: Vec<Versions> = on_backend!(connection, conn => {
            session_activity::table
                .inner_join(sessions::table)
                .filter(sessions::user_id.eq_any(some))
                .filter(
                    session_activity::utc_day
                        .between(first.day, last.day)
                        .or(session_activity::local_day.between(first.day, last.day)),
                )
                .filter(sessions::version.ne(""))
                .select((
                    sessions::user_id,
                    session_activity::utc_day,
                    session_activity::local_day,
                    sessions::connection_id,
                    sessions::version,
                ))
                .distinct()
                .load(*conn)?
        });
        found.extend(rows);
    }
    Ok(found)
}
