//! The forms that decide about a user, and the page that says what a decision would move.

use super::one::One;
use super::*;
use daybook_jobs::people::Outcome;

/// The forms of a user's page.
pub(super) fn panels(one: &One, caller: &Caller) -> Markup {
    let action = path_of(one.user.id);
    let expected = one.user.email.clone().unwrap_or_else(|| public_id(one.user.id));
    html! {
        @if one.user.email.is_some() && one.owner.is_none() {
            section.card aria-labelledby="merge" {
                h2 #merge { "Merge another user into this one" small { " it is said first what would move" } }
                form.facts action=(action) method="post" {
                    (caller.form_token())
                    label {
                        span { "Whose usage is this user's: an email, or an id like usr_…" }
                        input name="user" required autocomplete="off" spellcheck="false" maxlength="320";
                    }
                    div.buttons { button type="submit" name="action" value="merge" { "Look what moves…" } }
                }
            }
        }
        @if one.owner.is_none() {
            section.card aria-labelledby="erase" {
                h2 #erase { "Erase this person" small { " there is no way back" } }
                p {
                    "Figures stay, under a number. What names the person goes: from every table, from kept telemetry, "
                    "and from what comes later. Backups are not reached."
                }
                form.facts action=(action) method="post" {
                    (caller.form_token())
                    label {
                        span { "Type " code { (text::plain(&expected)) } " to confirm" }
                        input name="confirm" required autocomplete="off" spellcheck="false" maxlength="320";
                    }
                    div.buttons { button.bad type="submit" name="action" value="erase" { "Erase" } }
                }
            }
        }
    }
}

/// What a decision would move, with the button that decides.
pub(super) fn preview(
    caller: &Caller,
    (id, action): (i64, &str),
    fields: &[(&str, &str)],
    outcome: &Outcome,
) -> Markup {
    let body = html! {
        div.head { h1 { "What would move" } p.range { (public_id(id)) } }
        section.card aria-labelledby="moves" {
            h2 #moves { "Sessions" small { " and the figures of " (outcome.days) " " (numbers::plural(i64::try_from(outcome.days).unwrap_or(i64::MAX), "day", "days")) } }
            @if outcome.moves.is_empty() {
                p { "No session moves now; what comes later goes by the decision." }
            } @else {
                div.scroll tabindex="0" role="group" aria-labelledby="moves" {
                    table.sticky {
                        thead {
                            tr {
                                th scope="col" { "From" }
                                th scope="col" { "To" }
                                th.number scope="col" { "Sessions" }
                                th scope="col" { "First" }
                                th scope="col" { "Last" }
                            }
                        }
                        tbody {
                            @for it in &outcome.moves {
                                tr {
                                    th scope="row" { a href=(path_of(it.from)) { (public_id(it.from)) } }
                                    td { a href=(path_of(it.to)) { (public_id(it.to)) } }
                                    td.number { (it.sessions) }
                                    td { (day(Some(it.first_time))) }
                                    td { (day(Some(it.last_time))) }
                                }
                            }
                        }
                    }
                }
            }
            form action=(path_of(id)) method="post" {
                (caller.form_token())
                @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                input type="hidden" name="sure" value="yes";
                div.buttons {
                    button.primary type="submit" name="action" value=(action) { "Move it" }
                    a.button href=(path_of(id)) { "Leave it" }
                }
            }
        }
    };
    layout::page(caller, PATH, "What would move", &body)
}

/// Why nothing was decided.
pub(super) fn refused(caller: &Caller, id: i64, reason: &str) -> Markup {
    let body = html! {
        div.head { h1 { "Nothing was changed" } p.range { (public_id(id)) } }
        section.card.state role="alert" {
            p { (status(Status::Warn, "Not done")) " " (text::plain(reason)) }
            p.buttons { a.button.primary href=(path_of(id)) { "Back to the user" } }
        }
    };
    layout::page(caller, PATH, "Nothing was changed", &body)
}
