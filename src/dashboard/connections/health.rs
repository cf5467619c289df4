//! What comes, when, from how many, and what it is like.

use super::*;

/// The panel.
pub(super) fn panel(state: &State, now: DateTime<Utc>) -> Markup {
    let received = &state.received;
    html! {
        section.card aria-labelledby="health" {
            h2 #health { "Health" small { " as of a few seconds ago" } }
            dl.trust {
                (fact("Last metrics", &ago(received.last_metrics_at, now), ""))
                (fact("Last events", &ago(received.last_logs_at, now), ""))
                (fact("Users", &html! { (state.users) }, "in 24 hours"))
                (fact("Requests accepted", &html! { (numbers::count(received.accepted)) }, "since it was made"))
                (fact("Requests refused", &html! { (numbers::count(received.refused)) }, "since it was made"))
                (fact("Client versions", &versions(state), "in 24 hours, with their users"))
                (fact("Temporality", &temporality(state), "delta survives a restart of either side"))
                (fact("Attributes missing", &missing(state), "of what people and sessions are known by"))
            }
        }
    }
}

/// A fact.
fn fact(term: &str, value: &Markup, note: &str) -> Markup {
    html! {
        div { dt { (term) } dd.value { (value) } @if !note.is_empty() { dd { (note) } } }
    }
}

/// Which versions, and how many have each.
fn versions(state: &State) -> Markup {
    html! {
        @if state.versions.is_empty() { (numbers::UNKNOWN) }
        @for (version, users) in state.versions.iter().take(6) {
            span { bdi { (version_name(version)) } " " small { "(" (users) ")" } }
        }
        @if state.versions.len() > 6 { small { "and " (state.versions.len() - 6) " more" } }
    }
}

/// A version's name; telemetry may have said none.
fn version_name(version: &str) -> std::borrow::Cow<'_, str> {
    if version.is_empty() { "not said".into() } else { text::plain(version) }
}

/// Delta or cumulative.
fn temporality(state: &State) -> Markup {
    let seen = state.temporality();
    html! { @if seen.is_empty() { (numbers::UNKNOWN) } @else { (seen.join(" and ")) } }
}

/// What is missing.
fn missing(state: &State) -> Markup {
    let missing = state.missing();
    html! {
        @if missing.is_empty() {
            @if state.last_at().is_some() { "none" } @else { (numbers::UNKNOWN) }
        }
        @for name in missing { code { (name) } }
    }
}
