//! Chooses, a session at a time, whether metrics or events are published.
//!
//! Pure. With both exporters on every API call is in both, so they are never added; each is
//! a lower bound of the truth, so the larger is the better estimate.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use daybook_schema::counters::{ActivityCounters, Basis, Source, UsageCounters};
use daybook_schema::daily_activity::{Coverage, DailyActivityAmount, DailyActivityKey};
use daybook_schema::daily_usage::{DailyUsageAmount, DailyUsageKey};
use daybook_schema::session_activity::SessionActivity;
use daybook_schema::session_usage::SessionUsage;

/// A sum went past what 64 bits hold.
#[derive(Debug, thiserror::Error)]
#[error("a counter overflowed")]
pub struct Overflow;

/// Rows that are chosen and attributed as one.
pub struct Unit<'a> {
    pub user_id: i64,
    pub connection_id: i32,
    /// Whether it is a session; else it is what a user did in a day, without session ids.
    pub is_session: bool,
    pub usage: Vec<&'a SessionUsage>,
    pub activity: Vec<&'a SessionActivity>,
}

/// What units contribute to the published tables.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Published {
    pub usage: BTreeMap<DailyUsageKey, DailyUsageAmount>,
    pub activity: BTreeMap<DailyActivityKey, DailyActivityAmount>,
}

/// The source whose consumption is published.
///
/// Of a session the one with more tokens; events when equal, for they name the model that
/// answered. Without session ids events, unless metrics are more than 5 % ahead.
pub fn consumption(is_session: bool, metrics_tokens: i64, events_tokens: i64) -> Source {
    let (metrics, events) = (i128::from(metrics_tokens), i128::from(events_tokens));
    let metrics_win = if is_session { metrics > events } else { metrics * 100 > events * 105 };
    if metrics_win { Source::Metrics } else { Source::Events }
}

/// The source whose edit decisions are published: the one with more of them.
pub fn edits(metrics_edits: i64, events_edits: i64) -> Source {
    if metrics_edits > events_edits { Source::Metrics } else { Source::Events }
}

impl Unit<'_> {
    /// Tokens by one source over the whole unit.
    fn tokens(&self, source: Source) -> i64 {
        self.usage
            .iter()
            .filter(|row| row.source == source.number())
            .fold(0, |sum: i64, row| sum.saturating_add(row.counters().tokens()))
    }

    /// Cost and requests by one source: decides where there are no tokens at all.
    fn has_usage(&self, source: Source) -> bool {
        self.usage.iter().any(|row| row.source == source.number() && !row.counters().is_zero())
    }

    /// The source whose consumption is published.
    fn consumption(&self) -> Source {
        match (self.has_usage(Source::Metrics), self.has_usage(Source::Events)) {
            (true, false) => Source::Metrics,
            (false, _) => Source::Events,
            (true, true) => consumption(
                self.is_session,
                self.tokens(Source::Metrics),
                self.tokens(Source::Events),
            ),
        }
    }

    /// The source whose edit decisions are published.
    fn edits(&self) -> Source {
        let total = |source: Source| {
            self.activity
                .iter()
                .filter(|row| row.source == source.number())
                .fold(0, |sum: i64, row| sum.saturating_add(row.counters().edits().total()))
        };
        edits(total(Source::Metrics), total(Source::Events))
    }

    /// Whether one exporter said anything of it.
    fn heard_by(&self, source: Source) -> bool {
        self.usage.iter().any(|row| row.source == source.number())
            || self.activity.iter().any(|row| row.source == source.number())
    }
}

impl Published {
    /// Adds what a unit contributes, on each basis.
    pub fn add(&mut self, unit: &Unit<'_>, bases: &[Basis]) -> Result<(), Overflow> {
        for basis in bases {
            self.add_usage(unit, *basis).ok_or(Overflow)?;
            self.add_activity(unit, *basis).ok_or(Overflow)?;
        }
        Ok(())
    }

    /// Consumption by day and model.
    fn add_usage(&mut self, unit: &Unit<'_>, basis: Basis) -> Option<()> {
        let chosen = unit.consumption();
        let mut sums: BTreeMap<(NaiveDate, &str), UsageCounters> = BTreeMap::new();
        for row in unit.usage.iter().filter(|row| row.source == chosen.number()) {
            let counters = row.counters();
            if counters.is_zero() {
                continue;
            }
            let day = day(basis, row.utc_day, row.local_day);
            let sum = sums.entry((day, row.model.as_str())).or_default();
            *sum = sum.plus(&counters)?;
        }
        for ((day, model), counters) in sums {
            let key = DailyUsageKey {
                user_id: unit.user_id,
                day,
                basis: basis.number(),
                model: model.to_owned(),
                connection_id: unit.connection_id,
            };
            let amount = DailyUsageAmount {
                counters,
                metrics_sessions: i64::from(chosen == Source::Metrics),
                events_sessions: i64::from(chosen == Source::Events),
            };
            let entry = self.usage.entry(key).or_default();
            *entry = entry.plus(&amount)?;
        }
        Some(())
    }

