//! What another site's page makes a browser send is refused, whatever cookie goes with it.

use super::is_signed_in;
use crate::support::browser::{PASSWORD, form};
use crate::support::{Browser, Server};

/// A server, and its admin's browser.
fn admin() -> (Server, Browser) {
    let server = Server::start();
    let browser = server.sign_in("ada@example.com", "admin");
    (server, browser)
}

#[test]
fn a_form_of_another_site_does_nothing() {
    let (server, browser) = admin();
    let body = form(&[("form_token", &browser.form_token)]);
    let own = browser.url.clone();
    for headers in [
        &[("Origin", "https://example.com")][..],
        &[("Origin", "null")],
        &[("Origin", own.as_str()), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", own.as_str()), ("Sec-Fetch-Site", "same-site")],
        // A browser says where a form comes from; what says nothing is no page of ours.
        &[],
    ] {
        assert_eq!(browser.send("/logout", headers, &body).status, 403, "{headers:?}");
    }
    assert!(is_signed_in(&browser));
    assert_eq!(browser.send("/logout", &[("Origin", &own)], &body).status, 303);
    drop(server);
}

#[test]
fn a_form_without_the_token_of_this_login_does_nothing() {
    let (server, browser) = admin();
    let other = server.sign_in("bob@example.com", "admin");
    let own = [("Origin", browser.url.as_str()), ("Sec-Fetch-Site", "same-origin")];
    for token in ["", "0", other.form_token.as_str()] {
        let answer = browser.send("/logout", &own, &form(&[("form_token", token)]));
        assert_eq!((answer.status, answer.json()["title"].as_str()), (403, Some("stale form")));
    }
    assert_eq!(browser.send("/logout", &own, "").status, 403);
    assert!(is_signed_in(&browser));
}

#[test]
fn another_sites_page_signs_nobody_in() {
    let (_server, browser) = admin();
    let body = form(&[("email", "ada@example.com"), ("password", PASSWORD)]);
    let foreign = [("Origin", "https://example.com"), ("Sec-Fetch-Site", "cross-site")];
    let answer = browser.send("/login", &foreign, &body);
    assert_eq!((answer.status, answer.header("set-cookie")), (403, ""));
}

#[test]
fn a_cookie_writes_json_only_from_a_page_of_this_server() {
    let (server, browser) = admin();
    let json = |headers: &[(&str, &str)]| {
        let mut all =
            vec![("Content-Type", "application/json"), ("Cookie", browser.cookie.as_str())];
        all.extend_from_slice(headers);
        let body = br#"{"pattern":"x","sample":""}"#;
        server.call("POST", "/api/v1/redaction-patterns/test", &all, body).status
    };
    let own = ("Origin", browser.url.as_str());
    assert_eq!(json(&[own]), 200);
    assert_eq!(json(&[]), 403);
    assert_eq!(json(&[("Origin", "https://example.com")]), 403);
    assert_eq!(json(&[own, ("Sec-Fetch-Site", "cross-site")]), 403);
}

#[test]
fn signing_in_leads_to_no_other_site() {
    let (server, _) = admin();
    let lead = |next: &str| {
        let fields = [("email", "ada@example.com"), ("password", PASSWORD), ("next", next)];
        Browser::new(&server).submit("/login", &fields).header("location").to_owned()
    };
    assert_eq!(lead("/daily?range=7d"), "/daily?range=7d");
    for next in ["https://example.com", "//example.com", "/\\example.com", "javascript:alert(1)"] {
        assert_eq!(lead(next), "/", "{next}");
    }
}
