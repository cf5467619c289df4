//! The page: the forms there are, one of them with its files, and what is in them.

use daybook_schema::connections::Connection;

use super::asked::Shown;
use super::*;
use crate::settings::Variable;
use crate::settings::forms::{File, Form};

/// The page.
pub(super) fn page(row: &Connection, shown: &Shown) -> Markup {
    let name = text::plain(&row.name);
    let form = shown.asked.form;
    let body = html! {
        div.head {
            h1 { "Settings of " bdi { (&name) } }
            p.range { a href=(path_of(row.id)) { (public_id(row.id)) } }
        }
        (tabs(row.id, shown))
        section.card #form aria-labelledby="form-title" {
            h2 #form-title { (form.title) small { " " (form.purpose) } }
            @match form.files(&shown.options) {
                Ok(files) => { @for (number, file) in files.iter().enumerate() { (one_file(row.id, number, file, shown)) } },
                Err(refused) => p role="alert" { (status(Status::Warn, "Not written")) " " (text::plain(&refused.to_string())) },
            }
            (steps(form))
            (warnings(form.warnings.iter().copied().chain(shown.options.warnings())))
        }
        @if form.merges { (merged::panel(row.id, shown)) }
        (forms::choices(row.id, shown))
        (explained(&variables(&shown.options, form.way)))
    };
    layout::page(&shown.caller, PATH, &format!("Settings of {name}"), &body)
}

/// The forms there are, as links that keep the choices.
fn tabs(id: i32, shown: &Shown) -> Markup {
    html! {
        nav.tabs aria-label="Ways of delivery" {
            ul {
                @for form in FORMS {
                    li {
                        a href={ (settings_path(id)) "?" (forms::query(form, shown)) }
                            aria-current=[(form.id == shown.asked.form.id).then_some("page")] { (form.title) }
                    }
                }
            }
        }
    }
}

/// A file: where it goes, its text, and how to take it.
fn one_file(id: i32, number: usize, file: &File, shown: &Shown) -> Markup {
    let place = format!("file-{number}");
    html! {
        div.file {
            h3 { code { (file.name) } }
            dl.places {
                @for place in file.places { div { dt { (place.system) } dd { code { (place.path) } } } }
            }
            pre id=(place) tabindex="0" role="group" aria-label={ "Text of " (file.name) } { (&file.text) }
            div.buttons {
                (forms::take(id, file, shown, true))
                (forms::take(id, file, shown, false))
                @if !shown.has_token && file.text.contains(crate::settings::options::MASK) {
                    (forms::reveal(id, shown))
                }
            }
        }
    }
}

/// What to do, in order.
fn steps(form: &Form) -> Markup {
    html! {
        h3 { "What to do" }
        ol.steps { @for step in form.steps { li { (step) } } }
    }
}

/// What bites.
fn warnings<'a>(warnings: impl Iterator<Item = &'a str>) -> Markup {
    html! {
        h3 { "What bites" }
        ul.notes { @for warning in warnings { li { (status(Status::Warn, "Note")) " " (warning) } } }
    }
}

/// Each variable beside what it is for.
fn explained(variables: &[Variable]) -> Markup {
    html! {
        section.card aria-labelledby="explained" {
            h2 #explained { "What is in it" small { " " (variables.len()) " " (numbers::plural(i64::try_from(variables.len()).unwrap_or(i64::MAX), "variable", "variables")) } }
            div.scroll tabindex="0" role="group" aria-labelledby="explained" {
                table.prose {
                    thead { tr { th scope="col" { "Variable" } th scope="col" { "Value" } th scope="col" { "What it is for" } } }
                    tbody {
                        @for variable in variables {
                            tr {
                                th scope="row" { code { (variable.name) } }
                                td { code { bdi { (text::plain(&variable.value)) } } }
                                td { (variable.explains) }
                            }
                        }
                    }
                }
            }
        }
    }
}
