//! Where this month's cost leads.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use daybook_schema::overview::DayModelUsage;

use super::Projection;
use crate::dashboard::filter::View;

/// Whole days that must be known: every day of the week once.
const LEAST_DAYS: usize = 7;

/// What the month comes to: what it came to so far, and for each day to come what that day
/// of the week cost lately. `rows` are of every day since `from`.
pub(super) fn project(
    rows: &[DayModelUsage],
    known_since: Option<NaiveDate>,
    from: NaiveDate,
    view: &View,
) -> Option<Projection> {
    let today = view.today;
    if !(view.filter.from..=view.filter.to).contains(&today) {
        return None;
    }
    let mut costs: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for row in rows {
        let day = costs.entry(row.day).or_default();
        *day = day.saturating_add(row.cost_micros);
    }
    let cost = |day: NaiveDate| costs.get(&day).copied().unwrap_or_default();
    let since = from.max(known_since?);
    let whole: Vec<NaiveDate> = since.iter_days().take_while(|day| *day < today).collect();
    if whole.len() < LEAST_DAYS {
        return None;
    }
    let usual = |day: NaiveDate| {
        let same: Vec<i64> = whole
            .iter()
            .filter(|past| past.weekday() == day.weekday())
            .map(|past| cost(*past))
            .collect();
        mean(&same)
    };
    let first = today.with_day(1)?;
    let month_end = first.checked_add_months(Months::new(1))?.pred_opt()?;
    let so_far = first.iter_days().take_while(|day| *day < today).map(cost);
    let to_come = today.iter_days().skip(1).take_while(|day| *day <= month_end).map(usual);
    let of_today = cost(today).max(usual(today));
    let cost_micros = so_far.chain([of_today]).chain(to_come).fold(0, i64::saturating_add);
    Some(Projection { cost_micros, month_end })
}

/// The mean of some amounts; 0 of none.
fn mean(amounts: &[i64]) -> i64 {
    let count = i64::try_from(amounts.len()).unwrap_or(i64::MAX).max(1);
    amounts.iter().fold(0, |sum: i64, amount| sum.saturating_add(*amount)) / count
}
