//! A pattern in the making: what was typed, and what came of trying or adding it.

use maud::{Markup, html};

use super::PATTERNS_PATH;
use crate::access::Caller;
use crate::dashboard::layout::{Status, status};
use crate::dashboard::{numbers, text};
use crate::ingest::patterns::{MAX_PATTERN_BYTES, MAX_SAMPLE_BYTES, Tried};

/// What was typed.
#[derive(Clone, Debug, Default)]
pub(in crate::dashboard) struct Draft {
    pub name: String,
    pub pattern: String,
    pub sample: String,
    pub confirmed: bool,
    pub outcome: Outcome,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(in crate::dashboard) enum Outcome {
    /// Nothing was asked yet.
    #[default]
    Nothing,
    /// It was tried on the sample.
    Tried(Tried),
    /// It was refused: why, and what to do.
    Refused(String),
    /// It matches ordinary text, of these kinds.
    Ordinary(Vec<&'static str>),
}

/// The form, and under it what came of the last time.
pub(super) fn form(draft: &Draft, caller: &Caller) -> Markup {
    let insists = draft.confirmed || matches!(draft.outcome, Outcome::Ordinary(_));
    html! {
        form.add #add action={ (PATTERNS_PATH) "#add" } method="post" aria-label="Add a pattern" {
            (caller.form_token())
            h3 { "Add a pattern" }
            label.type {
                span { "Type, as it stands in the marker" }
                input name="name" value=(draft.name) maxlength="48" autocomplete="off"
                    spellcheck="false" placeholder="project-code";
            }
            label.regex {
                span { "Pattern: a regular expression with bounded repetitions" }
                input name="pattern" value=(draft.pattern) maxlength=(MAX_PATTERN_BYTES) required
                    autocomplete="off" spellcheck="false" placeholder="PRJ-[0-9]{6}";
            }
            label.sample {
                span { "Sample to try it on; it is not kept" }
                // A browser drops the first line break.
                textarea name="sample" rows="4" maxlength=(MAX_SAMPLE_BYTES) spellcheck="false" { "\n" (draft.sample) }
            }
            @if insists {
                label.confirm {
                    input type="checkbox" name="confirm" value="yes" checked[draft.confirmed];
                    span { "Add it although it matches ordinary text" }
                }
            }
            div.buttons {
                button type="submit" name="action" value="test" { "Try it" }
                button.primary type="submit" name="action" value="add" { "Add" }
            }
            (outcome(draft))
        }
    }
}

/// What came of it.
fn outcome(draft: &Draft) -> Markup {
    html! {
        @match &draft.outcome {
            Outcome::Nothing => {}
            Outcome::Tried(tried) => div.outcome role="status" { (result(&draft.sample, tried)) },
            Outcome::Refused(reason) => div.outcome role="alert" {
                p { (status(Status::Warn, "Not added")) " " (text::plain(reason)) }
            },
            Outcome::Ordinary(ordinary) => div.outcome role="alert" { (matches_ordinary(ordinary)) },
        }
    }
}

/// Where it matches the sample.
fn result(sample: &str, tried: &Tried) -> Markup {
    let count = i64::try_from(tried.matches.len()).unwrap_or(i64::MAX);
    html! {
        p {
            strong { (numbers::exact(count)) " " (numbers::plural(count, "match", "matches")) }
            " in " (numbers::exact(i64::try_from(sample.len()).unwrap_or(i64::MAX))) " bytes"
        }
        @if !sample.is_empty() { pre tabindex="0" aria-label="The sample with its matches" { (marked(sample, tried)) } }
        @if tried.ordinary.is_empty() {
            p { (status(Status::Ok, "It matches no ordinary text")) }
        } @else {
            (matches_ordinary(&tried.ordinary))
        }
    }
}

/// The sample with its matches marked.
fn marked(sample: &str, tried: &Tried) -> Markup {
    let ends = std::iter::once(0).chain(tried.matches.iter().map(|found| found.end));
    let rest = tried.matches.last().map_or(0, |found| found.end);
    html! {
        @for (end, found) in ends.zip(&tried.matches) {
            (lines(sample.get(end..found.start)))
            mark { (lines(sample.get(found.clone()))) }
        }
        (lines(sample.get(rest..)))
    }
}

/// Text with its line breaks kept, and everything else that is not seen written out.
fn lines(text: Option<&str>) -> Markup {
    html! {
        @for (place, line) in text.unwrap_or_default().split('\n').enumerate() {
            @if place > 0 { "\n" }
            (text::plain(line.trim_end_matches('\r')))
        }
    }
}

/// What else it would hide.
fn matches_ordinary(ordinary: &[&str]) -> Markup {
    html! {
        p {
            (status(Status::Warn, "It matches ordinary text"))
            ", which would be hidden everywhere: " (ordinary.join(", ")) "."
        }
    }
}
