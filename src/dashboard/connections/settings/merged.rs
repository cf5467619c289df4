//! The box a file is pasted into, and what came of it.

use super::asked::Shown;
use super::*;
use crate::settings::merge::{MAX_BYTES, Merged};

/// The panel.
pub(super) fn panel(id: i32, shown: &Shown) -> Markup {
    let action = format!("{}/merge#merge", settings_path(id));
    html! {
        section.card #merge aria-labelledby="merge-title" {
            h2 #merge-title { "Merge into a file that is there" small { " everything else in it stays as it is" } }
            form.add action=(action) method="post" aria-labelledby="merge-title" {
                (shown.caller.form_token())
                (forms::hidden(shown))
                label {
                    span { "The file as it is now; it is not kept" }
                    // A browser drops the first line break.
                    textarea name="pasted" rows="8" maxlength=(MAX_BYTES) spellcheck="false" placeholder="{ }" { "\n" (shown.asked.pasted) }
                }
                div.buttons { button.primary type="submit" { "Merge" } }
            }
            @match &shown.merged {
                None => {}
                Some(Ok(merged)) => (outcome(merged)),
                Some(Err(refused)) => div.outcome role="alert" {
                    p { (status(Status::Warn, "Not merged")) " " (text::plain(&refused.to_string())) }
                },
            }
        }
    }
}

/// What came out, and what changed.
fn outcome(merged: &Merged) -> Markup {
    html! {
        div.outcome role="status" {
            p { (status(Status::Ok, "Merged")) " The token is in it." }
            pre #merged tabindex="0" role="group" aria-label="The merged file" { (&merged.text) }
            div.buttons { button.primary type="button" data-copy="merged" hidden { "Copy the merged file" } }
            @for warning in &merged.warnings { p { (status(Status::Warn, "Note")) " " (text::plain(warning)) } }
            div.scroll tabindex="0" role="group" aria-label="What changed" {
                table.prose {
                    thead { tr { th scope="col" { "Variable" } th scope="col" { "What changed" } } }
                    tbody {
                        @for change in &merged.changes {
                            tr { th scope="row" { code { (change.name) } } td { bdi { (text::plain(&change.what.said())) } } }
                        }
                    }
                }
            }
        }
    }
}
