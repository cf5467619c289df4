//! Why requests were refused: cause and cure, as the sender was told. Never what was sent.

use daybook_schema::refused_requests::RefusedRequest;

use super::*;
use crate::api::health::signal;

/// The panel.
pub(super) fn panel(
    title: &str,
    note: &str,
    rows: &[RefusedRequest],
    now: DateTime<Utc>,
) -> Markup {
    html! {
        section.card aria-labelledby="refused" {
            h2 #refused { (title) small { " " (note) } }
            div.scroll tabindex="0" role="group" aria-labelledby="refused" {
                table.sticky.rows {
                    thead {
                        tr {
                            th scope="col" { "Last" }
                            th scope="col" { "Answer" }
                            th scope="col" { "Signal" }
                            th scope="col" { "Cause and cure" }
                            th.number scope="col" { "Times" }
                        }
                    }
                    tbody { @for row in rows { (line(row, now)) } }
                }
            }
        }
    }
}

/// A cause.
fn line(row: &RefusedRequest, now: DateTime<Utc>) -> Markup {
    html! {
        tr {
            th scope="row" { (ago(Some(row.last_at), now)) }
            td { (row.status) }
            td { (signal(row.kind).unwrap_or(numbers::UNKNOWN)) }
            td.words { (text::plain(&row.message)) }
            td.number { (numbers::count(row.times)) }
        }
    }
}
