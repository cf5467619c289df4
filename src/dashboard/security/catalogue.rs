//! The built-in rules: what each catches, and what it leaves alone.

use maud::{Markup, html};

use crate::ingest::catalogue::{self, Family};
use crate::ingest::rules::Rule;

/// The panel.
pub(super) fn panel() -> Markup {
    let families = catalogue::families();
    let count = families.iter().map(|family| family.rules.len()).sum::<usize>();
    html! {
        section.card aria-labelledby="rules" {
            h2 #rules { "Built-in rules" small { " " (count) } }
            @for (place, family) in families.iter().enumerate() {
                (folded(&format!("rules-{place}"), family))
            }
        }
    }
}

/// A family, folded away: most people look for one.
fn folded(id: &str, family: &Family) -> Markup {
    html! {
        details.group {
            summary id=(id) {
                (family.name) " (" (family.rules.len()) ")"
                @if !family.on_by_default { ", off by default" }
            }
            div.scroll tabindex="0" role="group" aria-labelledby=(id) { (table(&family.rules)) }
        }
    }
}

/// The rules of a family.
fn table(rules: &[&Rule]) -> Markup {
    html! {
        table.prose {
            thead {
                tr {
                    th scope="col" { "Type" }
                    th scope="col" { "Catches" }
                    th scope="col" { "Spares" }
                }
            }
            tbody {
                @for rule in rules {
                    tr {
                        th scope="row" { code { (rule.id) } }
                        td { (rule.catches) }
                        td { (rule.spares) }
                    }
                }
            }
        }
    }
}
