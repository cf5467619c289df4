//! Everything that is stored about one person, as one JSON document for that person.
//!
//! Of a request that tells of several people, only what names this one is in it.

mod records;

use std::collections::BTreeSet;

use daybook_schema::counters::Basis;
use daybook_schema::daily_teams::DailyTeam;
use daybook_schema::decisions::Decisions;
use daybook_schema::detections::{self, DetectionFilter};
use daybook_schema::session_usage::{self, SessionUsage};
use daybook_schema::sessions::{self, Session};
use daybook_schema::store::StoreConnection;
use daybook_schema::teams::TeamNames;
use daybook_schema::users::{self, identity, public_id};
use daybook_schema::{QueryResult, connections, daily_teams, session_signals, team_memberships};
use serde_json::{Value, json};

use super::identities::{self, Identity};
use crate::keys::Keys;
use records::Records;

/// Most detections that are written out; there are at most so many in the days they are kept.
const MOST_DETECTIONS: i64 = 100_000;

/// Everything about a user, and about whoever was merged into them.
pub fn of_user(
    connection: &mut StoreConnection<'_>,
    keys: &Keys,
    decisions: &Decisions,
    user: i64,
) -> QueryResult<Value> {
    let all = decisions.all_of(user);
    let named = identities::of_user(connection, keys, decisions, user)?;
    let held = sessions::of_users(connection, &[user])?;
    let ids: Vec<i64> = held.iter().map(|session| session.id).collect();
    let usage = session_usage::of_sessions(connection, &ids)?;
    let names: Vec<Value> = users::by_id(connection, &all)?
        .iter()
        .map(|row| json!({"id": public_id(row.id), "email": row.email, "name": row.name}))
        .collect();
    Ok(json!({
        "users": names,
        "identities": named.iter().map(of_identity).collect::<Vec<Value>>(),
        "sessions": held.iter().map(of_session).collect::<Vec<Value>>(),
        "usage": usage.iter().map(|row| of_usage(row, &held)).collect::<Vec<Value>>(),
        "teams": teams(connection, user, &all)?,
        "detections": found(connection, &named)?,
        "telemetry": telemetry(connection, keys, &named, &held)?,
    }))
}

/// What names them.
fn of_identity(row: &Identity) -> Value {
    json!({
        "kind": row.kind,
        "value": row.value,
        "origin": row.origin.name(),
        "first_time_micros": row.first_time,
    })
}

/// A session.
fn of_session(row: &Session) -> Value {
    json!({
        "connection_id": connections::public_id(row.connection_id),
        "session_id": row.session_id,
        "day": row.day,
        "email": row.email,
        "account_uuid": row.account_uuid,
        "install_id": row.install_id,
        "first_time_micros": row.first_time,
        "last_time_micros": row.last_time,
        "client_version": row.version,
        "terminal": row.terminal,
        "provider": row.provider,
    })
}

/// What a session consumed in a day with a model.
fn of_usage(row: &SessionUsage, held: &[Session]) -> Value {
    let session = held.iter().find(|session| session.id == row.session);
    json!({
        "session_id": session.and_then(|session| session.session_id.clone()),
        "day": row.utc_day,
        "model": row.raw_model,
        "source": if row.source == 1 { "metrics" } else { "events" },
        "requests": row.requests,
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "cache_read_tokens": row.cache_read_tokens,
        "cache_creation_tokens": row.cache_creation_tokens,
        "cost_nanos": row.cost_nanos,
    })
}

/// Where they belong: as files say it, and as their telemetry does.
fn teams(connection: &mut StoreConnection<'_>, user: i64, all: &[i64]) -> QueryResult<Value> {
    let memberships = team_memberships::of_users(connection, all)?;
    let memberships = memberships.iter().map(|row| {
        json!({"user": public_id(row.user_id), "from": row.from(), "to": row.to(), "names": of_names(&row.names())})
    });
    let days = daily_teams::of_user(connection, user)?;
    let days = days.into_iter().map(|row| {
        let DailyTeam { team, department, cost_center, .. } = row;
        let names = TeamNames { team, department, cost_center };
        let basis = if row.basis == Basis::Utc.number() { "utc" } else { "local" };
        json!({"day": row.day, "basis": basis, "names": of_names(&names)})
    });
    let memberships: Vec<Value> = memberships.collect();
    Ok(json!({"memberships": memberships, "days": days.collect::<Vec<Value>>()}))
}

/// Names of a team and what it is part of.
fn of_names(names: &TeamNames) -> Value {
    json!({"team": names.team, "department": names.department, "cost_center": names.cost_center})
}

/// What redaction found in what they sent; never the secret.
fn found(connection: &mut StoreConnection<'_>, named: &[Identity]) -> QueryResult<Vec<Value>> {
    let mut all = Vec::new();
    for email in named.iter().filter(|row| row.kind == identity::EMAIL) {
        let filter = DetectionFilter {
            from: chrono::NaiveDate::default(),
            to: chrono::NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default(),
            rule: None,
            email: Some(email.value.clone()),
            connection: None,
            session_id: None,
        };
        for row in detections::page(connection, &filter, None, MOST_DETECTIONS)? {
            all.push(json!({
                "day": row.day,
                "type": row.rule,
                "path": row.path,
                "session_id": row.session_id,
                "before": row.text_before,
                "after": row.text_after,
                "times": row.times,
            }));
        }
    }
    Ok(all)
}

/// The records and points of kept requests that are theirs, as they came.
fn telemetry(
    connection: &mut StoreConnection<'_>,
    keys: &Keys,
    named: &[Identity],
    held: &[Session],
) -> QueryResult<Vec<Value>> {
    let mut signals = BTreeSet::new();
    for session in held {
        let of_session = session_signals::of_session(connection, session.id)?;
        signals.extend(of_session.into_iter().map(|row| row.signal_id));
    }
    let records = Records::of(keys, named, held);
    records.in_signals(connection, &signals.into_iter().collect::<Vec<i64>>())
}
