//! Pages that are no figures: signing in, the links that let somebody in, and who is not let in.

pub mod frame;
pub mod setup;
pub mod login;
pub mod provider;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::html;

/// Somebody signed in whose role does not reach.
pub fn forbidden() -> HttpResponse {
    let body = html! {
        p { "Your account may not see this page. An admin can give it another role." }
        p.buttons { a.button.primary href="/me" { "See what is stored about you" } }
    };
    frame::answer(StatusCode::FORBIDDEN, "Not for this account", &body)
}
