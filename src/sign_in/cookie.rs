//! The cookie of a login, and how the request came that carries it.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::HeaderMap;

use super::settings::Settings;
use crate::access::origin;

/// The cookie's name where only TLS carries it; browsers take it from this very host alone.
const SECURE_NAME: &str = "__Host-daybook";

/// Its name on the loopback without TLS.
const LOCAL_NAME: &str = "daybook_local";

/// How a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By TLS, to here or to a proxy that is trusted.
    Tls,
    /// From this machine to this machine.
    Loopback,
    /// Readable for whoever is in between: nobody signs in so.
    Plain,
}

impl Way {
    /// How this request came.
    pub fn of(request: &HttpRequest, settings: &Settings) -> Way {
        let proxy = is_from_proxy(request, settings);
        let forwarded_tls = || last(request.headers(), "x-forwarded-proto") == Some("https");
        match () {
            () if settings.speaks_tls || (proxy && forwarded_tls()) => Way::Tls,
            () if origin::is_local(request) => Way::Loopback,
            () => Way::Plain,
        }
    }

    /// The cookie's name.
    fn name(self) -> Option<&'static str> {
        match self {
            Way::Tls => Some(SECURE_NAME),
            Way::Loopback => Some(LOCAL_NAME),
            Way::Plain => None,
        }
    }
}

/// Where a request came from, as far as that is known for sure.
pub fn address(request: &HttpRequest, settings: &Settings) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    if !is_from_proxy(request, settings) {
        return peer;
    }
    // What the proxy itself added stands last; everything before it is the client's word.
    last(request.headers(), "x-forwarded-for").and_then(|text| text.parse().ok()).or(peer)
}

/// Whether a proxy that is trusted asks.
fn is_from_proxy(request: &HttpRequest, settings: &Settings) -> bool {
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    peer.is_some_and(|peer| settings.trusted_proxies.contains(&peer))
}

/// The last item of the last header of a name.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let header = headers.get_all(name).last()?.to_str().ok()?;
    header.rsplit(',').next().map(str::trim)
}

/// What the cookie of a login says; `None` where there is none, or nobody may sign in.
pub fn read(request: &HttpRequest, settings: &Settings) -> Option<String> {
    let name = Way::of(request, settings).name()?;
    request.cookie(name).map(|cookie| cookie.value().to_owned())
}

/// The cookie of a new login; `None` where nobody may sign in.
pub fn of_login(way: Way, text: String, settings: &Settings) -> Option<Cookie<'static>> {
    let seconds = i64::try_from(settings.longest.as_secs()).unwrap_or(i64::MAX);
    let age = actix_web::cookie::time::Duration::seconds(seconds);
    Some(cookie(way, text)?.max_age(age).finish())
}

/// The cookie that takes a login's away.
pub fn of_nobody(way: Way) -> Option<Cookie<'static>> {
    let mut nothing = cookie(way, String::new())?.finish();
    nothing.make_removal();
    Some(nothing)
}

/// The cookie that a browser keeps while it signs in elsewhere: the state it brings back.
pub fn of_flow(way: Way, state: String) -> Option<Cookie<'static>> {
    let ten_minutes = actix_web::cookie::time::Duration::minutes(10);
    Some(flow_cookie(way, state)?.max_age(ten_minutes).finish())
}

/// The cookie that takes it away.
pub fn of_no_flow(way: Way) -> Option<Cookie<'static>> {
    let mut nothing = flow_cookie(way, String::new())?.finish();
    nothing.make_removal();
    Some(nothing)
}

/// The state that a browser kept.
pub fn read_flow(request: &HttpRequest, way: Way) -> Option<String> {
    request.cookie(&flow_name(way)?).map(|cookie| cookie.value().to_owned())
}

/// The name of that cookie.
fn flow_name(way: Way) -> Option<String> {
    way.name().map(|name| format!("{name}_flow"))
}

/// That cookie.
fn flow_cookie(way: Way, state: String) -> Option<actix_web::cookie::CookieBuilder<'static>> {
    let name = flow_name(way)?;
    let cookie = Cookie::build(name, state).path("/").http_only(true);
    Some(cookie.secure(way == Way::Tls).same_site(SameSite::Lax))
}

/// A cookie of this server alone, that no script reads and no other site's form sends.
fn cookie(way: Way, text: String) -> Option<actix_web::cookie::CookieBuilder<'static>> {
    let cookie = Cookie::build(way.name()?, text)
        .path("/")
        .http_only(true)
        .secure(way == Way::Tls)
        .same_site(SameSite::Lax);
    Some(cookie)
}
