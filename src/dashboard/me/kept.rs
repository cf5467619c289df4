//! What was hidden before it was stored; how long things are kept, and who sees them.

use super::*;

/// What redaction found in one's telemetry: types and counts, never what it was.
pub(super) fn hidden(about: &About) -> Markup {
    html! {
        section.card aria-labelledby="own-detections" {
            h2 #own-detections { "Hidden before it was stored" small { " what looked like a secret in your telemetry" } }
            @if about.hidden.is_empty() {
                p.muted { "Nothing was, of the last " (about.detection_days) " days." }
            } @else {
                div.scroll tabindex="0" role="group" aria-labelledby="own-detections" {
                    table.sticky {
                        thead { tr { th scope="col" { "Type" } th.number scope="col" { "Times" } th scope="col" { "First day (UTC)" } th scope="col" { "Last day (UTC)" } } }
                        tbody {
                            @for (rule, hidden) in &about.hidden {
                                tr {
                                    th scope="row" { bdi { (text::plain(rule)) } }
                                    td.number { (numbers::count(hidden.times)) }
                                    td { (hidden.first) }
                                    td { (hidden.last) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How long each kind is kept, and who sees it.
pub(super) fn how_long(about: &About) -> Markup {
    html! {
        section.card aria-labelledby="how-long" {
            h2 #how-long { "How long, and who sees it" }
            dl.trust {
                (fact("Days and sessions", "Not ended by time", "what was counted stays counted"))
                (fact("Telemetry as it came", "Not ended by time", "without the secrets that were found in it; days are made again from it"))
                (fact("What was hidden", &format!("{} days", about.detection_days), "type, place and count; never the secret"))
                (fact("Your account", "Not ended by time", "it can be disabled; the audit log names it"))
            }
            p.muted { "Managers and admins see these days beside everybody's. Each look at one person's figures, and each export, is written into the audit log." }
        }
    }
}

/// A fact.
fn fact(term: &str, value: &str, note: &str) -> Markup {
    html! { div { dt { (term) } dd.value { (value) } dd { (note) } } }
}
