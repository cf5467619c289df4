//! Passwords are guessed slowly, and what is wrong is not told apart.

use crate::support::browser::PASSWORD;
use crate::support::{Answer, Browser, Server};

/// Tries a password.
fn attempt(server: &Server, email: &str, password: &str) -> Answer {
    Browser::new(server).submit("/login", &[("email", email), ("password", password)])
}

#[test]
fn an_unknown_account_a_wrong_password_and_a_disabled_account_are_answered_alike() {
    let server = Server::start();
    server.sign_in("ada@example.com", "admin");
    server.sign_in("off@example.com", "viewer");
    server.command(&["account", "disable", "off@example.com"]);
    server.command(&["account", "create", "new@example.com"]);
    let said = |email: &str, password: &str| {
        let answer = attempt(&server, email, password);
        assert_eq!((answer.status, answer.header("set-cookie")), (401, ""), "{email}");
        String::from_utf8(answer.body).expect("text").replace(email, "")
    };
    let wrong = said("ada@example.com", "wrong");
    assert!(!wrong.contains("wrong"), "the password is not shown again");
    assert_eq!(wrong, said("nobody@example.com", PASSWORD));
    assert_eq!(wrong, said("off@example.com", PASSWORD));
    assert_eq!(wrong, said("new@example.com", ""), "no password yet");
}

#[test]
fn who_guesses_is_made_to_wait_though_the_password_were_right() {
    let server = Server::start();
    server.sign_in("ada@example.com", "admin");
    for number in 0..10 {
        assert_eq!(attempt(&server, "ada@example.com", "wrong").status, 401, "{number}");
    }
    for password in ["wrong", PASSWORD] {
        let answer = attempt(&server, "ada@example.com", password);
        assert_eq!(answer.status, 429);
        assert!(answer.header("retry-after").parse::<u64>().is_ok_and(|secs| secs <= 61));
    }
}

#[test]
fn each_address_behind_a_trusted_proxy_is_slowed_down_by_itself() {
    let server = Server::start_with(&["--trusted-proxy", "127.0.0.1"]);
    let attempt = |number: u32, address: &str| {
        let body = format!("email=person{number}%40example.com&password=x");
        let headers = [("X-Forwarded-Proto", "https"), ("X-Forwarded-For", address)];
        Browser::new(&server).send("/login", &headers, &body).status
    };
    for number in 0..10 {
        // What the client itself wrote into the header stands first, and is not believed.
        assert_eq!(attempt(number, &format!("198.51.100.{number}, 192.0.2.1")), 401);
    }
    assert_eq!(attempt(11, "198.51.100.77, 192.0.2.1"), 429);
    assert_eq!(attempt(12, "192.0.2.2"), 401);
}

#[test]
fn no_password_and_no_cookie_is_in_the_database() {
    let server = Server::start();
    let browser = server.sign_in("ada@example.com", "admin");
    let account = server
        .store()
        .read(|conn| daybook_schema::accounts::by_email(conn, "ADA@example.com "))
        .expect("read")
        .expect("an account");
    let hash = account.password_hash.expect("a password");
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    let secret = browser.cookie.rsplit_once('_').expect("a secret").1;
    let id = browser.cookie.split('_').nth(3).expect("an id");
    let login = server.store().read(|conn| daybook_schema::logins::by_id(conn, id));
    let login = login.expect("read").expect("kept");
    assert_eq!(login.secret_hash, blake3::hash(secret.as_bytes()).as_bytes());
}
