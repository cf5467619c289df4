//! The one-time setup link: makes the first admin token, and says what to do next.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use daybook_schema::tokens::{self as rows, ApiToken};
use maud::{DOCTYPE, Markup, html};

use crate::assets;
use crate::error::ApiError;
use crate::state::{AppState, now_micros};
use crate::tokens::{self, Purpose};

/// What the link shows before it is used.
pub async fn show(
    path: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let found = web::block(move || state.tokens.setup_link(&path)).await??;
    Ok(match found {
        Some(link) if link.used_at.is_none() => page(StatusCode::OK, &offer()),
        Some(_) => page(StatusCode::GONE, &used()),
        None => page(StatusCode::NOT_FOUND, &unknown()),
    })
}

/// Uses the link up and shows the token it makes, once.
pub async fn use_up(
    path: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let made = web::block(move || make_token(&state, &path)).await??;
    Ok(match made {
        Some(token) => page(StatusCode::OK, &done(&token)),
        None => page(StatusCode::GONE, &used()),
    })
}

/// The admin token; `None` when the link is unknown or was used.
fn make_token(state: &AppState, link: &str) -> Result<Option<String>, ApiError> {
    let Some(link) = state.tokens.setup_link(link)? else {
        return Ok(None);
    };
    let token = tokens::create(Purpose::Api).map_err(|_| ApiError::Unavailable)?;
    let row = ApiToken {
        id: token.id,
        name: "setup link".to_owned(),
        scope: "admin".to_owned(),
        secret_hash: token.secret_hash,
        created_at: now_micros(),
        revoked_at: None,
    };
    let first = state.store.write(|conn| {
        let first = rows::use_setup_link(conn, &link.id, now_micros())?;
        if first {
            rows::add_api(conn, &row)?;
        }
        Ok(first)
    })?;
    Ok(first.then_some(token.text))
}

/// A page. Nothing of it is kept by anybody on the way.
fn page(status: StatusCode, body: &Markup) -> HttpResponse {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Set up Daybook" }
                link rel="icon" href=(assets::url("icon.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(assets::url("style.css"));
            }
            body { main { h1 { "Set up Daybook" } (body) } }
        }
    };
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header(("Cache-Control", "no-store"))
        .body(page.into_string())
}

/// Before.
fn offer() -> Markup {
    html! {
        p { "This link works once. It makes the first admin token, for the REST API." }
        form method="post" { button type="submit" { "Make the admin token" } }
    }
}

/// After.
fn done(token: &str) -> Markup {
    html! {
        p { "Your admin token. It is shown this once; keep it where you keep passwords." }
        pre { code { (token) } }
        p { "Try it:" }
        pre { code { "curl -H 'Authorization: Bearer " (token) "' …/api/v1/status" } }
        p { a href="/" { "To the overview" } }
    }
}

/// Too late.
fn used() -> Markup {
    html! {
        p { "This link has been used. On the server, " code { "daybook api-token create NAME --scope admin" } " makes another token." }
    }
}

/// Never was one.
fn unknown() -> Markup {
    html! {
        p { "This is no setup link. The first start of " code { "daybook serve" } " prints it." }
    }
}
