//! Who may change something: an admin's token, or a page of this server that an admin looks at.

use super::{OWN, PATTERNS};
use crate::support::Answer;

/// Every write, and what would be in its body.
const WRITES: [(&str, &str, &str, &str); 6] = [
    ("POST", PATTERNS, "application/json", r#"{"name":"forbidden","pattern":"FRB-[0-9]{4}"}"#),
    (
        "POST",
        "/api/v1/redaction-patterns/test",
        "application/json",
        r#"{"pattern":"x","sample":""}"#,
    ),
    ("PATCH", "/api/v1/redaction-patterns/x", "application/json", r#"{"enabled":true}"#),
    ("PATCH", "/api/v1/connections/con_1", "application/json", r#"{"only_needed":true}"#),
    ("POST", "/security/patterns", FORM, "name=forbidden&pattern=FRB-%5B0-9%5D%7B4%7D&action=add"),
    ("POST", "/security/patterns/x", FORM, "action=delete"),
];

/// The media type of forms.
const FORM: &str = "application/x-www-form-urlencoded";

/// Sends a write with some headers.
fn write(of: (&str, &str, &str, &str), headers: &[(&str, &str)]) -> Answer {
    let (method, path, media, body) = of;
    let mut all = vec![("Content-Type", media)];
    all.extend_from_slice(headers);
    OWN.server.call(method, path, &all, body.as_bytes())
}

/// Fails unless every write is refused.
fn assert_refused(status: u16, headers: &[(&str, &str)]) {
    for of in WRITES {
        assert_eq!(write(of, headers).status, status, "{} {} {headers:?}", of.0, of.1);
    }
    let deleted = OWN.server.call("DELETE", "/api/v1/redaction-patterns/x", headers, b"");
    assert_eq!(deleted.status, status, "DELETE {headers:?}");
    assert_eq!(OWN.pattern("forbidden"), None);
    assert_eq!(OWN.server.get("/api/v1/connections").json()["data"][0]["only_needed"], false);
}

#[test]
fn without_a_token_nothing_is_written() {
    assert_refused(401, &[]);
    assert_refused(401, &[("Authorization", "Bearer dbk_api_0000000000000000_0")]);
}

#[test]
fn a_token_that_reads_does_not_write() {
    let authorization = format!("Bearer {}", OWN.server.token("read"));
    assert_refused(403, &[("Authorization", &authorization)]);
}

#[test]
fn what_another_sites_page_sends_is_refused() {
    let own = OWN.server.url.clone();
    let authorization = format!("Bearer {}", OWN.token);
    for site in ["cross-site", "same-site", "nonsense"] {
        assert_refused(403, &[("Sec-Fetch-Site", site), ("Origin", &own)]);
        assert_refused(403, &[("Sec-Fetch-Site", site), ("Authorization", &authorization)]);
    }
    for origin in ["null", "https://example.com", "http://127.0.0.1:1", "http://localhost"] {
        assert_refused(403, &[("Sec-Fetch-Site", "same-origin"), ("Origin", origin)]);
        assert_refused(403, &[("Authorization", &authorization), ("Origin", origin)]);
    }
}

#[test]
fn a_page_without_its_origin_or_from_elsewhere_needs_a_token() {
    let own = OWN.server.url.clone();
    assert_refused(401, &[("Origin", &own)]);
    assert_refused(401, &[("Sec-Fetch-Site", "same-origin")]);
    let page = [("Sec-Fetch-Site", "same-origin"), ("Origin", own.as_str())];
    for elsewhere in [("X-Forwarded-For", "192.0.2.1"), ("Via", "1.1 proxy")] {
        assert_refused(401, &[page[0], page[1], elsewhere]);
    }
    let name = [page[0], ("Origin", "http://rebound.example"), ("Host", "rebound.example")];
    assert_refused(401, &name);
}

#[test]
fn a_page_of_this_server_writes() {
    let own = OWN.server.url.clone();
    let page = [
        ("Sec-Fetch-Site", "same-origin"),
        ("Origin", own.as_str()),
        ("Cookie", OWN.browser.cookie.as_str()),
    ];
    assert_eq!(write(WRITES[1], &page).status, 200);
    let name =
        ("POST", PATTERNS, "application/json", r#"{"name":"paged","pattern":"PGD-[0-9]{4}"}"#);
    assert_eq!(write(name, &page).status, 201);
}

#[test]
fn what_is_asked_with_another_method_is_told_the_right_one() {
    let authorization = format!("Bearer {}", OWN.token);
    let headers = [("Authorization", authorization.as_str())];
    for (method, path, allowed) in [
        ("DELETE", PATTERNS, "GET, POST"),
        ("PATCH", "/api/v1/redaction-patterns/test", "POST"),
        ("POST", "/api/v1/redaction-patterns/x", "PATCH, DELETE"),
        ("DELETE", "/api/v1/connections", "GET, POST"),
        ("POST", "/api/v1/connections/con_1", "GET, PATCH"),
        ("POST", "/api/v1/detections", "GET"),
        ("POST", "/api/v1/detections/counts", "GET"),
        ("POST", "/api/v1/redaction-rules", "GET"),
    ] {
        let answer = OWN.server.call(method, path, &headers, b"");
        assert_eq!((answer.status, answer.header("allow")), (405, allowed), "{method} {path}");
    }
}

#[test]
fn what_shows_redaction_is_read_with_a_token_alone() {
    for path in [
        "/api/v1/detections?from=2026-11-01&to=2026-11-30",
        "/api/v1/detections/counts?from=2026-11-01&to=2026-11-30",
        "/api/v1/redaction-rules",
        PATTERNS,
        "/api/v1/connections",
    ] {
        assert_eq!(OWN.server.get_with(path, &[]).status, 401, "{path}");
        assert_eq!(OWN.server.get(path).status, 200, "{path}");
    }
}
