//! The built-in rules: what each catches, and what it leaves alone.

use maud::{Markup, html};

use crate::ingest::rules::{self, Rule};

/// The panel.
pub(super) fn panel() -> Markup {
    let count = rules::all().count();
    html! {
        section.card aria-labelledby="rules" {
            h2 #rules { "Built-in rules" small { " " (count) ", always on" } }
            @for (place, (group, rules)) in groups().iter().enumerate() {
                @let id = format!("rules-{place}");
                details.group {
                    summary id=(id) { (group) " (" (rules.len()) ")" }
                    div.scroll tabindex="0" role="group" aria-labelledby=(id) { (table(rules)) }
                }
            }
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

/// The rules by family, both in the order of the table.
fn groups() -> Vec<(&'static str, Vec<&'static Rule>)> {
    let mut groups: Vec<(&'static str, Vec<&'static Rule>)> = Vec::new();
    for rule in rules::all() {
        let name = rule.group.name();
        match groups.iter_mut().find(|(group, _)| *group == name) {
            Some((_, rules)) => rules.push(rule),
            None => groups.push((name, vec![rule])),
        }
    }
    groups
}
