//! Detections a day, stacked by type.

use std::collections::HashMap;

use chrono::NaiveDate;
use maud::{Markup, html};

use super::figures::Figures;
use super::view::SecurityView;
use crate::charts::palette::OTHER;
use crate::charts::stacked_bars::{Series, StackedBars, Unit};
use crate::dashboard::filter::View;
use crate::dashboard::{dates, numbers, text};

/// The classes of the types that are shown one by one, the most frequent first.
const COLORS: [&str; 6] = ["c-type-1", "c-type-2", "c-type-3", "c-type-4", "c-type-5", "c-type-6"];

/// The panel.
pub(super) fn panel(view: &SecurityView, figures: &Figures) -> Markup {
    let range = &view.days.filter;
    let days: Vec<NaiveDate> = range.from.iter_days().take_while(|day| *day <= range.to).collect();
    let day_link = |day: &NaiveDate| view.with(view.days.with_days(*day, *day)).link();
    let chart = StackedBars {
        unit: Unit::Count,
        kinds: "Types",
        series: series(figures, &days),
        partial: days.contains(&view.days.today).then_some(view.days.today),
        days_of: view.days.days_of().to_owned(),
        summary: summary(view, figures),
        links: days.iter().map(day_link).collect(),
        days,
    };
    html! {
        section.card aria-labelledby="found-a-day" {
            h2 #found-a-day { "Detections a day by type" }
            (chart.draw())
        }
    }
}

/// The types as they are stacked: the most frequent lowest, the rest together on top.
fn series(figures: &Figures, days: &[NaiveDate]) -> Vec<Series> {
    let places: HashMap<NaiveDate, usize> =
        days.iter().enumerate().map(|(place, day)| (*day, place)).collect();
    let by_type = figures.by_type();
    let rank: HashMap<&str, usize> =
        by_type.iter().enumerate().map(|(rank, (rule, _))| (*rule, rank)).collect();
    let mut series: Vec<Series> = by_type
        .iter()
        .zip(COLORS)
        .map(|((rule, _), class)| Series {
            name: text::plain(rule).into_owned(),
            class,
            query: Some(View::query(&[("type", Some(rule))])),
            amounts: vec![0; days.len()],
        })
        .collect();
    let rest = by_type.len().saturating_sub(COLORS.len());
    if rest > 0 {
        let name = format!("Other ({rest})");
        series.push(Series { name, class: OTHER, query: None, amounts: vec![0; days.len()] });
    }
    for (day, rule, times) in &figures.by_day {
        let own = rank.get(rule.as_str()).copied().unwrap_or_default().min(COLORS.len());
        let amount = places
            .get(day)
            .and_then(|place| series.get_mut(own).and_then(|it| it.amounts.get_mut(*place)));
        if let Some(amount) = amount {
            *amount = amount.saturating_add(*times);
        }
    }
    series
}

/// What there is to see, in one sentence.
fn summary(view: &SecurityView, figures: &Figures) -> String {
    let (times, range) = (figures.times(), &view.days.filter);
    let word = numbers::plural(times, "detection", "detections");
    let within = if range.from == range.to { "on" } else { "in" };
    let days = dates::days(range.from, range.to);
    let most = match figures.by_type().as_slice() {
        [(rule, most), _, ..] => {
            format!("; {} is {} of them", text::plain(rule), numbers::share(*most, times))
        }
        _ => String::new(),
    };
    format!("{} {word} {within} {days}{most}.", numbers::exact(times))
}
