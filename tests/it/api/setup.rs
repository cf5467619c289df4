//! The setup link works once.

use crate::support::Server;

/// The path of the link a server printed when it started.
fn link(server: &Server) -> String {
    let printed = server.printed.lines().find_map(|line| line.strip_prefix("One-time setup link "));
    let link = printed.expect("the first start prints the link");
    link.strip_prefix(server.url.as_str()).expect("it leads here").to_owned()
}

/// The token on a page.
fn token(page: &[u8]) -> Option<String> {
    let page = String::from_utf8_lossy(page);
    let begin = page.find("dbk_api_")?;
    let token: String =
        page[begin..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    Some(token)
}

#[test]
fn a_setup_link_makes_one_token_and_is_gone() {
    let server = Server::start();
    let link = link(&server);
    for _ in 0..2 {
        let shown = server.get_with(&link, &[]);
        assert_eq!(shown.status, 200, "looking uses nothing up");
        assert_eq!(token(&shown.body), None, "looking shows no token");
        assert_eq!(shown.header("cache-control"), "no-store");
    }
    let used = server.post(&link, &[], b"");
    assert_eq!((used.status, used.header("cache-control")), (200, "no-store"));
    let token = token(&used.body).expect("a token");
    let authorization = format!("Bearer {token}");
    let answer = server.get_with("/api/v1/status", &[("Authorization", &authorization)]);
    assert_eq!(answer.status, 200, "the token works");
    let again = server.post(&link, &[], b"");
    assert_eq!(again.status, 410);
    assert_eq!(crate::api::setup::token(&again.body), None);
    assert_eq!(server.get_with(&link, &[]).status, 410);
}

#[test]
fn a_setup_link_used_by_many_at_once_makes_one_token() {
    let server = Server::start();
    let link = link(&server);
    let made: Vec<u16> = std::thread::scope(|scope| {
        let users: Vec<_> =
            (0..8).map(|_| scope.spawn(|| server.post(&link, &[], b"").status)).collect();
        users.into_iter().map(|user| user.join().expect("an answer")).collect()
    });
    assert_eq!(made.iter().filter(|status| **status == 200).count(), 1, "{made:?}");
    assert_eq!(made.iter().filter(|status| **status == 410).count(), 7, "{made:?}");
}

#[test]
fn a_setup_link_with_a_wrong_secret_makes_nothing() {
    let server = Server::start();
    let link = link(&server);
    let (id, secret) = link.rsplit_once('_').expect("a secret");
    let reversed: String = secret.chars().rev().collect();
    for wrong in [format!("{id}_{reversed}"), "/setup/x".to_owned(), format!("{link}0")] {
        assert_eq!(server.get_with(&wrong, &[]).status, 404, "it was never one");
        let answer = server.post(&wrong, &[], b"");
        assert!(answer.status >= 400, "{}", answer.status);
        assert_eq!(token(&answer.body), None);
    }
    assert_eq!(server.post(&link, &[], b"").status, 200, "the right one still works");
}

#[test]
fn a_second_start_prints_no_secret() {
    let mut server = Server::start();
    server.stop();
    server.run(&[]);
    assert!(!server.printed.contains("dbk_"), "{}", server.printed);
}
