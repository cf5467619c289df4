//! The API tokens, and the forms that make and revoke them.

use chrono::DateTime;
use daybook_schema::tokens::ApiToken;
use maud::{Markup, html};

use crate::access::Caller;
use crate::api_tokens::MAX_NAME_LETTERS;
use crate::dashboard::layout::{Status, status};
use crate::dashboard::text;
use crate::state::now_micros;

/// Where the forms go.
const TOKENS_PATH: &str = "/settings/api-tokens";

/// The panel.
pub(super) fn panel(caller: &Caller, tokens: &[ApiToken]) -> Markup {
    html! {
        section.card #api-tokens aria-labelledby="all-tokens" {
            h2 #all-tokens { "API tokens" small { " with which programs read, or administer" } }
            @if tokens.is_empty() {
                p.muted { "There are none yet." }
            } @else {
                (table(caller, tokens))
            }
            (new(caller))
        }
    }
}

/// The tokens there are; never their secret.
fn table(caller: &Caller, tokens: &[ApiToken]) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-labelledby="all-tokens" {
            table.sticky {
                thead {
                    tr {
                        th scope="col" { "Name" }
                        th scope="col" { "Id" }
                        th scope="col" { "Scope" }
                        th scope="col" { "State" }
                        th scope="col" { "Last used (UTC)" }
                        th scope="col" { "Ends (UTC)" }
                        th scope="col" { "Change" }
                    }
                }
                tbody { @for token in tokens { (row(caller, token)) } }
            }
        }
    }
}

/// A token.
fn row(caller: &Caller, token: &ApiToken) -> Markup {
    let is_over = token.expires_at.is_some_and(|end| end <= now_micros());
    html! {
        tr {
            th scope="row" { span.name { bdi { (text::plain(&token.name)) } } }
            td { code { (token.id) } }
            td { (token.scope) }
            td {
                @if token.revoked_at.is_some() {
                    (status(Status::Off, "Revoked"))
                } @else if is_over {
                    (status(Status::Off, "Over"))
                } @else {
                    (status(Status::Ok, "Live"))
                }
            }
            td { (token.last_used_at.map_or_else(|| "never".to_owned(), time)) }
            td { (token.expires_at.map_or_else(|| "when it is revoked".to_owned(), time)) }
            td { @if token.revoked_at.is_none() { (revoking(caller, token)) } }
        }
    }
}

/// Revoking asks once more.
fn revoking(caller: &Caller, token: &ApiToken) -> Markup {
    let name = text::plain(&token.name);
    html! {
        div.changes {
            details {
                summary aria-label={ "Revoke " (name) "…" } { "Revoke…" }
                form action={ (TOKENS_PATH) "/" (token.id) } method="post" {
                    (caller.form_token())
                    p.muted { "What uses it is refused at once." }
                    button.bad type="submit" name="action" value="revoke" { "Revoke " (name) }
                }
            }
        }
    }
}

/// The form for another token.
fn new(caller: &Caller) -> Markup {
    html! {
        form.filter.new action=(TOKENS_PATH) method="post" aria-label="Make an API token" {
            (caller.form_token())
            label.user {
                span { "What it is for" }
                input name="name" required maxlength=(MAX_NAME_LETTERS) autocomplete="off" placeholder="Grafana";
            }
            label {
                span { "Scope" }
                select name="scope" {
                    option value="read" { "read" }
                    option value="admin" { "admin" }
                }
            }
            label {
                span { "Good for" }
                select name="days" {
                    option value="90" { "90 days" }
                    option value="365" { "a year" }
                    option value="" { "until it is revoked" }
                }
            }
            button.primary type="submit" { "Make it" }
        }
    }
}

/// A time, to the minute.
fn time(micros: i64) -> String {
    let time = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    time.format("%Y-%m-%d %H:%M").to_string()
}
