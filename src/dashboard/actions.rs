//! What can be done with a page's rows: taken away as CSV or JSON, asked for by API, printed.

use maud::{Markup, html};

/// The actions of a page. `call` is the API's path to the same rows in a format, `address` is how
/// the client reaches this server.
pub(super) fn bar(call: impl Fn(&str) -> String, address: &str) -> Markup {
    html! {
        div.actions {
            a.button href=(call("csv")) { "CSV" }
            a.button href=(call("json")) { "JSON" }
            button type="button" popovertarget="api-call" { "API call" }
            button type="button" data-print hidden { "Print" }
            div.definition.call #api-call popover {
                strong { "The same rows by API" }
                pre #api-call-text tabindex="0" { (curl(&call("json"), address)) }
                p.muted { "A token is made with " code { "daybook api-token create NAME" } "." }
                button type="button" data-copy="api-call-text" hidden { "Copy" }
            }
        }
    }
}

/// The call for a shell. The query is percent-encoded, the address is checked: nothing in
/// it ends the quotes.
fn curl(call: &str, address: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || ":/.-_[]".contains(letter);
    let address = if address.chars().all(fits) { address } else { "http://127.0.0.1:8080" };
    format!("curl -H \"Authorization: Bearer $DAYBOOK_TOKEN\" \\\n  '{address}{call}'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::filter::View;

    #[test]
    fn nothing_ends_the_quotes_of_a_call() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let view = View::parse("user=a'%24(id)%40x.com", chrono_tz::UTC, now).unwrap();
        let call = curl(&view.api_call("json"), "http://evil'$(id)");
        assert_eq!(call.matches('\'').count(), 2, "{call}");
        assert!(!call.contains("$("), "{call}");
    }
}
