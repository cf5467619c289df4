//! Users with what they did in all, for the API and the pages.

use std::collections::BTreeMap;

use diesel::dsl::{count, max, min};
use diesel::prelude::*;

use crate::counters::Basis;
use crate::erasures::STAND_IN;
use crate::store::{StoreConnection, on_backend};
use crate::tables::{daily_usage, sessions, users};
use crate::total::total;
use crate::users::User;
use crate::{decisions, users as rows};

/// How many rows one statement carries.
const ROWS: usize = 400;

/// What a user did in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub sessions: i64,
    /// Microseconds since 1970; `None` without a session.
    pub first_time: Option<i64>,
    pub last_time: Option<i64>,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cache_read_tokens: i64,
    pub cache_creation_tokens: i64,
    pub cost_micros: i64,
}

/// Users after an id, in order of ids.
pub fn page(
    connection: &mut StoreConnection<'_>,
    after: Option<i64>,
    limit: i64,
) -> QueryResult<Vec<User>> {
    on_backend!(connection, conn => {
        let mut query = users::table.into_boxed();
        if let Some(after) = after {
            query = query.filter(users::id.gt(after));
        }
        query.order(users::id).limit(limit).select(User::as_select()).load(*conn)
    })
}

/// The user of an email.
pub fn by_email(connection: &mut StoreConnection<'_>, email: &str) -> QueryResult<Option<User>> {
    on_backend!(connection, conn => {
        users::table
            .filter(users::email.eq(email))
            .select(User::as_select())
            .first(*conn)
            .optional()
    })
}

/// The email that the usage of an email goes by: whoever was merged into somebody is that one.
/// What nobody is known by goes by itself.
pub fn owner_email(connection: &mut StoreConnection<'_>, email: &str) -> QueryResult<String> {
    let Some(user) = by_email(connection, email)? else {
        return Ok(email.to_owned());
    };
    let owner = decisions::load(connection)?.owner(user.id);
    let owner = rows::by_id(connection, &[owner])?.pop().and_then(|owner| owner.email);
    Ok(owner.unwrap_or_else(|| email.to_owned()))
}

/// What some users did in all, by their ids; who did nothing is not in it.
pub fn totals(
    connection: &mut StoreConnection<'_>,
    ids: &[i64],
) -> QueryResult<BTreeMap<i64, Totals>> {
    let mut found: BTreeMap<i64, Totals> = BTreeMap::new();
    for some in ids.chunks(ROWS) {
        for (user, count, first, last) in held(connection, some)? {
            let totals = found.entry(user).or_default();
            (totals.sessions, totals.first_time, totals.last_time) = (count, first, last);
        }
        for (user, (input, output, cache_read, cache_creation), cost) in used(connection, some)? {
            let totals = found.entry(user).or_default();
            totals.input_tokens = input;
            totals.output_tokens = output;
            totals.cache_read_tokens = cache_read;
            totals.cache_creation_tokens = cache_creation;
            totals.cost_micros = cost;
        }
    }
    Ok(found)
}

/// How many sessions users have, the first time and the last.
type Held = (i64, i64, Option<i64>, Option<i64>);

/// The sessions of some users. One that begins before somebody signs in is two rows of a group.
fn held(connection: &mut StoreConnection<'_>, ids: &[i64]) -> QueryResult<Vec<Held>> {
    on_backend!(connection, conn => {
        sessions::table
            .filter(sessions::user_id.eq_any(ids))
            .group_by(sessions::user_id)
            .select((
                sessions::user_id,
                count(sessions::group_key).aggregate_distinct(),
                min(sessions::first_time),
                max(sessions::last_time),
            ))
            .load(*conn)
    })
}

/// What users consumed: tokens by kind, micro-USD.
type Used = (i64, (i64, i64, i64, i64), i64);

/// The consumption of some users.
fn used(connection: &mut StoreConnection<'_>, ids: &[i64]) -> QueryResult<Vec<Used>> {
    on_backend!(connection, conn => {
        daily_usage::table
            .filter(daily_usage::user_id.eq_any(ids))
            .filter(daily_usage::basis.eq(Basis::Utc.number()))
            .group_by(daily_usage::user_id)
            .select((
                daily_usage::user_id,
                (
                    total(daily_usage::input_tokens),
                    total(daily_usage::output_tokens),
                    total(daily_usage::cache_read_tokens),
                    total(daily_usage::cache_creation_tokens),
                ),
                total(daily_usage::cost_micros),
            ))
            .load(*conn)
    })
}

/// Users nobody is known of, and who were not erased; in order of ids.
pub fn stand_ins(connection: &mut StoreConnection<'_>, limit: i64) -> QueryResult<Vec<User>> {
    on_backend!(connection, conn => {
        users::table
            .filter(users::email.is_null())
            .filter(users::stand_in.ne(STAND_IN))
            .order(users::id)
            .limit(limit)
            .select(User::as_select())
            .load(*conn)
    })
}

/// Somebody's beginning by a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newcomer {
    pub user_id: i64,
    /// Microseconds since 1970.
    pub first_time: i64,
}

/// Who declared an email by a connection for the first time between two times.
pub fn newcomers(
    connection: &mut StoreConnection<'_>,
    connection_id: i32,
    after: i64,
    until: i64,
) -> QueryResult<Vec<Newcomer>> {
    let begun: Vec<(i64, Option<i64>)> = on_backend!(connection, conn => {
        sessions::table
            .filter(sessions::connection_id.eq(connection_id))
            .filter(sessions::email.is_not_null())
            .group_by(sessions::user_id)
            .having(min(sessions::first_time).gt(after))
            .select((sessions::user_id, min(sessions::first_time)))
            .load(*conn)?
    });
    let begun = begun
        .into_iter()
        .filter_map(|(user_id, first)| first.map(|first_time| Newcomer { user_id, first_time }));
    Ok(begun.filter(|newcomer| newcomer.first_time <= until).collect())
}
