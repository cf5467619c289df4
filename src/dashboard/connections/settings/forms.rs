//! The forms of the page: choices, and taking a file. All work without script.

use super::asked::Shown;
use super::*;
use crate::dashboard::filter::View;
use crate::settings::forms::{File, Form};
use crate::settings::options::{CHOICES, Choice, Kind};

/// The query of a form with the choices that were made.
pub(super) fn query(form: &Form, shown: &Shown) -> String {
    let form = std::iter::once(("form", Some(form.id)));
    let choices = shown.asked.choices.iter().map(|(name, value)| (name.as_str(), Some(&**value)));
    View::query(&form.chain(choices).collect::<Vec<_>>())
}

/// The same as fields that nobody sees.
pub(super) fn hidden(shown: &Shown) -> Markup {
    html! {
        input type="hidden" name="form" value=(shown.asked.form.id);
        @for (name, value) in &shown.asked.choices { input type="hidden" name=(name) value=(value); }
    }
}

/// A button that copies a file, or downloads it.
pub(super) fn take(id: i32, file: &File, shown: &Shown, is_copy: bool) -> Markup {
    let action = format!("{}/file", settings_path(id));
    let label = if is_copy { "Copy" } else { "Download" };
    html! {
        form action=(action) method="post" data-copy-secret[is_copy] hidden[is_copy] {
            (shown.caller.form_token())
            (hidden(shown))
            button.primary[is_copy] type="submit" name="file" value=(file.name) aria-label={ (label) " " (file.name) } { (label) }
        }
    }
}

/// A button that shows the token.
pub(super) fn reveal(id: i32, shown: &Shown) -> Markup {
    html! {
        form action=(settings_path(id)) method="post" {
            (shown.caller.form_token())
            (hidden(shown))
            button type="submit" { "Show with the token" }
        }
    }
}

/// What can be chosen.
pub(super) fn choices(id: i32, shown: &Shown) -> Markup {
    html! {
        section.card #choices aria-labelledby="choices-title" {
            h2 #choices-title { "Choices" }
            @if let Some(refused) = &shown.refused {
                p role="alert" { (status(Status::Warn, "Not chosen")) " " (text::plain(&refused.to_string())) }
            }
            form.facts action=(settings_path(id)) method="get" {
                input type="hidden" name="form" value=(shown.asked.form.id);
                div.choice {
                    label {
                        span { "Endpoint" }
                        input name="endpoint" value=(shown.asked.chosen("endpoint").unwrap_or(&shown.options.endpoint)) maxlength="2000" autocomplete="off" spellcheck="false" aria-describedby="about-endpoint";
                    }
                    small #about-endpoint { "Where developers reach this server. Taken from the address of this page unless you say it." }
                }
                @for choice in CHOICES { (one(choice, shown)) }
                div.buttons { button.primary type="submit" { "Apply" } }
            }
        }
    }
}

/// One choice, explained beside it.
fn one(choice: &Choice, shown: &Shown) -> Markup {
    let about = format!("about-{}", choice.name);
    let typed = shown.asked.chosen(choice.name).unwrap_or_default();
    html! {
        div.choice {
            label {
                span { (choice.label) }
                @match choice.kind {
                    Kind::OneOf(words) => select name=(choice.name) aria-describedby=(about) {
                        @for (word, label) in words {
                            option value=(word) selected[shown.options.chosen(choice.name) == *word] { (label) }
                        }
                    },
                    Kind::Milliseconds(usual) => input name=(choice.name) value=(typed) inputmode="numeric" maxlength="8" placeholder=(usual) autocomplete="off" aria-describedby=(about);,
                    Kind::Url(usual) => input name=(choice.name) value=(typed) maxlength="2000" placeholder=(usual) autocomplete="off" spellcheck="false" aria-describedby=(about);,
                }
            }
            small id=(about) { (choice.explains) }
        }
    }
}
