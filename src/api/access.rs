//! Who may read the API and the pages.

use actix_web::HttpRequest;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, HOST};
use actix_web::middleware::Next;
use actix_web::web;

use crate::error::ApiError;
use crate::state::AppState;
use crate::tokens;

/// Lets in who sends a live API token, and links of the pages to who may read these.
pub async fn reader(request: &HttpRequest, state: &web::Data<AppState>) -> Result<(), ApiError> {
    if is_local(request) && is_from_page(request) {
        return Ok(());
    }
    let header = request.headers().get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    let token = header.and_then(tokens::bearer).ok_or(ApiError::NoToken)?.to_owned();
    let state = state.clone();
    let found = web::block(move || state.tokens.api(&token)).await??;
    found.map(drop).ok_or(ApiError::WrongToken)
}

/// Lets in who sits at this machine, or sends a live API token: until there is sign-in, pages
/// answer nobody else.
pub async fn pages(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if !is_local(request.request()) {
        let state = request.app_data::<web::Data<AppState>>().cloned();
        reader(request.request(), &state.ok_or(ApiError::Unavailable)?).await?;
    }
    next.call(request).await
}

/// Whether a request comes from this machine, to a name of this machine, through no proxy.
///
/// The name is looked at because a web page elsewhere may resolve its own name to this
/// machine; forwarding headers because a proxy here speaks for people elsewhere.
fn is_local(request: &HttpRequest) -> bool {
    let local_peer = request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    let headers = request.headers();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"]
        .iter()
        .any(|name| headers.contains_key(*name));
    local_peer && is_local_name(host) && !forwarded
}

/// Whether a page of this server asks. Only browsers say so; no script can.
fn is_from_page(request: &HttpRequest) -> bool {
    request.headers().get("sec-fetch-site").is_some_and(|site| site == "same-origin")
}

/// Whether a `Host` header names this machine.
fn is_local_name(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        for host in ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8080", "LOCALHOST"] {
            assert!(is_local_name(host), "{host}");
        }
        for host in
            ["example.com", "localhost.example.com", "10.0.0.1", "", "127.0.0.1.example.com"]
        {
            assert!(!is_local_name(host), "{host}");
        }
    }
}