    /// Activity and coverage by day.
    fn add_activity(&mut self, unit: &Unit<'_>, basis: Basis) -> Option<()> {
        let mut days: BTreeMap<NaiveDate, Day> = BTreeMap::new();
        let (consumption, edits) = (unit.consumption(), unit.edits());
        for row in &unit.usage {
            let day = days.entry(day(basis, row.utc_day, row.local_day)).or_default();
            day.take_usage(row, consumption)?;
        }
        for row in &unit.activity {
            let day = days.entry(day(basis, row.utc_day, row.local_day)).or_default();
            day.take_activity(row, edits)?;
        }
        let only = |this, other| i64::from(unit.heard_by(this) && !unit.heard_by(other));
        for (day, seen) in days {
            let key = DailyActivityKey {
                user_id: unit.user_id,
                day,
                basis: basis.number(),
                connection_id: unit.connection_id,
            };
            let mut amount = seen.amount(unit.is_session);
            amount.coverage.metrics_only = only(Source::Metrics, Source::Events);
            amount.coverage.events_only = only(Source::Events, Source::Metrics);
            let entry = self.activity.entry(key).or_default();
            *entry = entry.plus(&amount)?;
        }
        Some(())
    }

    /// What must be added to the tables that show `before` to make them show `self`.
    pub fn changes_from(self, before: Published) -> Result<Changes, Overflow> {
        let mut usage = self.usage;
        for (key, amount) in before.usage {
            let entry = usage.entry(key).or_default();
            *entry = entry.minus(&amount).ok_or(Overflow)?;
        }
        let mut activity = self.activity;
        for (key, amount) in before.activity {
            let entry = activity.entry(key).or_default();
            *entry = entry.minus(&amount).ok_or(Overflow)?;
        }
        usage.retain(|_, amount| !amount.is_zero());
        activity.retain(|_, amount| !amount.is_zero());
        Ok(Changes { usage: usage.into_iter().collect(), activity: activity.into_iter().collect() })
    }
}

/// Changes to the published tables, sorted by key.
#[derive(Debug, Default)]
pub struct Changes {
    pub usage: Vec<(DailyUsageKey, DailyUsageAmount)>,
    pub activity: Vec<(DailyActivityKey, DailyActivityAmount)>,
}

impl Changes {
    /// The connections something was consumed by, the same more than once.
    pub fn connections(&self) -> impl Iterator<Item = i32> {
        self.usage.iter().map(|(key, _)| key.connection_id)
    }
}

/// The day of a row on a basis.
fn day(basis: Basis, utc_day: NaiveDate, local_day: NaiveDate) -> NaiveDate {
    match basis {
        Basis::Utc => utc_day,
        Basis::Local => local_day,
    }
}

/// One day of a unit.
#[derive(Default)]
struct Day {
    counters: ActivityCounters,
    coverage: Coverage,
    has_consumption: bool,
    session_starts: i64,
    sequences: Option<(i64, i64)>,
}

impl Day {
    /// Takes in consumption; both sources are covered, the chosen one is published.
    fn take_usage(&mut self, row: &SessionUsage, chosen: Source) -> Option<()> {
        let counters = row.counters();
        let covered = match Source::from_number(row.source) {
            Source::Metrics => &mut self.coverage.metrics_tokens,
            Source::Events => &mut self.coverage.events_tokens,
        };
        *covered = covered.checked_add(counters.tokens())?;
        self.has_consumption |= row.source == chosen.number() && !counters.is_zero();
        Some(())
    }

    /// Takes in activity; edit decisions only of the chosen source.
    fn take_activity(&mut self, row: &SessionActivity, edits: Source) -> Option<()> {
        let counters = row.counters();
        let counters = if row.source == edits.number() {
            counters
        } else {
            counters.minus(&counters.edits())?
        };
        self.counters = self.counters.plus(&counters)?;
        self.session_starts = self.session_starts.checked_add(row.session_starts)?;
        self.coverage.events = self.coverage.events.checked_add(row.events)?;
        if let (Some(first), Some(last)) = (row.sequence_min, row.sequence_max) {
            let (low, high) = self.sequences.unwrap_or((first, last));
            self.sequences = Some((low.min(first), high.max(last)));
        }
        Some(())
    }

    /// What the day contributes.
    fn amount(mut self, is_session: bool) -> DailyActivityAmount {
        self.coverage.scopes = 1;
        self.coverage.events_missing = self.events_missing();
        let active = self.has_consumption || self.counters.prompts > 0;
        DailyActivityAmount {
            sessions: if is_session { i64::from(active) } else { self.session_starts },
            counters: self.counters,
            coverage: self.coverage,
        }
    }

    /// How many events never came, at least: the numbers between the first and the last
    /// `event.sequence`, less how many were seen.
    ///
    /// The numbers start again when a session is resumed, so one can stand for two events;
    /// that can only make this smaller than the truth.
    fn events_missing(&self) -> i64 {
        self.sequences.map_or(0, |(first, last)| {
            last.saturating_sub(first).saturating_add(1).saturating_sub(self.coverage.events).max(0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_session_the_larger_source_is_published_and_events_when_equal() {
        assert_eq!(consumption(true, 11, 10), Source::Metrics);
        assert_eq!(consumption(true, 10, 10), Source::Events);
        assert_eq!(consumption(true, 9, 10), Source::Events);
    }

    #[test]
    fn without_session_ids_metrics_must_be_five_percent_ahead() {
        assert_eq!(consumption(false, 105, 100), Source::Events);
        assert_eq!(consumption(false, 106, 100), Source::Metrics);
        assert_eq!(consumption(false, 1, 0), Source::Metrics);
    }

    #[test]
    fn edits_come_from_the_source_that_saw_more() {
        assert_eq!(edits(3, 2), Source::Metrics);
        assert_eq!(edits(3, 3), Source::Events);
    }
}
