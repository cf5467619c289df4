//! How a connection is: what came of it and when, what its telemetry is like, and whether it
//! does what it is for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use daybook_schema::QueryResult;
use daybook_schema::connection_health::{self, ConnectionHealth};
use daybook_schema::connection_traits::{
    self, COUNTED, ConnectionTrait, MISSING, NAMED, TEMPORALITY, TEST,
};
use daybook_schema::refused_requests::{self, RefusedRequest};
use daybook_schema::reporting::{self, Reporting};
use daybook_schema::store::StoreConnection;

/// How far back users and versions are looked for, and what is missing counts: a day.
pub const RECENT_MICROS: i64 = 86_400_000_000;

/// How a connection is.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub received: ConnectionHealth,
    pub traits: Vec<ConnectionTrait>,
    /// Users of the last 24 hours.
    pub users: usize,
    /// Versions of the client in the last 24 hours, each with how many users have it.
    pub versions: Vec<(String, usize)>,
    /// Why requests were refused, the latest first.
    pub refused: Vec<RefusedRequest>,
}

/// A step of the way from nothing to figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// For programs.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    pub is_done: bool,
}

/// What a connection lacks, or that it lacks nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Nothing was ever received.
    Waiting,
    /// Everything that came was refused.
    Refused,
    /// Metrics come, and no logs did for a day.
    MetricsOnly,
    /// Logs come, and no metrics did for a day.
    LogsOnly,
    /// Nobody is named.
    WithoutIdentity,
    /// Nothing was counted yet of what came.
    Queued,
    /// Nothing came for a day.
    Quiet,
    /// Everything comes, and is counted.
    Healthy,
}

impl State {
    /// Reads it.
    pub fn load(
        connection: &mut StoreConnection<'_>,
        id: i32,
        now: DateTime<Utc>,
    ) -> QueryResult<State> {
        let since = now.timestamp_micros().saturating_sub(RECENT_MICROS);
        let day = now.date_naive().pred_opt().unwrap_or_default();
        let reporting = reporting::since(connection, id, day, since)?;
        let users: BTreeSet<i64> = reporting.iter().map(|row| row.user_id).collect();
        Ok(State {
            received: connection_health::of(connection, id)?,
            traits: connection_traits::of(connection, id)?,
            users: users.len(),
            versions: versions(&reporting),
            refused: refused_requests::of(connection, id)?,
        })
    }

    /// The values of a trait that requests showed within a day of the latest that showed any.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let of = || self.traits.iter().filter(|row| row.name == name);
        let latest = self.traits.iter().map(|row| row.last_at).max().unwrap_or_default();
        let recent = latest.saturating_sub(RECENT_MICROS);
        of().filter(|row| row.last_at >= recent).map(|row| row.value.as_str()).collect()
    }

    /// Delta, cumulative, or both.
    pub fn temporality(&self) -> Vec<&str> {
        self.values(TEMPORALITY)
    }

    /// The attributes that telemetry lacks.
    pub fn missing(&self) -> Vec<&str> {
        self.values(MISSING)
    }

    /// When a test request was folded.
    pub fn test_folded_at(&self, number: &str) -> Option<i64> {
        let found = self.traits.iter().find(|row| row.name == TEST && row.value == number);
        found.map(|row| row.last_at)
    }

    /// Whether any request showed a trait.
    fn has(&self, name: &str) -> bool {
        self.traits.iter().any(|row| row.name == name)
    }

    /// When anything was last accepted.
    pub fn last_at(&self) -> Option<i64> {
        let ConnectionHealth { last_metrics_at, last_logs_at, last_traces_at, .. } = self.received;
        last_metrics_at.max(last_logs_at).max(last_traces_at)
    }

    /// The six steps, in order.
    pub fn steps(&self) -> [Step; 6] {
        let received = &self.received;
        let step = |name, label, is_done| Step { name, label, is_done };
        let seen = received.accepted.saturating_add(received.refused) > 0;
        [
            step("request_seen", "A request came", seen),
            step("token_accepted", "Its token was accepted", received.accepted > 0),
            step("metrics", "Metrics came", received.last_metrics_at.is_some()),
            step("logs", "Logs came", received.last_logs_at.is_some()),
            step("user_identified", "A user is named", self.has(NAMED)),
            step("day_built", "A day is counted", self.has(COUNTED)),
        ]
    }

    /// What it lacks most.
    pub fn condition(&self, now: DateTime<Utc>) -> Condition {
        let recent = now.timestamp_micros().saturating_sub(RECENT_MICROS);
        let Some(last) = self.last_at() else {
            let none_seen = self.received.refused == 0;
            return if none_seen { Condition::Waiting } else { Condition::Refused };
        };
        // What came last decides, not the clock: over a weekend nothing comes.
        let beside = last.saturating_sub(RECENT_MICROS);
        let comes = |at: Option<i64>| at.is_some_and(|at| at >= beside);
        match (comes(self.received.last_metrics_at), comes(self.received.last_logs_at)) {
            (true, false) => Condition::MetricsOnly,
            (false, true) => Condition::LogsOnly,
            _ if !self.has(COUNTED) && !self.has(NAMED) && !self.has(MISSING) => Condition::Queued,
            _ if self.is_unnamed() => Condition::WithoutIdentity,
            _ if last < recent => Condition::Quiet,
            _ => Condition::Healthy,
        }
    }

    /// Whether nobody was named within a day of the latest telemetry.
    fn is_unnamed(&self) -> bool {
        self.values(NAMED).is_empty()
    }
}

