//! Links: each works once, in its time, for what it is for.

use daybook_schema::tokens::{self, SetupLink};

use super::is_signed_in;
use crate::support::browser::PASSWORD;
use crate::support::{Answer, Browser, Server};

/// The path of the link a server printed when it started.
fn link(server: &Server) -> String {
    let printed = server.printed.lines().find_map(|line| line.strip_prefix("One-time setup link "));
    let link = printed.expect("the first start prints the link");
    link.strip_prefix(server.url.as_str()).expect("it leads here").to_owned()
}

/// Makes the first admin.
fn use_up(server: &Server, link: &str) -> Answer {
    let fields = [("email", " Ada@Example.com "), ("password", PASSWORD), ("again", PASSWORD)];
    Browser::new(server).submit(link, &fields)
}

#[test]
fn a_setup_link_makes_the_first_admin_and_is_gone() {
    let server = Server::start();
    let link = link(&server);
    for _ in 0..2 {
        let shown = server.get_with(&link, &[]);
        assert_eq!(shown.status, 200, "looking uses nothing up");
        assert_eq!(shown.header("cache-control"), "no-store");
    }
    let mut browser = Browser::new(&server);
    browser.keep(&use_up(&server, &link));
    assert!(is_signed_in(&browser));
    let accounts: serde_json::Value =
        serde_json::from_str(&server.command(&["account", "list", "--json"])).expect("JSON");
    let account = &accounts["data"][0];
    assert_eq!(
        (account["email"].as_str(), account["role"].as_str()),
        (Some("ada@example.com"), Some("admin"))
    );
    assert_eq!(use_up(&server, &link).status, 410);
    let shown = server.get_with(&link, &[]);
    assert_eq!(shown.status, 410);
    assert!(String::from_utf8_lossy(&shown.body).contains("has been used"));
}

#[test]
fn a_setup_link_used_by_many_at_once_makes_one_admin() {
    let server = Server::start();
    let link = link(&server);
    let made: Vec<u16> = std::thread::scope(|scope| {
        let users: Vec<_> = (0..4).map(|_| scope.spawn(|| use_up(&server, &link).status)).collect();
        users.into_iter().map(|user| user.join().expect("an answer")).collect()
    });
    assert_eq!(made.iter().filter(|status| **status == 303).count(), 1, "{made:?}");
    assert_eq!(made.iter().filter(|status| **status == 410).count(), 3, "{made:?}");
}

#[test]
fn a_setup_link_with_a_wrong_secret_makes_nothing() {
    let server = Server::start();
    let link = link(&server);
    let (id, secret) = link.rsplit_once('_').expect("a secret");
    let reversed: String = secret.chars().rev().collect();
    for wrong in [format!("{id}_{reversed}"), "/setup/x".to_owned(), format!("{link}0")] {
        assert_eq!(server.get_with(&wrong, &[]).status, 404, "it was never one");
        assert_eq!(use_up(&server, &wrong).status, 404);
    }
    assert_eq!(use_up(&server, &link).status, 303, "the right one still works");
}

#[test]
fn what_is_typed_wrong_uses_nothing_up() {
    let server = Server::start();
    let link = link(&server);
    for (email, password, again) in [
        ("ada", PASSWORD, PASSWORD),
        ("ada@example.com", "short", "short"),
        ("ada@example.com", PASSWORD, "another password"),
        ("ada@example.com", "ada@example.com", "ada@example.com"),
    ] {
        let fields = [("email", email), ("password", password), ("again", again)];
        assert_eq!(Browser::new(&server).submit(&link, &fields).status, 400, "{email} {password}");
    }
    assert_eq!(use_up(&server, &link).status, 303);
}

#[test]
fn once_there_is_an_account_the_setup_link_makes_no_other_admin() {
    let server = Server::start();
    server.sign_in("first@example.com", "admin");
    assert_eq!(use_up(&server, &link(&server)).status, 410);
}

#[test]
fn an_invitation_is_good_once_and_until_another_takes_its_place() {
    let server = Server::start();
    let invite = || {
        let said = server.command(&["account", "invite", "ada@example.com"]);
        said.lines().find(|line| line.starts_with("/setup/")).expect("a path").to_owned()
    };
    server.command(&["account", "create", "ada@example.com"]);
    let (first, second) = (invite(), invite());
    let fields = [("password", PASSWORD), ("again", PASSWORD)];
    let choose = |path: &str| Browser::new(&server).submit(path, &fields).status;
    assert_eq!(choose(&first), 410, "the second took its place");
    assert_eq!((choose(&second), choose(&second)), (303, 410));
}

#[test]
fn an_invitation_whose_time_is_over_or_whose_account_is_disabled_opens_nothing() {
    let server = Server::start();
    server.command(&["account", "create", "ada@example.com"]);
    let token = daybook::tokens::create(daybook::tokens::Purpose::Setup).expect("a token");
    let late = SetupLink {
        id: token.id,
        secret_hash: token.secret_hash,
        created_at: 0,
        used_at: None,
        account_id: Some(1),
        expires_at: Some(1),
    };
    server.store().write(|conn| tokens::add_setup_link(conn, &late)).expect("written");
    let fields = [("password", PASSWORD), ("again", PASSWORD)];
    let path = format!("/setup/{}", token.text);
    assert_eq!(Browser::new(&server).submit(&path, &fields).status, 410);
    let said = server.command(&["account", "invite", "ada@example.com"]);
    let path = said.lines().find(|line| line.starts_with("/setup/")).expect("a path");
    server.command(&["account", "disable", "ada@example.com"]);
    assert_eq!(Browser::new(&server).submit(path, &fields).status, 410);
}

#[test]
fn a_second_start_prints_no_secret() {
    let mut server = Server::start();
    server.stop();
    server.run(&[]);
    assert!(!server.printed.contains("dbk_"), "{}", server.printed);
}
