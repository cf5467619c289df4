//! What every page has round it.

use maud::{DOCTYPE, Markup, html};

use super::text;
use crate::access::{Caller, Who};
use crate::assets;

/// The pages there are, in the order they are offered, and to whom.
const PAGES: [(&str, &str, Who); 7] = [
    ("/", "Overview", Who::Figures),
    ("/daily", "Daily", Who::Figures),
    ("/users", "Users", Who::Figures),
    ("/connections", "Connections", Who::Figures),
    ("/security", "Security", Who::Figures),
    ("/audit", "Audit", Who::Admin),
    ("/me", "You", Who::SignedIn),
];

/// A whole page: `path` says which one it is, `caller` for whom.
pub(super) fn page(caller: &Caller, path: &str, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Daybook" }
                link rel="icon" href=(assets::url("icon.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(assets::url("style.css"));
                script src=(assets::url("app.js")) defer {}
            }
            body {
                a.skip href="#main" { "Skip to the figures" }
                header.top {
                    div.wide {
                        a.brand href="/" { (mark()) "Daybook" }
                        (navigation(caller, path))
                        (who(caller))
                    }
                }
                main #main.wide tabindex="-1" { (nobody_yet(caller)) (body) }
                footer.wide {
                    p { "Cost is what Claude Code itself estimates, not an invoice." }
                }
            }
        }
    }
}

/// The links to the pages.
fn navigation(caller: &Caller, path: &str) -> Markup {
    html! {
        nav aria-label="Pages" {
            ul {
                @for (target, name, who) in PAGES {
                    @if who.lets_in(caller) {
                        li {
                            a href=(target) aria-current=[(target == path).then_some("page")] { (name) }
                        }
                    }
                }
            }
        }
    }
}

/// Who is signed in, and the way out.
fn who(caller: &Caller) -> Markup {
    html! {
        @if let Some(signed_in) = caller.signed_in() {
            form.who action="/logout" method="post" {
                (caller.form_token())
                a href="/settings" title=(signed_in.account.role().name()) { bdi { (text::plain(&signed_in.account.email)) } }
                button type="submit" { "Sign out" }
            }
        }
    }
}

/// Before there is an account: how to make the first one.
fn nobody_yet(caller: &Caller) -> Markup {
    html! {
        @if matches!(caller, Caller::ThisMachine) {
            p.banner {
                (status(Status::Warn, "No account yet"))
                " Whoever sits at this machine may look. Open the one-time setup link that the first start printed: "
                "it makes the first admin. Lost it? " code { "daybook account create EMAIL --role admin" } " prints another."
            }
        }
    }
}

/// Four bars of a week: the sign of Daybook.
fn mark() -> Markup {
    html! {
        svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" {
            path d="M1 10h3v7H1zM5.5 6h3v11h-3zM10 8h3v9h-3zM14.5 1h3v16h-3z" fill="currentColor" {}
        }
    }
}

/// A status: always a word and a sign, never a colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// As it should be.
    Ok,
    /// Worth a look.
    Warn,
    /// Switched off.
    Off,
}

/// The sign of a status, before its word.
pub(super) fn status(status: Status, word: &str) -> Markup {
    let (class, path) = match status {
        Status::Ok => ("status ok", "M2.5 6.5l2.5 2.5 4.5-5.5"),
        Status::Warn => ("status warn", "M6 2.2v4.6M6 9.3v.4"),
        Status::Off => ("status muted", "M2.5 6h7"),
    };
    html! {
        span class=(class) {
            svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" {
                path d=(path) fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" {}
            }
            (word)
        }
    }
}
