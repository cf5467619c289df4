//! `/connections`: who reports and how it goes; `/connections/{id}`: one of them, its tokens,
//! whether it works, and what to do where it does not.

pub(crate) mod list;
pub(crate) mod one;
mod condition;
mod steps;
mod health;
mod refused;
mod tokens;
mod facts;
pub(crate) mod forms;
pub(crate) mod settings;
pub(crate) mod attributes;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use daybook_schema::connections::{Choice, public_id};
use daybook_schema::{QueryResult, connections, ingest_tokens};
use maud::{Markup, html};

use super::layout::{Status, status};
use super::{Trouble, address, answer, answer_with, layout, load, numbers, text};
use crate::access::Caller;
use crate::connections::health::State;
use crate::state::AppState;

/// Where the list is.
const PATH: &str = "/connections";

/// Where a connection's page is.
fn path_of(id: i32) -> String {
    format!("{PATH}/{}", public_id(id))
}

/// How long ago something was, with the time itself behind it.
fn ago(at: Option<i64>, now: DateTime<Utc>) -> Markup {
    let Some(at) = at else {
        return html! { (numbers::UNKNOWN) };
    };
    let time = DateTime::from_timestamp_micros(at).unwrap_or_default();
    let passed = (now - time).num_microseconds().unwrap_or(i64::MAX).max(0);
    html! {
        time datetime=(time.to_rfc3339()) title={ (time.format("%Y-%m-%d %H:%M:%S")) " UTC" } {
            (numbers::duration(passed)) " ago"
        }
    }
}

/// A selection among choices, one of which may be none.
fn select(name: &str, choices: &[Choice], chosen: Option<&str>, none: Option<&str>) -> Markup {
    html! {
        select name=(name) {
            @if let Some(none) = none { option value="" selected[chosen.is_none()] { (none) } }
            @for choice in choices {
                option value=(choice.value) selected[chosen == Some(choice.value)] { (choice.label) }
            }
        }
    }
}

/// The label of a value among choices.
fn label_of(value: Option<&str>, choices: &[Choice]) -> &'static str {
    let found = choices.iter().find(|choice| Some(choice.value) == value);
    found.map_or(numbers::UNKNOWN, |choice| choice.label)
}
