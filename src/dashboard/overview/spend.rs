//! What was spent: by day and model, before that, and where it leads.

mod projection;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use daybook_schema::QueryResult;
use daybook_schema::api::DailyFilter;
use daybook_schema::overview::{self, DayModelUsage};
use daybook_schema::store::StoreConnection;

use crate::dashboard::dates;
use crate::dashboard::filter::View;

/// Days before today that a projection looks at, at least.
const LOOK_BACK_DAYS: u64 = 14;

/// What one model was used for in the whole range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelSpend {
    pub model: String,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cache_read_tokens: i64,
    pub cache_creation_tokens: i64,
    pub cost_micros: i64,
    /// Micro-USD, one for each day of the range.
    pub daily: Vec<i64>,
}

impl ModelSpend {
    /// Tokens of all four kinds.
    pub fn tokens(&self) -> i64 {
        self.all_input().saturating_add(self.output_tokens)
    }

    /// Tokens sent, from the cache or not.
    pub fn all_input(&self) -> i64 {
        self.input_tokens
            .saturating_add(self.cache_read_tokens)
            .saturating_add(self.cache_creation_tokens)
    }

    /// Adds what was used on a day of the range.
    fn add(&mut self, usage: &DayModelUsage, place: usize) {
        self.input_tokens = self.input_tokens.saturating_add(usage.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(usage.output_tokens);
        self.cache_read_tokens = self.cache_read_tokens.saturating_add(usage.cache_read_tokens);
        self.cache_creation_tokens =
            self.cache_creation_tokens.saturating_add(usage.cache_creation_tokens);
        self.cost_micros = self.cost_micros.saturating_add(usage.cost_micros);
        if let Some(day) = self.daily.get_mut(place) {
            *day = day.saturating_add(usage.cost_micros);
        }
    }
}

/// What the period before cost: as many whole days as have passed of this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub cost_micros: i64,
    /// The last whole day of the range that is looked at.
    pub compared_to: NaiveDate,
}

impl Before {
    /// Reads it; `None` where not all of those days are known.
    pub fn load(connection: &mut StoreConnection<'_>, view: &View) -> QueryResult<Option<Before>> {
        let days = overview::first_and_last_day(connection, view.filter.basis)?;
        let Some((compared_to, (from, to))) = compared(view, days.map(|(first, _)| first)) else {
            return Ok(None);
        };
        let filter = DailyFilter { from, to, ..view.filter.clone() };
        let cost_micros = overview::cost_micros(connection, &filter)?;
        Ok(Some(Before { from, to, cost_micros, compared_to }))
    }
}

/// What this month comes to at its end, if it goes on as it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    pub cost_micros: i64,
    pub month_end: NaiveDate,
}

/// What was spent in a range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spend {
    pub days: Vec<NaiveDate>,
    /// The dearest first.
    pub models: Vec<ModelSpend>,
    /// `None` where today is not in the range, or too few days are known.
    pub projection: Option<Projection>,
}

impl Spend {
    /// Reads it.
    pub fn load(connection: &mut StoreConnection<'_>, view: &View) -> QueryResult<Spend> {
        let filter = &view.filter;
        let wide = DailyFilter { from: span_start(view), ..filter.clone() };
        let rows = overview::usage_by_day_and_model(connection, &wide)?;
        let known_since =
            overview::first_and_last_day(connection, filter.basis)?.map(|(first, _)| first);
        let mut spend = Spend::of(view, &rows);
        spend.projection = projection::project(&rows, known_since, wide.from, view);
        Ok(spend)
    }

    /// Sorts rows into days and models.
    fn of(view: &View, rows: &[DayModelUsage]) -> Spend {
        let filter = &view.filter;
        let length = usize::try_from(dates::length(filter.from, filter.to)).unwrap_or_default();
        let days: Vec<NaiveDate> = filter.from.iter_days().take(length).collect();
        let mut models: BTreeMap<&str, ModelSpend> = BTreeMap::new();
        for usage in rows {
            let place = (usage.day - filter.from).num_days();
            let Some(place) = usize::try_from(place).ok().filter(|place| *place < length) else {
                continue;
            };
            models
                .entry(&usage.model)
                .or_insert_with(|| ModelSpend {
                    model: usage.model.clone(),
                    daily: vec![0; length],
                    ..ModelSpend::default()
                })
                .add(usage, place);
        }
        let mut models: Vec<ModelSpend> = models.into_values().collect();
        models.sort_by_key(|model| Reverse(model.cost_micros));
        Spend { days, models, projection: None }
    }

    /// What everything cost.
    pub fn cost_micros(&self) -> i64 {
        self.sum(|model| model.cost_micros)
    }

    /// What everything cost up to a day of the range.
    pub fn cost_micros_to(&self, last: NaiveDate) -> i64 {
        let days = self.days.iter().take_while(|day| **day <= last).count();
        self.sum(|model| {
            model.daily.iter().take(days).fold(0, |sum, cost| sum.saturating_add(*cost))
        })
    }

    /// A figure of all models.
    pub fn sum(&self, figure: impl Fn(&ModelSpend) -> i64) -> i64 {
        self.models.iter().map(figure).fold(0, i64::saturating_add)
    }
}

/// Where reading begins: a projection needs this month and some weeks, whatever is shown.
fn span_start(view: &View) -> NaiveDate {
    let (from, today) = (view.filter.from, view.today);
    if !(from..=view.filter.to).contains(&today) {
        return from;
    }
    let month = today.with_day(1).unwrap_or(today);
    let weeks = today.checked_sub_days(Days::new(LOOK_BACK_DAYS)).unwrap_or(today);
    from.min(month).min(weeks)
}

/// A range of days.
type Range = (NaiveDate, NaiveDate);

/// The last whole day of a range, and the same days of the period before, when all of those
/// are known.
fn compared(view: &View, known_since: Option<NaiveDate>) -> Option<(NaiveDate, Range)> {
    let (from, to) = (view.filter.from, view.filter.to);
    let whole_to = to.min(view.today.pred_opt()?);
    if whole_to < from {
        return None;
    }
    let length = Days::new(dates::length(from, to));
    let before = (from.checked_sub_days(length)?, whole_to.checked_sub_days(length)?);
    (known_since? <= before.0).then_some((whole_to, before))
}

#[cfg(test)]
mod tests;
