//! The drawing itself.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate, Weekday};
use maud::{Markup, html};

use super::{StackedBars, Unit};
use crate::charts::scale::{Axis, day_labels};

/// How high the bars may be, in pixels.
const HEIGHT: i64 = 220;

/// Room above the highest tick, for its label.
const HEAD: i64 = 8;

/// Room under the bars, for the names of the days.
const FOOT: i64 = 26;

/// Units a day is wide; stretched to whatever room there is.
const SLOT: usize = 100;

/// From so many days on, a bar fills its slot and is parted from the next by a line.
const FULL: usize = 18;

/// From so many days on, bars are too thin to be parted by more than a hair, to have parted
/// segments, and to tell weekends by.
const DENSE: usize = 120;

/// With more names of days than this, a narrow screen shows every second one.
const NAMES: usize = 7;

/// The amounts beside the ticks.
pub(super) fn scale(axis: &Axis, unit: Unit) -> Markup {
    html! {
        svg.scale width="52" height=(HEAD + HEIGHT + FOOT) aria-hidden="true" {
            @for tick in axis.ticks() {
                text x="44" y=(tenths(10 * (HEAD + HEIGHT + 4) - axis.tenths(tick, HEIGHT))) text-anchor="end" {
                    (unit.tick(tick))
                }
            }
        }
    }
}

/// Weekends, lines at the ticks, bars.
pub(super) fn bars(chart: &StackedBars, axis: &Axis, totals: &[i64]) -> Markup {
    let width = SLOT * chart.days.len().max(1);
    let full = chart.days.len() >= FULL;
    let dense = is_dense(chart);
    html! {
        svg.bars width="100%" height=(HEIGHT) viewBox=(format!("0 0 {width} {HEIGHT}"))
            preserveAspectRatio="none" aria-hidden="true" data-slot=(SLOT) data-bar=(bar_width(chart.days.len())) data-parted=[(!dense).then_some("")] {
            @if !dense { path.weekend d=(weekends(&chart.days)) {} }
            path.ticks d=(tick_lines(axis, width)) {}
            @for (place, series) in chart.series.iter().enumerate() {
                path class={ "bar " (series.class) } d=(bar_path(chart, axis, place)) {}
            }
            @if full {
                path class={ "gaps" @if dense { " dense" } } d=(gaps(axis, totals)) {}
            }
        }
    }
}

/// What must not be stretched: the day that is not over, the names of the days.
pub(super) fn marks(chart: &StackedBars, axis: &Axis, totals: &[i64]) -> Markup {
    let count = chart.days.len();
    let width = percent(2, 2 * count);
    html! {
        svg.marks width="100%" height=(HEIGHT + FOOT) aria-hidden="true" {
            defs {
                pattern #hatch width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect width="2.5" height="6" {}
                }
            }
            @for ((place, day), total) in chart.days.iter().enumerate().zip(totals) {
                @if chart.partial == Some(*day) && *total > 0 {
                    @let high = axis.tenths(*total, HEIGHT);
                    rect.partial x=(percent(2 * place, 2 * count)) width=(width)
                        y=(tenths(10 * HEIGHT - high)) height=(tenths(high)) fill="url(#hatch)" {}
                }
            }
            @let labels = day_labels(&chart.days);
            @let many = labels.len() > NAMES;
            @for (number, (place, label)) in labels.into_iter().enumerate() {
                text class=[(many && number % 2 == 1).then_some("second")] x=(percent(2 * place + 1, 2 * count)) y=(HEIGHT + 18) text-anchor=(anchor(place, count)) { (label) }
            }
        }
    }
}

/// Whether there are so many days that only their outline can be seen.
fn is_dense(chart: &StackedBars) -> bool {
    chart.days.len() >= DENSE
}

/// Where a label hangs, so that the outermost ones stay inside.
fn anchor(place: usize, count: usize) -> &'static str {
    match (place * 50 < count, (count - place) * 50 <= count + 50) {
        _ if count <= 10 => "middle",
        (true, _) => "start",
        (_, true) => "end",
        _ => "middle",
    }
}

/// How wide a bar is in its slot: few days do not make fat bars.
fn bar_width(days: usize) -> usize {
    if days >= FULL { SLOT } else { (6 * days).clamp(6, SLOT) }
}

/// The outlines of one series' bars.
fn bar_path(chart: &StackedBars, axis: &Axis, place: usize) -> String {
    let width = bar_width(chart.days.len());
    let inset = (SLOT - width) / 2;
    let mut path = String::new();
    for day in 0..chart.days.len() {
        let amount = |series: &super::Series| series.amounts.get(day).copied().unwrap_or_default();
        let below = chart.series.iter().take(place).map(amount).fold(0, i64::saturating_add);
        let own = chart.series.get(place).map(amount).unwrap_or_default();
        if own <= 0 {
            continue;
        }
        let foot = axis.tenths(below, HEIGHT);
        let top = axis.tenths(below.saturating_add(own), HEIGHT);
        // A line of the card's colour parts what is thick enough to be parted.
        let top = if top - foot > 30 && !is_dense(chart) { top - 10 } else { top };
        let (x, y) = (day * SLOT + inset, tenths(10 * HEIGHT - top));
        // Writing to a string cannot fail.
        let _ = write!(path, "M{x} {y}h{width}V{}h-{width}z", tenths(10 * HEIGHT - foot));
    }
    path
}

/// The lines between bars, as high as the higher neighbour.
fn gaps(axis: &Axis, totals: &[i64]) -> String {
    let mut path = String::new();
    for (place, (left, right)) in totals.iter().zip(totals.iter().skip(1)).enumerate() {
        let high = axis.tenths(*left.max(right), HEIGHT);
        if high > 0 {
            let _ = write!(path, "M{} {HEIGHT}V{}", (place + 1) * SLOT, tenths(10 * HEIGHT - high));
        }
    }
    path
}

/// A band under every Saturday and Sunday.
fn weekends(days: &[NaiveDate]) -> String {
    let mut path = String::new();
    for (place, day) in days.iter().enumerate() {
        if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            let _ = write!(path, "M{} 0h{SLOT}v{HEIGHT}h-{SLOT}z", place * SLOT);
        }
    }
    path
}

/// A line at every tick.
fn tick_lines(axis: &Axis, width: usize) -> String {
    let mut path = String::new();
    for tick in axis.ticks() {
        let _ = write!(path, "M0 {}h{width}", tenths(10 * HEIGHT - axis.tenths(tick, HEIGHT)));
    }
    path
}

/// Tenths as a decimal number.
fn tenths(value: i64) -> String {
    if value % 10 == 0 {
        (value / 10).to_string()
    } else {
        format!("{}.{}", value / 10, value.abs() % 10)
    }
}

/// A part of the width, e.g. `12.5%`.
fn percent(part: usize, whole: usize) -> String {
    let hundredths = 10_000 * part / whole.max(1);
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}
