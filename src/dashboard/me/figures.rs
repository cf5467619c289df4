//! One's own days: sums, by model, and the latest of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use daybook_schema::api::DailyUsageRow;
use daybook_schema::stored::Stored;

use super::*;
use crate::dashboard::numbers::CountColumn;

/// Days that are shown; the export has all.
const SHOWN: usize = 28;

/// Tokens of all four kinds, and what they cost.
#[derive(Clone, Copy, Debug, Default)]
struct Used {
    tokens: i64,
    cost_micros: i64,
}

impl Used {
    /// Adds a row.
    fn add(&mut self, row: &DailyUsageRow) {
        let kinds =
            [row.input_tokens, row.output_tokens, row.cache_read_tokens, row.cache_creation_tokens];
        self.tokens = kinds.into_iter().fold(self.tokens, i64::saturating_add);
        self.cost_micros = self.cost_micros.saturating_add(row.cost_micros);
    }
}

/// What some rows add up to, by something they say.
fn used_by<'a, K: Ord>(
    rows: &'a [DailyUsageRow],
    key: impl Fn(&'a DailyUsageRow) -> K,
) -> BTreeMap<K, Used> {
    let mut sums: BTreeMap<K, Used> = BTreeMap::new();
    rows.iter().for_each(|row| sums.entry(key(row)).or_default().add(row));
    sums
}

/// Four figures.
pub(super) fn tiles(about: &About, stored: &Stored) -> Markup {
    let all = used_by(&about.usage, |_| ()).remove(&()).unwrap_or_default();
    let days: BTreeSet<NaiveDate> =
        about.activity.iter().filter(|row| row.is_active).map(|row| row.date).collect();
    let active = i64::try_from(days.len()).unwrap_or(i64::MAX);
    let requests = stored.sessions.kept_requests;
    html! {
        section.tiles.four aria-label="Totals" {
            (tile("Active days", &html! { (numbers::count(active)) }, &html! {
                @if let Some((first, last)) = about.days() { p { (dates::days(first, last)) } }
            }))
            (tile("Sessions", &html! { (numbers::count(stored.sessions.count)) }, &html! {
                p { strong { (numbers::count(requests)) } " " (numbers::plural(requests, "request", "requests")) " kept, redacted" }
            }))
            (tile("Tokens", &html! { (numbers::count(all.tokens)) }, &html! {}))
            (tile("Cost, est.", &html! { (numbers::cost(all.cost_micros)) }, &html! {}))
        }
    }
}

/// A figure, and what else there is to say.
fn tile(label: &str, value: &Markup, more: &Markup) -> Markup {
    html! {
        div.card.tile {
            h2 { (label) }
            p.value { (value) }
            div.more { (more) }
        }
    }
}

/// By model, the dearest first.
pub(super) fn models(about: &About) -> Markup {
    let mut models: Vec<(&str, Used)> =
        used_by(&about.usage, |row| row.model.as_str()).into_iter().collect();
    models.sort_by_key(|(_, used)| std::cmp::Reverse(used.cost_micros));
    let tokens = CountColumn::of(models.iter().map(|(_, used)| used.tokens));
    html! {
        @if !models.is_empty() {
            section.card aria-labelledby="own-models" {
                h2 #own-models { "Models" }
                div.scroll tabindex="0" role="group" aria-labelledby="own-models" {
                    table.sticky {
                        thead { tr { th scope="col" { "Model" } th.number scope="col" { "Tokens" } th.number scope="col" { "Cost, est." } } }
                        tbody {
                            @for (model, used) in models {
                                tr {
                                    th scope="row" { bdi { (text::plain(model)) } }
                                    td.number { (tokens.show(used.tokens)) }
                                    td.number { (numbers::cost(used.cost_micros)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The latest days with anything on them.
pub(super) fn latest(about: &About) -> Markup {
    let used = used_by(&about.usage, |row| row.date);
    let mut did: BTreeMap<NaiveDate, (i64, Option<i64>)> = BTreeMap::new();
    for row in &about.activity {
        let (sessions, prompts) = did.entry(row.date).or_default();
        *sessions = sessions.saturating_add(row.sessions);
        if let Some(more) = row.prompts {
            *prompts = Some(prompts.unwrap_or_default().saturating_add(more));
        }
    }
    let days: BTreeSet<NaiveDate> = used.keys().chain(did.keys()).copied().collect();
    let tokens = CountColumn::of(used.values().map(|used| used.tokens));
    html! {
        section.card aria-labelledby="own-days" {
            h2 #own-days { "Days" @if days.len() > SHOWN { small { " the latest " (SHOWN) " of " (days.len()) } } }
            div.scroll tabindex="0" role="group" aria-labelledby="own-days" {
                table.sticky {
                    thead {
                        tr {
                            th scope="col" { "Day" }
                            th.number scope="col" { "Sessions" }
                            th.number scope="col" { "Prompts" }
                            th.number scope="col" { "Tokens" }
                            th.number scope="col" { "Cost, est." }
                        }
                    }
                    tbody {
                        @for day in days.iter().rev().take(SHOWN) {
                            @let (sessions, prompts) = did.get(day).copied().unwrap_or_default();
                            @let used = used.get(day).copied().unwrap_or_default();
                            tr {
                                th scope="row" { (day) }
                                td.number { (numbers::count(sessions)) }
                                td.number { @match prompts {
                                    Some(prompts) => (numbers::count(prompts)),
                                    None => (numbers::UNKNOWN),
                                } }
                                td.number { (tokens.show(used.tokens)) }
                                td.number { (numbers::cost(used.cost_micros)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
