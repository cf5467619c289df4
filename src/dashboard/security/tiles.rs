//! Four figures: how much was found, of what, of whom, in how much.

use maud::{Markup, html};

use super::figures::Figures;
use crate::dashboard::definitions::{self, Definition, ask};
use crate::dashboard::{numbers, text};

/// The tiles.
pub(super) fn tiles(figures: &Figures) -> Markup {
    let by_type = figures.by_type();
    let types = i64::try_from(by_type.len()).unwrap_or(i64::MAX);
    let most = html! {
        @if let Some((rule, times)) = by_type.first() {
            p { "Most: " bdi { (text::plain(rule)) } ", " strong { (numbers::count(*times)) } }
        }
    };
    html! {
        section.tiles.four aria-label="Totals" {
            (tile(&definitions::DETECTIONS, "Detections", figures.times(), &html! {}))
            (tile(&definitions::TYPES, "Types", types, &most))
            (tile(&definitions::PEOPLE, "People", figures.people, &html! {}))
            (tile(&definitions::PAYLOADS, "Payloads scanned", figures.payloads, &html! { p { "Since the first" } }))
        }
    }
}

/// A tile: its label, its value, what else there is to say.
fn tile(definition: &Definition, label: &str, value: i64, more: &Markup) -> Markup {
    html! {
        div.card.tile {
            h2 { (label) }
            (ask(definition))
            p.value { (numbers::count(value)) }
            div.more { (more) }
        }
    }
}
