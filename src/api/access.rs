//! Who may read the API and the pages, and who may change what they show.

use actix_web::HttpRequest;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, HOST, ORIGIN};
use actix_web::middleware::Next;
use actix_web::web;
use daybook_schema::tokens::ApiToken;

use crate::error::ApiError;
use crate::state::AppState;
use crate::tokens;

/// Lets in who sends a live API token, and links of the pages to who may read these.
pub async fn reader(request: &HttpRequest, state: &web::Data<AppState>) -> Result<(), ApiError> {
    if is_local(request) && is_from_page(request) {
        return Ok(());
    }
    token(request, state).await.map(drop)
}

/// Lets in who sends a live API token of scope admin, and the pages' own forms for who may
/// read these.
///
/// A browser sends requests of any page anywhere, so what says that it was another site's is
/// believed, with a token or without.
pub async fn writer(request: &HttpRequest, state: &web::Data<AppState>) -> Result<(), ApiError> {
    if is_cross_site(request) {
        return Err(ApiError::CrossSite);
    }
    if is_local(request) && is_from_page(request) && request.headers().contains_key(ORIGIN) {
        return Ok(());
    }
    match token(request, state).await?.scope.as_str() {
        "admin" => Ok(()),
        _ => Err(ApiError::Forbidden),
    }
}

/// The live API token a request carries.
async fn token(request: &HttpRequest, state: &web::Data<AppState>) -> Result<ApiToken, ApiError> {
    let header = request.headers().get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    let token = header.and_then(tokens::bearer).ok_or(ApiError::NoToken)?.to_owned();
    let state = state.clone();
    let found = web::block(move || state.tokens.api(&token)).await??;
    found.ok_or(ApiError::WrongToken)
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

/// Whether a browser says that a page of another site asks.
fn is_cross_site(request: &HttpRequest) -> bool {
    let headers = request.headers();
    let site = headers.get("sec-fetch-site");
    let other_site = site.is_some_and(|site| site != "same-origin" && site != "none");
    let host = headers.get(HOST).map_or(&b""[..], |host| host.as_bytes());
    let other_origin =
        headers.get(ORIGIN).is_some_and(|origin| !is_origin_of(origin.as_bytes(), host));
    other_site || other_origin
}

/// Whether an `Origin` is of a host: `null` is of none.
fn is_origin_of(origin: &[u8], host: &[u8]) -> bool {
    let name = origin.strip_prefix(b"http://").or_else(|| origin.strip_prefix(b"https://"));
    name.is_some_and(|name| !name.is_empty() && name.eq_ignore_ascii_case(host))
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
    fn an_origin_is_of_its_host_and_port_alone() {
        let is = |origin: &str, host: &str| is_origin_of(origin.as_bytes(), host.as_bytes());
        assert!(is("http://127.0.0.1:8080", "127.0.0.1:8080"));
        assert!(is("https://Daybook.example.com", "daybook.example.com"));
        for origin in
            ["null", "", "http://", "http://127.0.0.1:8081", "http://127.0.0.1:8080.example.com"]
        {
            assert!(!is(origin, "127.0.0.1:8080"), "{origin}");
        }
        assert!(!is("http://", ""));
    }

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
