//! What stands round a page of few words.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::{DOCTYPE, Markup, html};

use crate::assets;

/// A page as an answer. Nothing of it is kept by anybody on the way.
pub fn answer(status: StatusCode, title: &str, body: &Markup) -> HttpResponse {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Daybook" }
                link rel="icon" href=(assets::url("icon.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(assets::url("style.css"));
            }
            body.plain {
                main {
                    p.brand { "Daybook" }
                    section.card.narrow { h1 { (title) } (body) }
                }
            }
        }
    };
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header(("Cache-Control", "no-store"))
        .body(page.into_string())
}

/// Why what was sent was not taken, if it was not.
pub fn trouble(reason: Option<&str>) -> Markup {
    html! {
        @if let Some(reason) = reason { p.trouble role="alert" { (reason) } }
    }
}