/// How many users have each version, the most frequent first.
fn versions(reporting: &[Reporting]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in reporting {
        let count = counts.entry(&row.version).or_default();
        *count = count.saturating_add(1);
    }
    let mut counts: Vec<(String, usize)> =
        counts.into_iter().map(|(version, count)| (version.to_owned(), count)).collect();
    counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = RECENT_MICROS;

    /// A time, in days since 1970.
    fn day(number: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(number * DAY).unwrap()
    }

    /// A connection that received metrics and logs on some days, and shows traits of day 100.
    fn state(metrics: Option<i64>, logs: Option<i64>, traits: &[(&str, &str)]) -> State {
        let trait_of = |(name, value): &(&str, &str)| ConnectionTrait {
            connection_id: 1,
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            last_at: 100 * DAY,
        };
        State {
            received: ConnectionHealth {
                accepted: 1,
                last_metrics_at: metrics.map(|number| number * DAY),
                last_logs_at: logs.map(|number| number * DAY),
                ..ConnectionHealth::default()
            },
            traits: traits.iter().map(trait_of).collect(),
            ..State::default()
        }
    }

    #[test]
    fn what_is_lacking_most_is_said() {
        let counted = [(COUNTED, ""), (NAMED, "user.email")];
        let unnamed = [(COUNTED, ""), (MISSING, "user.email")];
        for (state, today, expected) in [
            (State::default(), 100, Condition::Waiting),
            (state(Some(100), None, &counted), 100, Condition::MetricsOnly),
            (state(Some(98), Some(100), &counted), 100, Condition::LogsOnly),
            (state(Some(100), Some(100), &[]), 100, Condition::Queued),
            (state(Some(100), Some(100), &unnamed), 100, Condition::WithoutIdentity),
            (state(Some(100), Some(100), &counted), 103, Condition::Quiet),
            (state(Some(100), Some(100), &counted), 100, Condition::Healthy),
        ] {
            assert_eq!(state.condition(day(today)), expected);
        }
        let received = ConnectionHealth { refused: 3, ..ConnectionHealth::default() };
        let refused = State { received, ..State::default() };
        assert_eq!(refused.condition(day(100)), Condition::Refused);
        assert!(refused.steps()[0].is_done && !refused.steps()[1].is_done);
    }

    #[test]
    fn what_stopped_a_day_before_the_latest_is_not_said() {
        let mut state = state(Some(100), Some(100), &[(TEMPORALITY, "delta")]);
        let old = ConnectionTrait {
            value: "cumulative".to_owned(),
            last_at: 98 * DAY,
            ..state.traits[0].clone()
        };
        state.traits.push(old);
        assert_eq!(state.temporality(), ["delta"]);
    }
}
