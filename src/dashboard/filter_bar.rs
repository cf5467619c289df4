//! The one filter bar: a plain form whose state is the query string.

use daybook_schema::connections;
use daybook_schema::counters::Basis;
use maud::{Markup, html};

use super::filter::{Preset, View};
use super::surroundings::{Models, Surroundings};
use super::{dates, text};

/// The bar of the page at `path`.
pub(super) fn bar(path: &str, view: &View, surroundings: &Surroundings, models: &Models) -> Markup {
    html! {
        form.filter action=(path) method="get" aria-label="Filter" {
            (presets(path, view))
            (days(view))
            (user(view, surroundings))
            (model(view, models))
            @if surroundings.connections.len() > 1 || view.filter.connection.is_some() {
                (connection(view, surroundings))
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
fn presets(path: &str, view: &View) -> Markup {
    html! {
        div.presets role="group" aria-label="Range" {
            @for preset in Preset::ALL {
                a href=(view.with_preset(preset).link(path)) aria-current=[(view.preset == Some(preset)).then_some("true")] {
                    (preset.label())
                }
            }
        }
    }
}

/// Fixed days. Empty while a range moves, which is sent along hidden.
fn days(view: &View) -> Markup {
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
fn user(view: &View, surroundings: &Surroundings) -> Markup {
    html! {
        label.user {
            span { "User" }
            input type="search" name="user" list="people" placeholder="Everybody" autocomplete="off"
                spellcheck="false" maxlength="320" value=[&view.filter.user];
        }
        datalist #people {
            @for person in &surroundings.people {
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

/// Which connection.
fn connection(view: &View, surroundings: &Surroundings) -> Markup {
    html! {
        label.connection {
            span { "Connection" }
            select name="connection" {
                option value="" { "All" }
                @for each in &surroundings.connections {
                    option value=(connections::public_id(each.id)) selected[view.filter.connection == Some(each.id)] {
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
            " · connection: " (name.map_or("all".into(), |each| text::plain(&each.name)))
        }
    }
}
