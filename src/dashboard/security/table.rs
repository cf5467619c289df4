//! The detections row by row, with what stood round each marker.

use chrono::DateTime;
use daybook_schema::detections::Detection;
use maud::{Markup, html};

use super::figures::Figures;
use super::view::SecurityView;
use crate::api::detections::cursor;
use crate::dashboard::{numbers, text};

/// The panel.
pub(super) fn panel(view: &SecurityView, figures: &Figures) -> Markup {
    html! {
        section.card aria-labelledby="detections" {
            h2 #detections { "Detections" small { " the latest first" } }
            div.scroll tabindex="0" role="group" aria-labelledby="detections" {
                table.sticky.found {
                    thead {
                        tr {
                            th scope="col" { "Last (UTC)" }
                            th scope="col" { "Type" }
                            th scope="col" { "Field" }
                            th scope="col" { "Context" }
                            th scope="col" { "User" }
                            th scope="col" { "Session" }
                            th.number scope="col" { "Times" }
                        }
                    }
                    tbody { @for row in &figures.rows { (line(view, row)) } }
                }
            }
            (pages(view, figures))
        }
    }
}

/// A row. Type, user and session lead to the view of them alone.
fn line(view: &SecurityView, row: &Detection) -> Markup {
    let rule = text::plain(&row.rule);
    let path = text::plain(&row.path);
    html! {
        tr {
            th scope="row" title={ "First: " (time(row.first_at)) } { (time(row.last_at)) }
            td { a.name href=(view.with_rule(&row.rule).link()) title=(rule) { bdi { (rule) } } }
            td { span.name title=(path) { bdi { (path) } } }
            td { (context(row)) }
            td { (user(view, row)) }
            td { (session(view, row)) }
            td.number { (numbers::exact(row.times)) }
        }
    }
}

/// What stood round the secret, and the marker it left.
fn context(row: &Detection) -> Markup {
    html! {
        code.context {
            bdi { (text::plain(&row.text_before)) }
            mark { "<REDACTED:" bdi { (text::plain(&row.rule)) } ">" }
            bdi { (text::plain(&row.text_after)) }
        }
    }
}

/// Whose telemetry it was.
fn user(view: &SecurityView, row: &Detection) -> Markup {
    html! {
        @match &row.email {
            Some(email) => {
                @let shown = text::plain(email);
                a.name href=(view.with(view.days.with_user(Some(email))).link()) title=(shown) { bdi { (shown) } }
            }
            None => (numbers::UNKNOWN),
        }
    }
}

/// Which session it was in.
fn session(view: &SecurityView, row: &Detection) -> Markup {
    html! {
        @match &row.session_id {
            Some(session) => {
                @let shown = text::plain(session);
                a.name.short href=(view.with_session(session).link()) title=(shown) { bdi { (shown) } }
            }
            None => (numbers::UNKNOWN),
        }
    }
}

/// A time, to the minute.
fn time(micros: i64) -> String {
    let time = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    time.format("%Y-%m-%d %H:%M").to_string()
}

/// The way through the rows.
fn pages(view: &SecurityView, figures: &Figures) -> Markup {
    let next = figures.rows.last().filter(|_| figures.has_more).map(cursor);
    let first = view.after().is_some().then(|| view.after_row(None).link());
    html! {
        nav.pages aria-label="Pages of rows" {
            p { (figures.rows.len()) " rows on this page; " (numbers::exact(figures.times())) " detections in all" }
            ul {
                @if let Some(link) = first { li { a.button href=(link) { "First" } } }
                @if next.is_some() {
                    li { a.button rel="next" href=(view.after_row(next).link()) { "Next" } }
                }
            }
        }
    }
}
