//! Pages of `daily_usage`.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::teams::add_teams;
use crate::api::{DailyCursor, DailyFilter, DailyUsageRow};
use crate::store::{StoreConnection, on_backend};
use crate::tables::users;
use crate::teams::InTeam;
use crate::{connections, users as user_rows};

/// Columns of a usage row, keys first.
pub(crate) type UsageColumns = (
    (NaiveDate, i32, i64, String),
    (i64, i64, i64, i64, i64, i64),
    (i64, i64),
    (Option<String>, Option<String>),
);

/// A page of consumption, in order of day, user, model and connection.
pub fn usage(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
    after: Option<&DailyCursor>,
    limit: i64,
) -> QueryResult<Vec<(DailyCursor, DailyUsageRow)>> {
    use crate::tables::daily_usage::dsl::*;
    let rows: Vec<UsageColumns> = on_backend!(connection, conn => {
        let mut query = daily_usage
            .inner_join(users::table)
            .filter(basis.eq(filter.basis.number()))
            .filter(day.between(filter.from, filter.to))
            .filter(InTeam::usage(filter))
            .into_boxed();
        if let Some(email) = &filter.user {
            query = query.filter(users::email.eq(email));
        }
        if let Some(name) = &filter.model {
            query = query.filter(model.eq(name));
        }
        if let Some(id) = filter.connection {
            query = query.filter(connection_id.eq(id));
        }
        if let Some(at) = after {
            query = query.filter(day.ge(at.day)).filter(
                day.gt(at.day).or(user_id.gt(at.user_id)).or(user_id.eq(at.user_id).and(
                    model.gt(&at.model).or(model
                        .eq(&at.model)
                        .and(connection_id.gt(at.connection_id))),
                )),
            );
        }
        query
            .order((day, user_id, model, connection_id))
            .limit(limit)
            .select((
                (day, connection_id, user_id, model),
                (
                    requests,
                    input_tokens,
                    output_tokens,
                    cache_read_tokens,
                    cache_creation_tokens,
                    cost_micros,
                ),
                (metrics_sessions, events_sessions),
                (users::email, users::name),
            ))
            .load(*conn)?
    });
    let mut page = rows.into_iter().map(usage_row).collect::<Vec<_>>();
    add_teams(connection, filter.basis, &mut page)?;
    Ok(page)
}

/// A usage row as it is published, with where it stands.
pub(crate) fn usage_row(columns: UsageColumns) -> (DailyCursor, DailyUsageRow) {
    let ((date, connection, user, model), counters, sessions, (email, name)) = columns;
    let (requests, input, output, cache_read, cache_creation, cost_micros) = counters;
    let (metrics_sessions, events_sessions) = sessions;
    let cursor =
        DailyCursor { day: date, user_id: user, model: model.clone(), connection_id: connection };
    let row = DailyUsageRow {
        date,
        connection_id: connections::public_id(connection),
        user_id: user_rows::public_id(user),
        user_email: email,
        user_name: name,
        team: None,
        department: None,
        cost_center: None,
        model,
        requests: (events_sessions > 0).then_some(requests),
        input_tokens: input,
        output_tokens: output,
        cache_read_tokens: cache_read,
        cache_creation_tokens: cache_creation,
        cost_micros,
        source: match (metrics_sessions > 0, events_sessions > 0) {
            (true, true) => "mixed",
            (true, false) => "metrics",
            _ => "events",
        },
    };
    (cursor, row)
}
