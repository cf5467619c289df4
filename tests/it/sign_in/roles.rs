//! Every route with every kind of caller: the table of routes says who gets in, and nobody else
//! does.

use std::sync::LazyLock;

use daybook::access::Who;
use daybook::routes;
use daybook_test_database::Backend;
use prost::Message;

use crate::support::{Browser, Reporter, Server};

/// Kinds of callers, in the order of [`expected`].
const CALLERS: [&str; 7] =
    ["nobody", "ingest token", "read token", "admin token", "viewer", "manager", "admin"];

/// A server that knows one of each kind.
static EVERYBODY: LazyLock<Everybody> = LazyLock::new(Everybody::start);

/// A server, and what each kind of caller sends besides.
struct Everybody {
    server: Server,
    headers: Vec<Vec<(String, String)>>,
}

impl Everybody {
    /// One of each kind.
    fn start() -> Everybody {
        let server = Server::start();
        let bearer = |token: &str| vec![("Authorization".to_owned(), format!("Bearer {token}"))];
        let mut headers = vec![
            Vec::new(),
            bearer(&server.connection("doors").token),
            bearer(&server.token("read")),
            bearer(&server.token("admin")),
        ];
        for role in ["viewer", "manager", "admin"] {
            let Browser { cookie, url, .. } = server.sign_in(&format!("{role}@example.com"), role);
            headers.push(vec![("Cookie".to_owned(), cookie), ("Origin".to_owned(), url)]);
        }
        Everybody { server, headers }
    }
}

/// Who gets in.
fn expected(who: Who) -> [bool; 7] {
    match who {
        Who::Anyone => [true; 7],
        Who::Ingest => [false, true, false, false, false, false, false],
        Who::SignedIn => [false, false, false, false, true, true, true],
        Who::OwnFigures => [false, false, true, true, true, true, true],
        Who::Figures => [false, false, true, true, false, true, true],
        Who::Admin => [false, false, false, true, false, false, true],
    }
}

/// Whether a caller got past the guard of a route: what it asks for may be wrong besides.
fn gets_in(method: &str, path: &str, who: Who, headers: &[(String, String)]) -> bool {
    let mut all: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if who == Who::Ingest {
        all.push(("Content-Type", "application/x-protobuf"));
    }
    let answer = match method {
        "GET" => EVERYBODY.server.get_without_redirects(path, &all),
        _ => EVERYBODY.server.call(method, path, &all, b""),
    };
    let to_login = answer.status == 303 && answer.header("location").starts_with("/login?");
    // A form without its token is refused as well, but by another name.
    let refused = answer.status == 401
        || (answer.status == 403 && !String::from_utf8_lossy(&answer.body).contains("stale form"));
    !to_login && !refused
}

#[test]
fn the_table_of_routes_says_who_gets_in_and_nobody_else_does() {
    let entries = routes::all();
    assert!(entries.len() > 30, "the table is whole");
    for entry in entries {
        let path = entry.path.replace(['{', '}'], "");
        for (place, caller) in CALLERS.iter().enumerate() {
            let method = entry.method.as_str();
            // The API token that is looked for at these doors is wrong there in any case.
            let found = gets_in(method, &path, entry.who, &EVERYBODY.headers[place]);
            assert_eq!(found, expected(entry.who)[place], "{method} {} for {caller}", entry.path);
        }
    }
}

#[test]
fn before_there_is_an_account_this_machine_reads_pages_and_writes_nothing() {
    let server = Server::start();
    let own = server.url.clone();
    let page = [("Sec-Fetch-Site", "same-origin"), ("Origin", own.as_str())];
    for entry in routes::all() {
        let path = entry.path.replace(['{', '}'], "");
        let method = entry.method.as_str();
        let lets_in = match entry.who {
            Who::Anyone | Who::Figures | Who::OwnFigures => true,
            Who::Ingest | Who::SignedIn | Who::Admin => false,
        };
        let answer = match method {
            "GET" => server.get_without_redirects(&path, &page),
            _ => server.call(method, &path, &page, b""),
        };
        let refused =
            [401, 415].contains(&answer.status) || answer.header("location").starts_with("/login?");
        assert_eq!(!refused, lets_in, "{method} {path}: {}", answer.status);
    }
    let page = server.get_with("/", &[]);
    assert!(String::from_utf8_lossy(&page.body).contains("one-time setup link"));
}

#[test]
fn once_there_is_an_account_this_machine_has_to_sign_in() {
    let server = Server::on(Backend::Sqlite, &[]);
    assert_eq!(server.get_without_redirects("/daily", &[]).status, 200);
    server.sign_in("ada@example.com", "admin");
    let answer = server.get_without_redirects("/daily?range=7d", &[]);
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/login?next=%2Fdaily%3Frange%3D7d")
    );
    let page = [("Sec-Fetch-Site", "same-origin")];
    assert_eq!(server.get_without_redirects("/api/v1/status", &page).status, 401);
}

#[test]
fn a_changed_role_counts_from_the_next_request_on() {
    let server = Server::on(Backend::Sqlite, &[]);
    let admin = server.sign_in("ada@example.com", "admin");
    let bob = server.sign_in("bob@example.com", "manager");
    assert_eq!(bob.get("/daily").status, 200);
    let _ = admin;
    server
        .store()
        .write(|conn| {
            let role = daybook_schema::accounts::Role::Viewer;
            daybook_schema::accounts::set_role(conn, 2, role)
        })
        .expect("written");
    assert_eq!(bob.get("/daily").status, 403);
}

#[test]
fn a_viewer_reads_their_own_days_alone() {
    let server = Server::start();
    let connection = server.connection("people");
    for name in ["ada", "bob"] {
        let body = Reporter::new(name).tokens(&[5.0]).encode_to_vec();
        server.send(&connection, "metrics", &body);
    }
    server.settle();
    let rows = server.daily("daily-usage", "");
    let emails: Vec<&str> = rows.iter().filter_map(|row| row["user_email"].as_str()).collect();
    assert_eq!(emails.len(), 2, "{rows:?}");
    let viewer = server.sign_in(emails[0], "viewer");
    for table in ["daily-usage", "daily-activity"] {
        let days = format!("/api/v1/{table}?from=2000-01-01&to=2100-01-01");
        let own = viewer.get(&days).json();
        let own = own["data"].as_array().expect("rows").clone();
        assert!(!own.is_empty() && own.iter().all(|row| row["user_email"] == emails[0]));
        assert_eq!(viewer.get(&format!("{days}&user={}", emails[0])).status, 200);
        assert_eq!(viewer.get(&format!("{days}&user={}", emails[1])).status, 403);
        let csv = String::from_utf8(viewer.get(&format!("{days}&format=csv")).body).expect("text");
        assert!(csv.contains(emails[0]) && !csv.contains(emails[1]), "{csv}");
    }
}
