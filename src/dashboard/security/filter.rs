//! The filter bar of this page: as on every page, with types instead of models.

use maud::{Markup, html};

use super::PATH;
use super::figures::Figures;
use super::view::SecurityView;
use crate::dashboard::{filter_bar, text};

/// The bar.
pub(super) fn bar(view: &SecurityView, figures: &Figures) -> Markup {
    let surroundings = &figures.surroundings;
    let connections = &surroundings.connections;
    html! {
        form.filter action=(PATH) method="get" aria-label="Filter" {
            (filter_bar::presets(&view.days, |days| view.with(days.clone()).link()))
            (filter_bar::days(&view.days))
            (types(view, figures))
            (filter_bar::user(&view.days, &surroundings.people))
            @if connections.len() > 1 || view.days.filter.connection.is_some() {
                (filter_bar::connection(&view.days, connections))
            }
            @if let Some(session) = &view.session {
                label { span { "Session" } input type="search" name="session" value=(session); }
            }
            div.buttons {
                button.primary type="submit" { "Apply" }
                @if view.is_scoped() { a.button href=(view.unscoped().link()) { "Clear" } }
            }
        }
    }
}

/// Which type.
fn types(view: &SecurityView, figures: &Figures) -> Markup {
    let chosen = view.rule.as_deref();
    let unlisted = chosen.filter(|name| !figures.types.iter().any(|rule| rule == name));
    html! {
        label.model {
            span { "Type" }
            select name="type" {
                option value="" { "All" }
                @if let Some(name) = unlisted { option value=(name) selected { (text::plain(name)) } }
                @for name in &figures.types {
                    option value=(name) selected[chosen == Some(name.as_str())] { (text::plain(name)) }
                }
            }
        }
    }
}
