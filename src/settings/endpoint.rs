//! Addresses that settings may name: what the client can use, and nothing that bites later.

use std::net::IpAddr;

use super::Refused;

/// Longest address that is taken.
const MAX_BYTES: usize = 2_000;

/// Where the doors of telemetry are.
const PATH: &str = "/api/otel";

/// The endpoint at an address: this server's doors, unless it names a path.
pub(super) fn of(address: &str) -> Result<String, Refused> {
    let (start, path) = read("endpoint", address)?;
    for signal in ["/v1/metrics", "/v1/logs", "/v1/traces"] {
        if path.ends_with(signal) {
            return Err(Refused::new(
                "endpoint",
                format!("it ends with `{signal}`"),
                "leave that off: the client adds it",
            ));
        }
    }
    Ok(match path {
        "" => format!("{start}{PATH}"),
        path => format!("{start}{path}"),
    })
}

/// Where a collector is reached.
pub(super) fn collector(address: &str) -> Result<String, Refused> {
    let (start, path) = read("collector", address)?;
    if !path.is_empty() {
        let cause = "a collector's receiver has no path";
        return Err(Refused::new("collector", cause, "give its scheme, name and port alone"));
    }
    Ok(start.to_owned())
}

/// The scheme, name and port of an address, and its path without the last slash.
fn read<'a>(what: &str, address: &'a str) -> Result<(&'a str, &'a str), Refused> {
    let address = address.trim().trim_end_matches('/');
    let refuse = |cause: &str, cure: &str| Err(Refused::new(what, cause, cure));
    if address.len() > MAX_BYTES {
        return refuse("it is longer than any address", "give the address alone");
    }
    if !address.bytes().all(|byte| byte.is_ascii_graphic()) {
        let cure = "write names in punycode and percent-encode the path";
        return refuse("it has spaces or letters that no URL has", cure);
    }
    if address.contains(['"', '\'', '`', '\\', '<', '>', '{', '}', '^', '|', '$']) {
        return refuse("it has a sign that no URL has", "percent-encode it");
    }
    if address.contains(['?', '#']) {
        let cure = "leave it off: the token goes into a header";
        return refuse("it has a query or a fragment", cure);
    }
    let Some(rest) = address.strip_prefix("https://").or(address.strip_prefix("http://")) else {
        return refuse("it is no web address", "begin with https:// (or http://)");
    };
    let (authority, _) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return refuse(
            "it has a name or password in it",
            "leave it off: the token is sent instead",
        );
    }
    if !is_authority(authority) {
        return refuse(
            "its name or port cannot be",
            "for example https://daybook.example.com:8443",
        );
    }
    let start = address.len() - rest.len() + authority.len();
    Ok(address.split_at_checked(start).unwrap_or((address, "")))
}

/// Whether something is a name or an address, with a port or without.
fn is_authority(authority: &str) -> bool {
    let Some(host) = host_of(&format!("http://{authority}/")) else {
        return false;
    };
    let after = authority.trim_start_matches(['[', ']']).strip_prefix(host.as_str());
    let port = after.map(|rest| rest.trim_start_matches(']'));
    match port.and_then(|port| port.strip_prefix(':')) {
        Some(port) => port.parse::<u16>().is_ok_and(|port| port > 0),
        None => port == Some(""),
    }
}

/// The name in an address.
fn host_of(address: &str) -> Option<String> {
    let url = address.parse::<actix_web::http::Uri>().ok()?;
    let host = url.host()?.trim_matches(['[', ']']);
    (!host.is_empty()).then(|| host.to_owned())
}

/// Whether an address names the machine that reads it.
pub(super) fn is_loopback(address: &str) -> bool {
    host_of(address).is_some_and(|host| {
        host.eq_ignore_ascii_case("localhost")
            || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_path_gets_the_doors() {
        for (given, expected) in [
            ("https://daybook.example.com", "https://daybook.example.com/api/otel"),
            (" http://127.0.0.1:8080/ ", "http://127.0.0.1:8080/api/otel"),
            ("https://[::1]:8443", "https://[::1]:8443/api/otel"),
            ("https://example.com/daybook/api/otel/", "https://example.com/daybook/api/otel"),
        ] {
            assert_eq!(of(given).expect("taken"), expected);
        }
    }

    #[test]
    fn what_would_bite_is_refused_with_cause_and_cure() {
        for (given, cause) in [
            ("", "no web address"),
            ("daybook.example.com", "no web address"),
            ("ftp://example.com", "no web address"),
            ("https://", "no web address"),
            ("https://:443", "cannot be"),
            ("https://a:0", "cannot be"),
            ("https://a:99999", "cannot be"),
            ("https://a:", "cannot be"),
            ("https://me:secret@example.com", "password"),
            ("https://example.com/?token=1", "query"),
            ("https://example.com/#x", "query"),
            ("https://example.com/v1/metrics", "/v1/metrics"),
            ("https://exämple.com", "no URL has"),
            ("https://a b", "no URL has"),
            ("https://a\n.com", "no URL has"),
            ("https://a/${env:HOME}", "sign"),
            ("https://a/`id`", "sign"),
        ] {
            let refused = of(given).expect_err(given).to_string();
            assert!(refused.contains(cause), "{given}: {refused}");
        }
    }

    #[test]
    fn a_collector_has_no_path() {
        assert_eq!(collector("http://otel:4318/").expect("taken"), "http://otel:4318");
        assert!(collector("http://otel:4318/v1/logs").is_err());
    }

    #[test]
    fn names_of_the_own_machine_are_known() {
        for (address, expected) in [
            ("http://localhost:1/api/otel", true),
            ("http://127.1.2.3/api/otel", true),
            ("https://[::1]:8443/api/otel", true),
            ("https://localhost.example.com/", false),
            ("https://10.0.0.1/", false),
        ] {
            assert_eq!(is_loopback(address), expected, "{address}");
        }
    }
}
