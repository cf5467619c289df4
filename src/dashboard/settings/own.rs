//! One's own account: who one is here, and another password.

use maud::{Markup, html};

use super::Outcome;
use crate::access::Caller;
use crate::dashboard::layout::{Status, status};
use crate::dashboard::text;
use crate::sign_in::passwords::{MAX_BYTES, MIN_CHARACTERS};

/// The panel.
pub(super) fn panel(caller: &Caller, outcome: &Outcome) -> Markup {
    let Some(signed_in) = caller.signed_in() else { return html! {} };
    let account = &signed_in.account;
    html! {
        section.card #own aria-labelledby="own-account" {
            h2 #own-account { "Your account" }
            p {
                bdi { (text::plain(&account.email)) } ", " (account.role().name())
            }
            @if account.password_hash.is_some() {
                (password_form(caller, &account.email, outcome))
            } @else {
                p.muted { "You sign in with your organization's account." }
            }
        }
    }
}

/// The form for another password.
fn password_form(caller: &Caller, email: &str, outcome: &Outcome) -> Markup {
    html! {
        form.stack.narrow action="/settings/password" method="post" aria-label="Change your password" {
            (caller.form_token())
            h3 { "Change your password" }
            // Password managers ask whose it is; it has no name, so nobody is sent it.
            input type="email" value=(email) autocomplete="username" readonly hidden;
            (field("Current password", "current", "current-password", 0))
            (field("New password", "password", "new-password", MIN_CHARACTERS))
            (field("The new one once more", "again", "new-password", MIN_CHARACTERS))
            p.muted { "Everywhere else you are signed in, you are signed out." }
            button type="submit" { "Change the password" }
            @if let Outcome::Password(why) = outcome {
                p role="alert" { (status(Status::Warn, why)) }
            }
        }
    }
}

/// A field for a password.
fn field(label: &str, name: &str, kind: &str, min: usize) -> Markup {
    html! {
        label {
            span { (label) }
            input type="password" name=(name) required autocomplete=(kind) minlength=(min)
                maxlength=(MAX_BYTES);
        }
    }
}
