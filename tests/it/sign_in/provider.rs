//! Signing in by OpenID Connect: who is let in, and what is not believed.

use serde_json::{Value, json};

use super::is_signed_in;
use crate::support::provider::{CLIENT, Provider};
use crate::support::{Answer, Browser, Server};

/// A server that trusts a provider.
fn server(provider: &Provider, more: &[&str]) -> Server {
    let known = ["--oidc-issuer", &provider.issuer, "--oidc-client-id", CLIENT];
    let secret = ["--oidc-client-secret", "only for tests"];
    Server::start_with(&[&known[..], &secret[..], more].concat())
}

/// Goes to the provider; the browser with its state, and where it was led.
fn led(server: &Server) -> (Browser, String) {
    let mut browser = Browser::new(server);
    let led = browser.get("/login/provider?next=%2Fdaily");
    assert_eq!(led.status, 303, "{}", String::from_utf8_lossy(&led.body));
    let cookie = led.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    browser.cookie = cookie.split(';').next().expect("a cookie").to_owned();
    (browser, led.header("location").to_owned())
}

/// Comes back from the provider.
fn come_back(browser: &Browser, code: &str, state: &str) -> Answer {
    browser.get(&format!("/login/provider/callback?code={code}&state={state}"))
}

/// The whole way; the answer at its end.
fn go_round(server: &Server, provider: &Provider) -> Answer {
    let (browser, url) = led(server);
    let (code, state) = provider.let_in(&url);
    come_back(&browser, &code, &state)
}

/// A browser with the login of an answer.
fn with_login(server: &Server, answer: &Answer) -> Browser {
    assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
    let cookies = answer.headers.get_all("set-cookie").iter();
    let cookies: Vec<&str> = cookies.map(|cookie| cookie.to_str().expect("text")).collect();
    let login = cookies.iter().find(|cookie| cookie.starts_with("daybook_local="));
    let cookie = login.expect("a login").split(';').next().expect("a cookie").to_owned();
    Browser { cookie, ..Browser::new(server) }
}

/// Fails unless nobody is signed in.
fn assert_refused(answer: &Answer, why: &str) {
    assert_eq!(answer.status, 403, "{why}");
    assert!(!answer.headers.contains_key("set-cookie"), "{why}");
}

/// The accounts there are.
fn accounts(server: &Server) -> Value {
    let said = server.command(&["account", "list", "--json"]);
    serde_json::from_str::<Value>(&said).expect("JSON")["data"].clone()
}

#[test]
fn who_the_provider_knows_is_signed_in_with_the_role_of_their_groups() {
    let provider = Provider::start();
    let groups = ["--oidc-admin-group", "ops", "--oidc-manager-group", "leads"];
    let server = server(&provider, &groups);
    for (named, role) in [
        (json!(["leads", "other"]), "manager"),
        (json!(["ops", "leads"]), "admin"),
        (json!([]), "viewer"),
        (json!("leads"), "manager"),
    ] {
        provider.claim(json!({"groups": named}));
        let answer = go_round(&server, &provider);
        assert_eq!(answer.header("location"), "/daily", "back where one wanted to go");
        assert!(is_signed_in(&with_login(&server, &answer)));
        let all = accounts(&server);
        assert_eq!(all.as_array().map(Vec::len), Some(1), "one account all the while");
        assert_eq!(all[0]["role"], role);
    }
    assert!(server.command(&["audit", "verify"]).contains("holds"));
}

#[test]
fn who_is_in_no_group_that_is_let_in_stays_out() {
    let provider = Provider::start();
    let server = server(&provider, &["--oidc-viewer-group", "developers"]);
    assert_refused(&go_round(&server, &provider), "no group");
    provider.claim(json!({"groups": ["developers"]}));
    assert!(is_signed_in(&with_login(&server, &go_round(&server, &provider))));
}

