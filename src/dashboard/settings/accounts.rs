//! Everybody's accounts, and the forms that change them.

use daybook_schema::accounts::{Account, Role};
use maud::{Markup, html};

use crate::access::Caller;
use crate::dashboard::layout::{Status, status};
use crate::dashboard::text;

/// Where the forms go.
const ACCOUNTS_PATH: &str = "/settings/accounts";

/// The panel.
pub(super) fn panel(caller: &Caller, accounts: &[Account]) -> Markup {
    html! {
        section.card #accounts aria-labelledby="all-accounts" {
            h2 #all-accounts { "Accounts" small { " who signs in, and what they may do" } }
            div.scroll tabindex="0" role="group" aria-labelledby="all-accounts" {
                table.sticky {
                    thead {
                        tr {
                            th scope="col" { "Email" }
                            th scope="col" { "Role" }
                            th scope="col" { "State" }
                            th scope="col" { "Change" }
                        }
                    }
                    tbody { @for account in accounts { (row(caller, account)) } }
                }
            }
            (new(caller))
        }
    }
}

/// An account.
fn row(caller: &Caller, account: &Account) -> Markup {
    let can_sign_in = account.password_hash.is_some() || account.provider_subject.is_some();
    let email = text::plain(&account.email);
    html! {
        tr {
            th scope="row" { span.name title=(text::plain(&account.name)) { bdi { (email) } } }
            td { (account.role().name()) }
            td {
                @if account.disabled_at.is_some() {
                    (status(Status::Off, "Disabled"))
                } @else if can_sign_in {
                    (status(Status::Ok, "Signs in"))
                } @else {
                    (status(Status::Warn, "Invited"))
                }
            }
            td { (changes(caller, account)) }
        }
    }
}

/// What can be done with an account.
fn changes(caller: &Caller, account: &Account) -> Markup {
    let action = format!("{ACCOUNTS_PATH}/{}", account.id);
    let email = text::plain(&account.email);
    let is_enabled = account.disabled_at.is_none();
    html! {
        div.changes {
            @if is_enabled {
                form.inline action=(action) method="post" {
                    (caller.form_token())
                    (roles(account.role(), &format!("Role of {email}")))
                    button type="submit" name="action" value="role" aria-label={ "Set the role of " (email) } { "Set" }
                    button type="submit" name="action" value="invite" aria-label={ "Make a password link for " (email) } { "Password link" }
                }
                details {
                    summary aria-label={ "Disable " (email) "…" } { "Disable…" }
                    form action=(action) method="post" {
                        (caller.form_token())
                        p.muted { "It is signed out everywhere." }
                        button.bad type="submit" name="action" value="disable" { "Disable " (email) }
                    }
                }
            } @else {
                form action=(action) method="post" {
                    (caller.form_token())
                    button type="submit" name="action" value="enable" aria-label={ "Enable " (email) } { "Enable" }
                }
            }
        }
    }
}

/// The roles to choose from.
fn roles(chosen: Role, label: &str) -> Markup {
    html! {
        select name="role" aria-label=(label) {
            @for role in Role::ALL {
                option value=(role.name()) selected[role == chosen] { (role.name()) }
            }
        }
    }
}

/// The form for another account.
fn new(caller: &Caller) -> Markup {
    html! {
        form.filter.new action=(ACCOUNTS_PATH) method="post" aria-label="Invite somebody" {
            (caller.form_token())
            label.user {
                span { "Email address" }
                input type="email" name="email" required maxlength="254" autocomplete="off";
            }
            label {
                span { "Role" }
                (roles(Role::Viewer, "Role"))
            }
            button.primary type="submit" { "Invite" }
        }
    }
}
