//! Amounts a day as stacked bars from zero.
//!
//! Two layers: bars in units that stretch with the page, and over them what must not be
//! stretched (names of days, the hatching of a day that is not over). Everything in the
//! drawing is a number or a date; names stand in the legend and the table, as text.

mod drawing;
mod table;

use chrono::NaiveDate;
use maud::{Markup, html};

use super::scale::Axis;
use crate::dashboard::numbers;

/// What the amounts of a chart are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Micro-USD.
    Cost,
    /// Things that are counted.
    Count,
}

impl Unit {
    /// An amount as it is said.
    pub fn show(self, amount: i64) -> String {
        match self {
            Unit::Cost => numbers::cost(amount),
            Unit::Count => numbers::exact(amount),
        }
    }

    /// An amount beside a tick.
    fn tick(self, amount: i64) -> String {
        match self {
            Unit::Cost => numbers::axis_cost(amount),
            Unit::Count => numbers::axis_count(amount),
        }
    }

    /// The smallest step between ticks.
    fn least_step(self) -> i64 {
        match self {
            Unit::Cost => 10_000,
            Unit::Count => 1,
        }
    }

    /// What the script knows it by.
    fn name(self) -> &'static str {
        match self {
            Unit::Cost => "cost",
            Unit::Count => "count",
        }
    }
}

/// One kind of the stacked amounts.
#[derive(Clone, Debug)]
pub struct Series {
    /// As it is shown: text, not trusted.
    pub name: String,
    /// The class that carries its colour.
    pub class: &'static str,
    /// What a click on it adds to a day's link, e.g. `model=claude-opus-5-5`, encoded.
    pub query: Option<String>,
    /// One a day.
    pub amounts: Vec<i64>,
}

impl Series {
    /// All days of it.
    pub fn total(&self) -> i64 {
        self.amounts.iter().fold(0, |sum, amount| sum.saturating_add(*amount))
    }
}

/// A chart of amounts a day.
#[derive(Clone, Debug)]
pub struct StackedBars {
    pub unit: Unit,
    /// What the series are, e.g. `Models`.
    pub kinds: &'static str,
    pub days: Vec<NaiveDate>,
    /// The lowest first.
    pub series: Vec<Series>,
    /// The day that is not over.
    pub partial: Option<NaiveDate>,
    /// Whose days these are, e.g. `Europe/Berlin`.
    pub days_of: String,
    /// One sentence that says what there is to see.
    pub summary: String,
    /// Where a day leads: one link for each.
    pub links: Vec<String>,
}

impl StackedBars {
    /// What each day comes to.
    fn totals(&self) -> Vec<i64> {
        let mut totals = vec![0_i64; self.days.len()];
        for series in &self.series {
            for (total, amount) in totals.iter_mut().zip(&series.amounts) {
                *total = total.saturating_add(*amount);
            }
        }
        totals
    }

    /// Whether there is anything yet of the day that is not over.
    fn is_hatched(&self, totals: &[i64]) -> bool {
        self.days.iter().zip(totals).any(|(day, total)| self.partial == Some(*day) && *total > 0)
    }

    /// The chart: legend, drawing and table.
    pub fn draw(&self) -> Markup {
        let totals = self.totals();
        let axis =
            Axis::fitting(totals.iter().copied().max().unwrap_or_default(), self.unit.least_step());
        html! {
            figure.chart data-chart="stacked-bars" data-unit=(self.unit.name()) {
                (self.legend())
                div.plot {
                    (drawing::scale(&axis, self.unit))
                    div.canvas {
                        (drawing::bars(self, &axis, &totals))
                        (drawing::marks(self, &axis, &totals))
                    }
                }
                figcaption {
                    (self.summary)
                    @if self.is_hatched(&totals) { " Hatched: today, so far." }
                }
                (table::table(self, &totals))
            }
        }
    }

    /// What each colour means, and what it comes to; buttons once the script is there.
    fn legend(&self) -> Markup {
        html! {
            ul.legend aria-label={ (self.kinds) " in this chart" } {
                @for series in &self.series {
                    li {
                        button type="button" aria-pressed="true" disabled {
                            span class={ "swatch " (series.class) } {}
                            bdi { (series.name) }
                            span.muted { (self.unit.show(series.total())) }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
