//! Logins begin anew at each sign-in, and end: by signing out, by time, by a changed password.

use daybook::tokens::{self, Purpose};
use daybook_schema::logins::{self, Login};

use super::{is_signed_in, sign_in};
use crate::support::browser::PASSWORD;
use crate::support::server::until;
use crate::support::{Browser, Server};

/// A day and an hour in microseconds.
const DAY: i64 = 86_400_000_000;
const HOUR: i64 = DAY / 24;

/// A browser that signed in some time ago and was last seen some time ago.
fn long_ago(server: &Server, began: i64, seen: i64) -> Browser {
    let token = tokens::create(Purpose::Login).expect("a token");
    let now = daybook::state::now_micros();
    let login = Login {
        id: token.id,
        secret_hash: token.secret_hash,
        account_id: 1,
        created_at: now - began,
        last_seen_at: now - seen,
        expires_at: now - began + 30 * DAY,
    };
    server.store().write(|conn| logins::begin(conn, &login)).expect("written");
    let cookie = format!("daybook_local={}", token.text);
    Browser { cookie, ..Browser::new(server) }
}

#[test]
fn signing_in_takes_no_cookie_that_was_there_before() {
    let server = Server::start();
    let first = server.sign_in("ada@example.com", "admin");
    let mut fixed = Browser { form_token: String::new(), ..first.clone() };
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    let answer = fixed.submit("/login", &fields);
    fixed.keep(&answer);
    assert_ne!(first.cookie, fixed.cookie, "another login");
    let mut planted = Browser::new(&server);
    planted.cookie = "daybook_local=dbk_login_0000000000000000_0".to_owned();
    let answer = planted.submit("/login", &fields);
    planted.keep(&answer);
    assert!(!planted.cookie.contains("0000000000000000_0"));
}

#[test]
fn a_copy_of_the_cookie_opens_nothing_after_signing_out() {
    let server = Server::start();
    let browser = server.sign_in("ada@example.com", "admin");
    let elsewhere = sign_in(&server, "ada@example.com");
    let copy = browser.clone();
    let answer = browser.submit("/logout", &[]);
    assert_eq!((answer.status, answer.header("location")), (303, "/login"));
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert!(!is_signed_in(&copy), "replayed");
    assert_eq!(copy.submit("/logout", &[]).status, 401);
    assert!(is_signed_in(&elsewhere), "the other login is its own");
}

#[test]
fn a_login_ends_when_nobody_uses_it_and_at_last_in_any_case() {
    let server = Server::start();
    server.sign_in("ada@example.com", "admin");
    assert!(is_signed_in(&long_ago(&server, 11 * HOUR, 11 * HOUR)));
    assert!(!is_signed_in(&long_ago(&server, 12 * HOUR, 12 * HOUR)), "idle");
    assert!(is_signed_in(&long_ago(&server, 29 * DAY, HOUR)));
    assert!(!is_signed_in(&long_ago(&server, 30 * DAY, HOUR)), "absolute");
    let used = long_ago(&server, 11 * HOUR, 11 * HOUR);
    assert!(is_signed_in(&used));
    let id = used.cookie.split('_').nth(3).expect("an id").to_owned();
    let (store, recently) = (server.store(), daybook::state::now_micros() - HOUR);
    // Use is noted, by the way.
    until(|| {
        let login = store.read(|conn| logins::by_id(conn, &id)).expect("read").expect("kept");
        login.last_seen_at > recently
    });
}

#[test]
fn an_operator_says_when_a_login_ends() {
    let server = Server::start_with(&["--login-idle-hours", "1", "--login-days", "2"]);
    server.sign_in("ada@example.com", "admin");
    assert!(!is_signed_in(&long_ago(&server, HOUR, HOUR)));
    assert!(!is_signed_in(&long_ago(&server, 2 * DAY, 0)));
}

#[test]
fn a_changed_password_ends_every_login_of_the_account_and_no_other() {
    let server = Server::start();
    let mut browser = server.sign_in("ada@example.com", "admin");
    let (elsewhere, other) =
        (sign_in(&server, "ada@example.com"), server.sign_in("bob@example.com", "viewer"));
    let new = "another horse battery staple";
    let fields = |current| [("current", current), ("password", new), ("again", new)];
    let wrong = browser.submit("/settings/password", &fields("wrong"));
    assert_eq!(wrong.status, 403);
    assert!(is_signed_in(&elsewhere));
    let changed = browser.submit("/settings/password", &fields(PASSWORD));
    let before = browser.clone();
    browser.keep(&changed);
    assert!(is_signed_in(&browser));
    assert!(!is_signed_in(&before) && !is_signed_in(&elsewhere));
    assert!(is_signed_in(&other));
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    assert_eq!(Browser::new(&server).submit("/login", &fields).status, 401);
}

#[test]
fn a_disabled_account_is_signed_out_and_cannot_sign_in() {
    let server = Server::start();
    server.sign_in("admin@example.com", "admin");
    let browser = server.sign_in("ada@example.com", "viewer");
    server.command(&["account", "disable", "ada@example.com"]);
    assert!(!is_signed_in(&browser));
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    assert_eq!(Browser::new(&server).submit("/login", &fields).status, 401);
    server.command(&["account", "enable", "ada@example.com"]);
    assert!(!is_signed_in(&browser), "what ended stays so");
    assert!(is_signed_in(&sign_in(&server, "ada@example.com")));
}

#[test]
fn the_last_admin_is_not_disabled() {
    let server = Server::start();
    server.sign_in("admin@example.com", "admin");
    let refused = server.refused(&["account", "disable", "admin@example.com"]);
    assert!(refused.contains("last admin"), "{refused}");
}

#[test]
fn the_cookie_is_for_this_server_alone() {
    let server = Server::start();
    server.sign_in("ada@example.com", "admin");
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    let answer = Browser::new(&server).submit("/login", &fields);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("daybook_local=dbk_login_"), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
}

#[test]
fn behind_a_trusted_proxy_the_cookie_is_for_tls_alone() {
    let server = Server::start_with(&["--trusted-proxy", "127.0.0.1"]);
    server.sign_in("ada@example.com", "admin");
    let fields = "email=ada%40example.com&password=correct+horse+battery+staple";
    let tls = [("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "192.0.2.1")];
    let answer = Browser::new(&server).send("/login", &tls, fields);
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-daybook=") && cookie.contains("Secure"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a cookie");
    let with = [tls[0], tls[1], ("Cookie", cookie)];
    assert_eq!(server.get_with("/settings", &with).status, 200);
    let page =
        server.get_with("/settings", &[("Cookie", cookie), ("X-Forwarded-For", "192.0.2.1")]);
    assert!(!String::from_utf8_lossy(&page.body).contains("ada@example.com"), "not by plain HTTP");
}

#[test]
fn nobody_signs_in_where_others_can_read_along() {
    let server = Server::start();
    server.sign_in("ada@example.com", "admin");
    let fields = "email=ada%40example.com&password=correct+horse+battery+staple";
    for untrusted in [
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-For", "192.0.2.1"),
        ("Host", "daybook.example.com"),
    ] {
        let answer = Browser::new(&server).send("/login", &[untrusted], fields);
        if untrusted.0 != "X-Forwarded-Proto" {
            assert_eq!(answer.status, 403, "{untrusted:?}");
        }
        assert!(!answer.header("set-cookie").contains("__Host-"), "{untrusted:?}");
    }
}
