//! Who one is known as, and where one was heard.

use daybook_schema::connections::public_id;
use daybook_schema::stored::Stored;
use daybook_schema::users::identity;

use super::*;
use crate::access::Who;

/// What is known to be theirs.
pub(super) fn known_as(stored: &Stored) -> Markup {
    html! {
        section.card aria-labelledby="own-identities" {
            h2 #own-identities { "Known as" small { " what telemetry says of who you are" } }
            div.scroll tabindex="0" role="group" aria-labelledby="own-identities" {
                table.sticky.prose {
                    thead { tr { th scope="col" { "What" } th scope="col" { "Value" } th scope="col" { "First heard (UTC)" } } }
                    tbody {
                        @if let Some(email) = &stored.user.email {
                            (line("Email address", email, None))
                        }
                        @if let Some(name) = &stored.user.name {
                            (line("Name", name, Some(stored.user.name_time)))
                        }
                        @for one in &stored.identities { (line(kind(&one.kind), &one.value, Some(one.first_time))) }
                    }
                }
            }
        }
    }
}

/// One of them.
fn line(kind: &str, value: &str, first: Option<i64>) -> Markup {
    html! {
        tr {
            th scope="row" { (kind) }
            td { bdi { (text::plain(value)) } }
            td { @match first { Some(at) => (dates::utc(at)), None => (numbers::UNKNOWN) } }
        }
    }
}

/// What a kind of identity is to people.
fn kind(kind: &str) -> &str {
    match kind {
        identity::EMAIL => "Another address",
        identity::ACCOUNT => "Claude account",
        identity::INSTALL => "Installation",
        other => other,
    }
}

/// Where they reported.
pub(super) fn connections(caller: &Caller, stored: &Stored) -> Markup {
    let may_look = Who::Figures.lets_in(caller);
    html! {
        @if !stored.connections.is_empty() {
            section.card aria-labelledby="own-connections" {
                h2 #own-connections { "Connections" small { " by which it arrived" } }
                div.scroll tabindex="0" role="group" aria-labelledby="own-connections" {
                    table.sticky {
                        thead { tr { th scope="col" { "Connection" } th scope="col" { "First day (UTC)" } th scope="col" { "Last day (UTC)" } } }
                        tbody {
                            @for of in &stored.connections {
                                @let name = text::plain(&of.name);
                                tr {
                                    th scope="row" {
                                        @if may_look { a.name href={ "/connections/" (public_id(of.id)) } title=(name) { bdi { (name) } } }
                                        @else { span.name title=(name) { bdi { (name) } } }
                                    }
                                    td { (day(of.first_day)) }
                                    td { (day(of.last_day)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A day, as tables have it.
fn day(day: Option<chrono::NaiveDate>) -> String {
    day.map_or_else(|| numbers::UNKNOWN.to_owned(), |day| day.to_string())
}
