//! The one filter bar: a plain form whose state is the query string.

use daybook_schema::api::TeamFilter;
use daybook_schema::connections::{Connection, public_id};
use daybook_schema::counters::Basis;
use daybook_schema::teams::NO_TEAM;
use daybook_schema::users::User;
use maud::{Markup, html};

use super::filter::{Preset, View};
use super::surroundings::{Models, Surroundings};
use super::{dates, text};

/// The bar of the page at `path`.
pub(super) fn bar(path: &str, view: &View, surroundings: &Surroundings, models: &Models) -> Markup {
    html! {
        form.filter action=(path) method="get" aria-label="Filter" {
            (presets(view, |view| view.link(path)))
            (days(view))
            (user(view, &surroundings.people))
            (model(view, models))
            @if !surroundings.teams.is_empty() || view.filter.team.is_some() {
                (team(view, &surroundings.teams))
            }
            @if surroundings.connections.len() > 1 || view.filter.connection.is_some() {
                (connection(view, &surroundings.connections))
            }
            @if view.filter.basis == Basis::Utc { input type="hidden" name="basis" value="utc"; }
            div.buttons {
                button.primary type="submit" { "Apply" }
                @if view.is_scoped() { a.button href=(view.unscoped().link(path)) { "Clear" } }
            }
        }
        (as_text(view, surroundings))
    }
}

/// The moving ranges, as links.
pub(super) fn presets(view: &View, link: impl Fn(&View) -> String) -> Markup {
    html! {
        div.presets role="group" aria-label="Range" {
            @for preset in Preset::ALL {
                a href=(link(&view.with_preset(preset))) aria-current=[(view.preset == Some(preset)).then_some("true")] {
                    (preset.label())
                }
            }
        }
    }
}

/// Fixed days. Empty while a range moves, which is sent along hidden.
pub(super) fn days(view: &View) -> Markup {
    let fixed = view.preset.is_none();
    html! {
        @if let Some(preset) = view.preset {
            input type="hidden" name="range" value=(preset.value());
        }
        label { span { "From" } input type="date" name="from" value=[fixed.then_some(view.filter.from)]; }
        label { span { "To" } input type="date" name="to" value=[fixed.then_some(view.filter.to)]; }
    }
}

/// Whose rows.
pub(super) fn user(view: &View, people: &[User]) -> Markup {
    html! {
        label.user {
            span { "User" }
            input type="search" name="user" list="people" placeholder="Everybody" autocomplete="off"
                spellcheck="false" maxlength="320" value=[&view.filter.user];
        }
        datalist #people {
            @for person in people {
                @if let Some(email) = &person.email {
                    option value=(email) { @if let Some(name) = &person.name { (text::plain(name)) } }
                }
            }
        }
    }
}

/// Which model.
fn model(view: &View, models: &Models) -> Markup {
    let chosen = view.filter.model.as_deref();
    let unlisted = chosen.filter(|name| !models.names.iter().any(|model| model == name));
    html! {
        label.model {
            span { "Model" }
            select name="model" {
                option value="" { "All" }
                @if let Some(name) = unlisted { option value=(name) selected { (text::plain(name)) } }
                @for name in &models.names {
                    option value=(name) selected[chosen == Some(name.as_str())] { (text::plain(name)) }
                }
            }
        }
    }
}

/// Which team; days without one are asked for by a name no team has.
fn team(view: &View, teams: &[String]) -> Markup {
    let chosen = view.filter.team.as_ref().map(TeamFilter::value);
    let unlisted = chosen.filter(|name| *name != NO_TEAM && !teams.iter().any(|team| team == name));
    html! {
        label.team {
            span { "Team" }
            select name="team" {
                option value="" { "All" }
                option value=(NO_TEAM) selected[chosen == Some(NO_TEAM)] { "No team" }
                @if let Some(name) = unlisted { option value=(name) selected { (text::plain(name)) } }
                @for name in teams {
                    option value=(name) selected[chosen == Some(name.as_str())] { (text::plain(name)) }
                }
            }
        }
    }
}

/// Which connection.
pub(super) fn connection(view: &View, connections: &[Connection]) -> Markup {
    html! {
        label.connection {
            span { "Connection" }
            select name="connection" {
                option value="" { "All" }
                @for each in connections {
                    option value=(public_id(each.id)) selected[view.filter.connection == Some(each.id)] {
                        (text::plain(&each.name))
                    }
                }
            }
        }
    }
}

/// What is filtered, for paper.
fn as_text(view: &View, surroundings: &Surroundings) -> Markup {
    let filter = &view.filter;
    let name = surroundings.connections.iter().find(|each| Some(each.id) == filter.connection);
    html! {
        p.on-paper {
            (dates::days(filter.from, filter.to)) " (" (view.days_of()) ")"
            " · user: " (filter.user.as_deref().map_or("everybody".into(), text::plain))
            " · model: " (filter.model.as_deref().map_or("all".into(), text::plain))
            @if let Some(team) = &filter.team { " · team: " (text::plain(team.value())) }
            " · connection: " (name.map_or("all".into(), |each| text::plain(&each.name)))
        }
    }
}
