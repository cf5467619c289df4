//! Cost a day, stacked by model.

use std::cmp::Reverse;

use chrono::NaiveDate;
use daybook_schema::models::{Family, family};
use maud::{Markup, html};

use super::PATH;
use super::spend::{ModelSpend, Spend};
use crate::charts::palette::{OTHER, Palette, version};
use crate::charts::stacked_bars::{Series, StackedBars, Unit};
use crate::dashboard::filter::View;
use crate::dashboard::{dates, numbers, text};

/// As many models are shown one by one; of more, the first six.
const SHOWN: usize = 7;

/// The panel.
pub(super) fn panel(view: &View, spend: &Spend, palette: &Palette) -> Markup {
    let chart = StackedBars {
        unit: Unit::Cost,
        kinds: "Models",
        series: series(spend, palette),
        partial: spend.days.contains(&view.today).then_some(view.today),
        days_of: view.days_of().to_owned(),
        summary: summary(spend),
        links: spend.days.iter().map(|day| view.with_days(*day, *day).link(PATH)).collect(),
        days: spend.days.clone(),
    };
    html! {
        section.card aria-labelledby="cost-a-day" {
            h2 #cost-a-day { "Cost a day by model" }
            (chart.draw())
        }
    }
}

/// The models as they are stacked: the dearest family lowest, its newest version first,
/// what is not shown by itself on top.
fn series(spend: &Spend, palette: &Palette) -> Vec<Series> {
    let shown = if spend.models.len() > SHOWN { SHOWN - 1 } else { SHOWN };
    let (own, rest) = spend.models.split_at(shown.min(spend.models.len()));
    let dear = |wanted: Family| -> i64 {
        own.iter()
            .filter(|model| family(&model.model) == wanted)
            .fold(0, |sum, model| sum.saturating_add(model.cost_micros))
    };
    let mut own: Vec<&ModelSpend> = own.iter().collect();
    own.sort_by_key(|model| {
        let family = family(&model.model);
        (Reverse(dear(family)), family, Reverse(version(&model.model)), model.model.clone())
    });
    let mut series: Vec<Series> = own
        .into_iter()
        .map(|model| Series {
            name: text::plain(&model.model).into_owned(),
            class: palette.class(&model.model),
            query: Some(query(&model.model)),
            amounts: model.daily.clone(),
        })
        .collect();
    if !rest.is_empty() {
        series.push(others(rest, spend.days.len()));
    }
    series
}

/// What a click on a model adds to a day's link.
fn query(model: &str) -> String {
    let kept = percent_encoding::NON_ALPHANUMERIC;
    format!("model={}", percent_encoding::utf8_percent_encode(model, kept))
}

/// The models that are not shown one by one.
fn others(rest: &[ModelSpend], days: usize) -> Series {
    let mut amounts = vec![0_i64; days];
    for model in rest {
        for (sum, amount) in amounts.iter_mut().zip(&model.daily) {
            *sum = sum.saturating_add(*amount);
        }
    }
    Series { name: format!("Other ({})", rest.len()), class: OTHER, query: None, amounts }
}

/// What there is to see, in one sentence.
fn summary(spend: &Spend) -> String {
    let total = spend.cost_micros();
    let (Some(from), Some(to)) = (spend.days.first(), spend.days.last()) else {
        return String::new();
    };
    let within = if from == to { "on" } else { "in" };
    let mut text = format!("{} {within} {}", numbers::cost(total), dates::days(*from, *to));
    if let Some((day, cost)) = dearest_day(spend)
        && spend.days.len() > 1
    {
        text += &format!("; the dearest day was {} with {}", dates::day(day), numbers::cost(cost));
    }
    if let [model, _, ..] = spend.models.as_slice()
        && total > 0
    {
        let name = text::plain(&model.model);
        text += &format!("; {name} is {} of it", numbers::percent(model.cost_micros, total));
    }
    text + "."
}

/// The day most was spent on.
fn dearest_day(spend: &Spend) -> Option<(NaiveDate, i64)> {
    let cost =
        |place: usize| spend.sum(|model| model.daily.get(place).copied().unwrap_or_default());
    spend
        .days
        .iter()
        .enumerate()
        .map(|(place, day)| (*day, cost(place)))
        .max_by_key(|(day, cost)| (*cost, Reverse(*day)))
        .filter(|(_, cost)| *cost > 0)
}
