//! The same figures as a table: for those who cannot see the chart, and for the script.

use maud::{Markup, html};

use super::{StackedBars, Unit};

/// The table. Exact amounts stand in `data-amount`, where there are any.
pub(super) fn table(chart: &StackedBars, totals: &[i64]) -> Markup {
    html! {
        details {
            summary { "Figures of this chart" }
            div.scroll {
                table {
                    thead {
                        tr {
                            th scope="col" { "Day (" (chart.days_of) ")" }
                            @for series in &chart.series {
                                th.number scope="col" data-class=(series.class) data-query=[&series.query] {
                                    bdi { (series.name) }
                                }
                            }
                            th.number scope="col" { "Total" }
                        }
                    }
                    tbody { (rows(chart, totals)) }
                    tfoot { (foot(chart, totals)) }
                }
            }
        }
    }
}

/// A row a day, the earliest first.
fn rows(chart: &StackedBars, totals: &[i64]) -> Markup {
    html! {
        @for (place, (day, total)) in chart.days.iter().zip(totals).enumerate() {
            tr data-partial=[(chart.partial == Some(*day)).then_some("")] {
                th scope="row" {
                    a href=[chart.links.get(place)] { (day) }
                }
                @for series in &chart.series {
                    (cell(chart.unit, series.amounts.get(place).copied().unwrap_or_default()))
                }
                td.number { (chart.unit.show(*total)) }
            }
        }
    }
}

/// An amount.
fn cell(unit: Unit, amount: i64) -> Markup {
    html! {
        td.number data-amount=[(amount != 0).then_some(amount)] { (unit.show(amount)) }
    }
}

/// What every column comes to.
fn foot(chart: &StackedBars, totals: &[i64]) -> Markup {
    let total = totals.iter().fold(0_i64, |sum, total| sum.saturating_add(*total));
    html! {
        tr {
            th scope="row" { "Total" }
            @for series in &chart.series {
                td.number { (chart.unit.show(series.total())) }
            }
            td.number { (chart.unit.show(total)) }
        }
    }
}
