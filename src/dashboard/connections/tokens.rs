//! A connection's tokens: copied without being seen, rotated, revoked. Without script a token is
//! shown, because it cannot be copied otherwise.

use daybook_schema::ingest_tokens::{IngestToken, MAX_LIVE};

use super::one::{Asked, One};
use super::*;

/// The panel.
pub(super) fn panel(one: &One, asked: &Asked) -> Markup {
    let live = one.tokens.iter().filter(|token| token.revoked_at.is_none()).count();
    let action = format!("{}/tokens", path_of(one.row.id));
    html! {
        section.card #tokens aria-labelledby="ingest-tokens" {
            h2 #ingest-tokens { "Tokens" small { " they send telemetry of this connection, and open nothing else" } }
            div.scroll tabindex="0" role="group" aria-labelledby="ingest-tokens" {
                table.sticky.rows {
                    thead {
                        tr {
                            th scope="col" { "Token" }
                            th scope="col" { "For" }
                            th scope="col" { "State" }
                            th scope="col" { "Made" }
                            th scope="col" { "Last used" }
                            th scope="col" { "Change" }
                        }
                    }
                    tbody { @for token in one.tokens.iter().rev() { (line(token, &action, asked)) } }
                }
            }
            @if live < MAX_LIVE {
                form.facts action={ (action) "#tokens" } method="post" {
                    (asked.caller.form_token())
                    label { span { "What the new token is for" } input name="label" maxlength="100" autocomplete="off" placeholder="new laptops"; }
                    div.buttons { button type="submit" { @if live == 0 { "Make a token" } @else { "Make a second token to rotate" } } }
                }
            } @else {
                p.muted { "Two tokens are live: hand out the new one, and revoke the old one when it is used no more." }
            }
        }
    }
}

/// A token.
fn line(token: &IngestToken, action: &str, asked: &Asked) -> Markup {
    let now = asked.now;
    html! {
        tr {
            th scope="row" { code { (token.id) } }
            td { (text::plain(&token.label)) }
            td {
                @if token.revoked_at.is_some() { (status(Status::Off, "Revoked")) } @else { (status(Status::Ok, "Live")) }
            }
            td { (ago(Some(token.created_at), now)) }
            td { @match token.last_used_at { Some(at) => (ago(Some(at.max(token.created_at)), now)), None => "never" } }
            td { @if token.revoked_at.is_none() { (changes(token, &format!("{action}/{}", token.id), &asked.caller)) } }
        }
    }
}

/// What can be done with a live token. Revoking asks once more.
fn changes(token: &IngestToken, action: &str, caller: &Caller) -> Markup {
    html! {
        div.changes {
            @if token.sealed.is_some() {
                form action=(action) method="post" data-copy-secret {
                    (caller.form_token())
                    button type="submit" name="action" value="show" aria-label={ "Copy token " (token.id) } { "Copy" }
                }
            }
            details {
                summary aria-label={ "Revoke token " (token.id) "…" } { "Revoke…" }
                form action={ (action) "#tokens" } method="post" {
                    (caller.form_token())
                    p.muted { "What is sent with it is refused within 5 seconds, and lost." }
                    button.bad type="submit" name="action" value="revoke" { "Revoke " (token.id) }
                }
            }
        }
    }
}