#[test]
fn a_token_that_is_not_for_us_now_is_not_believed() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let past = chrono::Utc::now().timestamp() - 3600;
    for (why, claims) in [
        ("audience", json!({"aud": "somebody else"})),
        ("another audience besides", json!({"aud": [CLIENT, "somebody else"]})),
        ("issuer", json!({"iss": "https://login.example.com"})),
        ("expired", json!({"exp": past, "iat": past - 60})),
        ("nonce", json!({"nonce": "of another sign-in"})),
        ("no nonce", json!({"nonce": null})),
        ("no email", json!({"email": null})),
        ("an email nobody verified", json!({"email_verified": false})),
    ] {
        provider.claim(claims);
        assert_refused(&go_round(&server, &provider), why);
    }
    assert_eq!(accounts(&server), json!([]));
    provider.claim(json!({}));
    assert!(is_signed_in(&with_login(&server, &go_round(&server, &provider))));
}

#[test]
fn an_address_of_which_nothing_is_said_is_believed_only_where_an_operator_says_so() {
    let provider = Provider::start();
    let strict = server(&provider, &[]);
    let trusting = server(&provider, &["--oidc-trust-email"]);
    provider.claim(json!({"email_verified": null}));
    assert_refused(&go_round(&strict, &provider), "nothing is said");
    assert!(is_signed_in(&with_login(&trusting, &go_round(&trusting, &provider))));
    provider.claim(json!({"email_verified": false}));
    assert_refused(&go_round(&trusting, &provider), "it says that it is not verified");
}

#[test]
fn a_token_that_nobody_or_somebody_else_signed_is_not_believed() {
    for algorithm in ["none", "HS256", "RS256"] {
        let provider = Provider::start();
        let server = server(&provider, &[]);
        provider.name_algorithm(algorithm);
        assert_refused(&go_round(&server, &provider), algorithm);
    }
    let provider = Provider::start();
    let server = server(&provider, &[]);
    provider.sign_with_another_key();
    assert_refused(&go_round(&server, &provider), "another key");
    assert_eq!(accounts(&server), json!([]));
}

#[test]
fn rolled_keys_are_asked_for() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    assert!(is_signed_in(&with_login(&server, &go_round(&server, &provider))));
    for name in ["second", "first"] {
        provider.roll_keys(name);
        assert!(is_signed_in(&with_login(&server, &go_round(&server, &provider))), "{name}");
    }
}

#[test]
fn a_sign_in_is_ended_once_and_by_the_browser_that_began_it() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let (browser, url) = led(&server);
    let (code, state) = provider.let_in(&url);
    let (other, _) = led(&server);
    assert_refused(&come_back(&other, &code, &state), "another browser");
    assert_refused(&come_back(&Browser::new(&server), &code, &state), "no browser");
    assert_refused(&come_back(&browser, &code, "x"), "another state");
    assert!(is_signed_in(&with_login(&server, &come_back(&browser, &code, &state))));
    assert_refused(&come_back(&browser, &code, &state), "replayed");
    let (again, _) = provider.let_in(&url);
    assert_refused(&come_back(&browser, &again, &state), "another code of the same sign-in");
}

#[test]
fn a_code_of_another_sign_in_is_not_taken() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let (_, of_somebody) = led(&server);
    let (code, _) = provider.let_in(&of_somebody);
    let (browser, own) = led(&server);
    let (_, state) = provider.let_in(&own);
    // What it was begun with is not what the code was given for.
    assert_refused(&come_back(&browser, &code, &state), "another's code");
}

#[test]
fn an_account_is_of_one_subject_and_a_disabled_one_of_nobody() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    server.sign_in("ada@example.com", "manager");
    assert!(is_signed_in(&with_login(&server, &go_round(&server, &provider))));
    assert_eq!(accounts(&server)[0]["role"], "manager", "linked by the verified address");
    provider.claim(json!({"sub": "somebody else"}));
    assert_refused(&go_round(&server, &provider), "another subject of the same address");
    provider.claim(json!({}));
    server.command(&["account", "disable", "ada@example.com"]);
    assert_refused(&go_round(&server, &provider), "disabled");
}

#[test]
fn without_a_provider_there_is_no_way_to_one() {
    let server = Server::start();
    assert_eq!(Browser::new(&server).get("/login/provider").status, 404);
    let page = server.get_with("/login", &[]);
    assert!(!String::from_utf8_lossy(&page.body).contains("organization"));
}
