//! Where a request comes from, as far as browsers and sockets say it.

use actix_web::HttpRequest;
use actix_web::http::header::{HOST, ORIGIN};

/// Whether a request comes from this machine, to a name of this machine, through no proxy.
///
/// The name is looked at because a web page elsewhere may resolve its own name to this
/// machine; forwarding headers because a proxy here speaks for people elsewhere.
pub fn is_local(request: &HttpRequest) -> bool {
    let local_peer = request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    let headers = request.headers();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"]
        .iter()
        .any(|name| headers.contains_key(*name));
    local_peer && is_local_name(host) && !forwarded
}

/// Whether a page of this server asks. Only browsers say so; no script can.
pub fn says_same_origin(request: &HttpRequest) -> bool {
    request.headers().get("sec-fetch-site").is_some_and(|site| site == "same-origin")
}

/// Whether something says that a page of this server asks: this or the `Origin`, which must be
/// this server's where there is one. Browsers on plain HTTP send the `Origin` alone.
pub fn is_from_page(request: &HttpRequest) -> bool {
    let says_origin = request.headers().contains_key(ORIGIN);
    !is_cross_site(request) && (says_same_origin(request) || says_origin)
}

/// Whether a browser says that a page of another site asks.
pub fn is_cross_site(request: &HttpRequest) -> bool {
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
