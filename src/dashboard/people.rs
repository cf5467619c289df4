//! `/users`: who is counted and usage nobody is known of; `/users/{id}`: one user, what names
//! them, and who decides that. Nothing is decided before it was said what it moves.

pub(crate) mod list;
pub(crate) mod one;
mod identities;
mod decide;
mod team;
pub(crate) mod forms;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use daybook_schema::people::Totals;
use daybook_schema::users::{User, public_id};
use maud::{Markup, html};

use super::layout::{Status, status};
use super::{Trouble, answer, answer_with, layout, load, numbers, text};
use crate::access::Caller;
use crate::state::AppState;

/// Where the list is.
const PATH: &str = "/users";

/// Where a user's page is.
fn path_of(id: i64) -> String {
    format!("{PATH}/{}", public_id(id))
}

/// What a user is called: by email, by number, or by what stands in.
fn called(user: &User) -> String {
    let name = user.email.as_deref().or(user.name.as_deref()).or(user.stand_in.as_deref());
    text::plain(name.unwrap_or("unknown")).into_owned()
}

/// A day, with the time itself behind it.
fn day(at: Option<i64>) -> Markup {
    let Some(time) = at.and_then(DateTime::<Utc>::from_timestamp_micros) else {
        return html! { (numbers::UNKNOWN) };
    };
    html! {
        time datetime=(time.to_rfc3339()) title={ (time.format("%Y-%m-%d %H:%M:%S")) " UTC" } {
            (time.format("%Y-%m-%d"))
        }
    }
}

/// The heads of the columns of [`figures`].
fn figure_heads() -> Markup {
    html! {
        th.number scope="col" { "Sessions" }
        th.number scope="col" { "Input tokens" }
        th.number scope="col" { "Output tokens" }
        th.number scope="col" { "Cost" }
        th scope="col" { "First" }
        th scope="col" { "Last" }
    }
}

/// What a user did in all.
fn figures(totals: &Totals) -> Markup {
    html! {
        td.number { (numbers::exact(totals.sessions)) }
        td.number { (numbers::count(totals.input_tokens)) }
        td.number { (numbers::count(totals.output_tokens)) }
        td.number { (numbers::cost(totals.cost_micros)) }
        td { (day(totals.first_time)) }
        td { (day(totals.last_time)) }
    }
}
