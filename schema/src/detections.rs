//! Detections: what redaction found, where, and how often. Never the secret.

use chrono::NaiveDate;
use diesel::dsl::{auto_type, count};
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::capped::capped;
use crate::overview::{Switch, switch};
use crate::store::{StoreConnection, on_backend};
use crate::tables::detections;
use crate::total::total;

/// How many rows one statement carries.
const ROWS: usize = 300;

/// A secret that was found in one place of one session's telemetry, all of a day together.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = detections, treat_none_as_default_value = false)]
pub struct Detection {
    /// Keyed hash of connection, rule, path, session, who, secret and UTC day.
    pub id: i64,
    /// UTC, of when it was received.
    pub day: NaiveDate,
    pub connection_id: i32,
    /// The type, as in the marker.
    pub rule: String,
    pub path: String,
    pub session_id: Option<String>,
    /// As the request declares.
    pub email: Option<String>,
    /// Keyed hash: the same secret is known again.
    pub secret_hash: Vec<u8>,
    /// At most 24 bytes of the redacted text before the marker, and behind it.
    pub text_before: String,
    pub text_after: String,
    pub times: i64,
    /// Microseconds since 1970.
    pub first_at: i64,
    pub last_at: i64,
}

/// Adds what was found. An id may stand once in `rows`.
pub fn add(connection: &mut StoreConnection<'_>, rows: &[Detection]) -> QueryResult<()> {
    use crate::tables::detections::dsl::*;
    for some in rows.chunks(ROWS) {
        on_backend!(connection, conn => {
            diesel::insert_into(detections)
                .values(some)
                .on_conflict(id)
                .do_update()
                .set((
                    times.eq(capped(times, excluded(times))),
                    last_at.eq(excluded(last_at)),
                    text_before.eq(excluded(text_before)),
                    text_after.eq(excluded(text_after)),
                ))
                .execute(*conn)?
        });
    }
    Ok(())
}

/// Which detections are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetectionFilter {
    /// First and last UTC day, inclusive.
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub rule: Option<String>,
    pub email: Option<String>,
    pub connection: Option<i32>,
    pub session_id: Option<String>,
}

/// The rows a filter lets through.
#[auto_type(no_type_alias)]
fn asked_for<'a>(filter: &'a DetectionFilter) -> _ {
    let from: NaiveDate = filter.from;
    let to: NaiveDate = filter.to;
    let rule: &'a str = filter.rule.as_deref().unwrap_or_default();
    let any_rule: Switch = switch(filter.rule.is_none());
    let email: &'a str = filter.email.as_deref().unwrap_or_default();
    let anybody: Switch = switch(filter.email.is_none());
    let session: &'a str = filter.session_id.as_deref().unwrap_or_default();
    let any_session: Switch = switch(filter.session_id.is_none());
    let first: i32 = filter.connection.unwrap_or(i32::MIN);
    let last: i32 = filter.connection.unwrap_or(i32::MAX);
    detections::day
        .between(from, to)
        .and(detections::connection_id.between(first, last))
        .and(detections::rule.eq(rule).or(any_rule))
        .and(detections::email.eq(email).or(anybody))
        .and(detections::session_id.eq(session).or(any_session))
}

/// Where a page of detections ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetectionCursor {
    pub day: NaiveDate,
    pub last_at: i64,
    pub id: i64,
}

/// A page, the latest first.
pub fn page(
    connection: &mut StoreConnection<'_>,
    filter: &DetectionFilter,
    after: Option<DetectionCursor>,
    limit: i64,
) -> QueryResult<Vec<Detection>> {
    use crate::tables::detections::dsl::*;
    on_backend!(connection, conn => {
        let mut query = detections.filter(asked_for(filter)).into_boxed();
        if let Some(at) = after {
            query = query.filter(day.le(at.day)).filter(
                day.lt(at.day)
                    .or(last_at.lt(at.last_at))
                    .or(last_at.eq(at.last_at).and(id.lt(at.id))),
            );
        }
        query
            .order((day.desc(), last_at.desc(), id.desc()))
            .limit(limit)
            .select(Detection::as_select())
            .load(*conn)
    })
}

/// How often each type was found on each day, by both.
pub fn by_day_and_rule(
    connection: &mut StoreConnection<'_>,
    filter: &DetectionFilter,
) -> QueryResult<Vec<(NaiveDate, String, i64)>> {
    use crate::tables::detections::dsl::*;
    on_backend!(connection, conn => {
        detections
            .filter(asked_for(filter))
            .group_by((day, rule))
            .order((day, rule))
            .select((day, rule, total(times)))
            .load(*conn)
    })
}

/// How many people (distinct emails) something was found of.
pub fn people(connection: &mut StoreConnection<'_>, filter: &DetectionFilter) -> QueryResult<i64> {
    use crate::tables::detections::dsl::*;
    on_backend!(connection, conn => {
        detections
            .filter(asked_for(filter))
            .select(count(email).aggregate_distinct())
            .get_result(*conn)
    })
}

/// Forgets some detections of days before one; how many, 0 when none are left.
pub fn forget(connection: &mut StoreConnection<'_>, before: NaiveDate) -> QueryResult<usize> {
    use crate::tables::detections::dsl::*;
    on_backend!(connection, conn => {
        let old: Vec<i64> =
            detections.filter(day.lt(before)).limit(1000).select(id).load(*conn)?;
        diesel::delete(detections.filter(id.eq_any(old))).execute(*conn)
    })
}
