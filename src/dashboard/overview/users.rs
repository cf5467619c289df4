//! Who uses it: the ten users most was spent for.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::PATH;
use super::people::{People, Person};
use super::spend::Spend;
use crate::charts::palette::Palette;
use crate::dashboard::filter::View;
use crate::dashboard::numbers::{self, CountColumn};
use crate::dashboard::text;

/// How the columns of counts are shown.
struct Columns {
    /// Tokens of all kinds.
    tokens: CountColumn,
    /// Sessions.
    sessions: CountColumn,
    /// Lines added.
    added: CountColumn,
    /// Lines removed.
    removed: CountColumn,
    /// Commits.
    commits: CountColumn,
}

impl Columns {
    /// The columns of these people.
    fn of(people: &People) -> Columns {
        let top = &people.top;
        let unnamed = people.unattributed.tokens;
        let activity = || top.iter().filter_map(|person| person.activity.as_ref());
        Columns {
            tokens: CountColumn::of(top.iter().map(|person| person.tokens).chain([unnamed])),
            sessions: CountColumn::of(activity().map(|activity| activity.sessions)),
            added: CountColumn::of(activity().map(|activity| activity.lines_added)),
            removed: CountColumn::of(activity().map(|activity| activity.lines_removed)),
            commits: CountColumn::of(activity().map(|activity| activity.commits)),
        }
    }
}

/// The panel.
pub(super) fn panel(view: &View, spend: &Spend, people: &People, palette: &Palette) -> Markup {
    let columns = Columns::of(people);
    html! {
        section.card aria-labelledby="users" {
            h2 #users {
                "Users"
                @if people.spenders > 10 { small { " 10 of " (numbers::count(people.spenders)) ", by cost" } }
            }
            div.scroll tabindex="0" role="group" aria-labelledby="users" {
                table.sticky {
                    thead {
                        tr {
                            th scope="col" { "User" }
                            th.number scope="col" { "Cost, est." }
                            th.number scope="col" { "Tokens" }
                            th.number scope="col" { "Sessions" }
                            th.number scope="col" { "Lines" }
                            th.number scope="col" { "Commits" }
                            th scope="col" { "Main model" }
                            th scope="col" { "Last day (" (view.days_of()) ")" }
                        }
                    }
                    tbody {
                        @for person in &people.top { (row(view, person, &columns, palette)) }
                        (unattributed(people, &columns))
                    }
                    tfoot { (foot(spend, people)) }
                }
            }
        }
    }
}

/// A person's row.
fn row(view: &View, person: &Person, columns: &Columns, palette: &Palette) -> Markup {
    let name = person.name.as_deref().map(text::plain);
    html! {
        tr {
            th scope="row" {
                @match &person.email {
                    Some(email) => {
                        @let shown = text::plain(email);
                        a.name href=(view.with_user(Some(email)).link(PATH)) title=(name.as_deref().unwrap_or(&shown)) {
                            bdi { (shown) }
                        }
                    }
                    None => span.muted { (name.as_deref().unwrap_or(numbers::UNKNOWN)) },
                }
            }
            td.number { (numbers::cost(person.cost_micros)) }
            td.number { (columns.tokens.show(person.tokens)) }
            @match &person.activity {
                Some(activity) => {
                    td.number { (columns.sessions.show(activity.sessions)) }
                    @match activity.by_metrics() {
                        Some(activity) => {
                            td.number { "+" (columns.added.show(activity.lines_added)) " −" (columns.removed.show(activity.lines_removed)) }
                            td.number { (columns.commits.show(activity.commits)) }
                        }
                        None => (unknown(2)),
                    }
                }
                None => (unknown(3)),
            }
            td { (model(person, palette)) }
            td { (last(person.last_day)) }
        }
    }
}

/// Cells of figures that are not known.
fn unknown(cells: usize) -> Markup {
    html! { @for _ in 0..cells { td.number { (numbers::UNKNOWN) } } }
}

/// The model most of a person's cost is of.
fn model(person: &Person, palette: &Palette) -> Markup {
    html! {
        @match &person.main_model {
            Some(model) => {
                @let shown = text::plain(model);
                span.name title=(shown) {
                    span class={ "swatch " (palette.class(model)) } {}
                    bdi { (shown) }
                }
            }
            None => (numbers::UNKNOWN),
        }
    }
}

/// The last day a person was active.
fn last(day: Option<NaiveDate>) -> Markup {
    html! {
        @match day {
            Some(day) => time datetime=(day) { (day) },
            None => (numbers::UNKNOWN),
        }
    }
}

/// What belongs to nobody, in one row.
fn unattributed(people: &People, columns: &Columns) -> Markup {
    let unattributed = &people.unattributed;
    html! {
        @if unattributed.users > 0 {
            tr.unattributed {
                th scope="row" {
                    a.name href="#trust" { "Unattributed (" (numbers::exact(unattributed.users)) ")" }
                }
                td.number { (numbers::cost(unattributed.cost_micros)) }
                td.number { (columns.tokens.show(unattributed.tokens)) }
                (unknown(3))
                td { (numbers::UNKNOWN) }
                td { (numbers::UNKNOWN) }
            }
        }
    }
}

/// Everybody, also those who are not listed.
fn foot(spend: &Spend, people: &People) -> Markup {
    html! {
        tr {
            th scope="row" { "Total" }
            td.number { (numbers::cost(spend.cost_micros())) }
            td.number { (numbers::count(spend.sum(|model| model.tokens()))) }
            @match &people.activity {
                Some(activity) => {
                    td.number { (numbers::count(activity.sessions)) }
                    @match activity.by_metrics() {
                        Some(activity) => {
                            td.number { "+" (numbers::count(activity.lines_added)) " −" (numbers::count(activity.lines_removed)) }
                            td.number { (numbers::count(activity.commits)) }
                        }
                        None => (unknown(2)),
                    }
                }
                None => (unknown(3)),
            }
            td {}
            td {}
        }
    }
}
