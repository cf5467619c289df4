//! The grain as a table: columns and names as the API has them.

use daybook_schema::api::{DailyUsageRow, TeamFilter};
use daybook_schema::overview::UsageTotals;
use maud::{Markup, html};

use super::{Grain, PATH};
use crate::charts::palette::Palette;
use crate::dashboard::filter::View;
use crate::dashboard::numbers::{self, CountColumn, UNKNOWN};
use crate::dashboard::text;

/// How the columns of counts are shown.
struct Columns {
    /// Successful API calls.
    requests: CountColumn,
    /// Tokens sent, without cache.
    input: CountColumn,
    /// Tokens answered.
    output: CountColumn,
    /// Tokens read from the cache.
    cache_read: CountColumn,
    /// Tokens written to the cache.
    cache_creation: CountColumn,
}

impl Columns {
    /// The columns of these rows.
    fn of(rows: &[DailyUsageRow]) -> Columns {
        Columns {
            requests: CountColumn::of(rows.iter().filter_map(|row| row.requests)),
            input: CountColumn::of(rows.iter().map(|row| row.input_tokens)),
            output: CountColumn::of(rows.iter().map(|row| row.output_tokens)),
            cache_read: CountColumn::of(rows.iter().map(|row| row.cache_read_tokens)),
            cache_creation: CountColumn::of(rows.iter().map(|row| row.cache_creation_tokens)),
        }
    }
}

/// The table.
pub(super) fn table(view: &View, totals: &UsageTotals, grain: &Grain) -> Markup {
    let columns = Columns::of(&grain.rows);
    html! {
        div.scroll tabindex="0" role="group" aria-labelledby="grain" {
            table.sticky.grain {
                thead { (head(view)) }
                tbody {
                    @for row in &grain.rows { (line(view, row, &columns, &grain.models.palette)) }
                }
                tfoot { (foot(totals, grain.count)) }
            }
        }
    }
}

/// The names of the columns.
fn head(view: &View) -> Markup {
    html! {
        tr {
            th scope="col" { (code("date")) small { " (" (view.days_of()) ")" } }
            @for name in ["user_email", "user_name", "team", "model"] {
                th scope="col" { (code(name)) }
            }
            @for name in ["requests", "input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens"] {
                th.number scope="col" { (code(name)) }
            }
            th.number scope="col" { (code("cost")) small { " (est.)" } }
            th scope="col" { (code("source")) }
        }
    }
}

/// A name that may be broken after an underscore.
fn code(name: &str) -> Markup {
    html! {
        code {
            @for (place, word) in name.split('_').enumerate() {
                @if place > 0 { "_" wbr; }
                (word)
            }
        }
    }
}

/// A row. Day, user and model lead to the view of them alone.
fn line(view: &View, row: &DailyUsageRow, columns: &Columns, palette: &Palette) -> Markup {
    let model = text::plain(&row.model);
    html! {
        tr {
            th scope="row" { a href=(view.with_days(row.date, row.date).link(PATH)) { (row.date) } }
            td { (email(view, row)) }
            td { (name(row)) }
            td { (team(view, row)) }
            td {
                a.name href=(view.with_model(Some(&row.model)).link(PATH)) title=(model) {
                    span class={ "swatch " (palette.class(&row.model)) } {}
                    bdi { (model) }
                }
            }
            td.number {
                @match row.requests {
                    Some(requests) => (columns.requests.show(requests)),
                    None => (UNKNOWN),
                }
            }
            td.number { (columns.input.show(row.input_tokens)) }
            td.number { (columns.output.show(row.output_tokens)) }
            td.number { (columns.cache_read.show(row.cache_read_tokens)) }
            td.number { (columns.cache_creation.show(row.cache_creation_tokens)) }
            td.number { (numbers::cost(row.cost_micros)) }
            td { (row.source) }
        }
    }
}

/// Whose row it is.
fn email(view: &View, row: &DailyUsageRow) -> Markup {
    html! {
        @match &row.user_email {
            Some(email) => {
                @let shown = text::plain(email);
                a.name href=(view.with_user(Some(email)).link(PATH)) title=(shown) { bdi { (shown) } }
            }
            // Who was erased is called by a number, which stands in the next column.
            None if row.user_name.is_some() => span.muted title=(row.user_id) { "Erased" },
            None => span.muted title=(row.user_id) { "Unattributed" },
        }
    }
}

/// What that user is called.
fn name(row: &DailyUsageRow) -> Markup {
    html! {
        @match &row.user_name {
            Some(name) => {
                @let shown = text::plain(name);
                span.name title=(shown) { bdi { (shown) } }
            }
            None => (UNKNOWN),
        }
    }
}

/// Where that user was that day: the team, and what else is known.
fn team(view: &View, row: &DailyUsageRow) -> Markup {
    let rest = [&row.department, &row.cost_center].into_iter().flatten();
    let rest: Vec<String> = rest.map(|name| text::plain(name).into_owned()).collect();
    html! {
        @match &row.team {
            Some(team) => {
                @let wanted = TeamFilter::Named(team.clone());
                a.name href=(view.with_team(Some(wanted)).link(PATH)) title=(rest.join(" · ")) { bdi { (text::plain(team)) } }
            }
            None => span title=(rest.join(" · ")) { (UNKNOWN) },
        }
    }
}

/// All rows of the filter, not only those of this page.
fn foot(totals: &UsageTotals, count: i64) -> Markup {
    let source = match (totals.metrics_sessions > 0, totals.events_sessions > 0) {
        (true, true) => "mixed",
        (true, false) => "metrics",
        _ => "events",
    };
    html! {
        tr {
            th scope="row" { "Total" }
            td colspan="4" { @if count == 1 { "1 row" } @else { "All " (numbers::exact(count)) " rows" } }
            td.number {
                @if totals.events_sessions > 0 { (numbers::count(totals.requests)) } @else { (UNKNOWN) }
            }
            td.number { (numbers::count(totals.input_tokens)) }
            td.number { (numbers::count(totals.output_tokens)) }
            td.number { (numbers::count(totals.cache_read_tokens)) }
            td.number { (numbers::count(totals.cache_creation_tokens)) }
            td.number { (numbers::cost(totals.cost_micros)) }
            td { (source) }
        }
    }
}
