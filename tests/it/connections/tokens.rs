//! Ingest tokens: two at once, shown again, revoked in every process.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use daybook_test_database::Backend;
use prost::Message;
use serde_json::{Value, json};

use super::{ADMIN, Admin, id_of, tokens_path};
use crate::support::rpc::PROTOBUF;
use crate::support::server::until;
use crate::support::{Connection, Reporter, Server};

/// How soon a revoked token opens nothing in any process.
const REVOKED_WITHIN: Duration = Duration::from_secs(5);

/// What telemetry with a token is answered.
fn status(server: &Server, token: &str) -> u16 {
    let authorization = format!("Bearer {token}");
    let headers = [("Content-Type", PROTOBUF), ("Authorization", authorization.as_str())];
    server.post("/v1/metrics", &headers, b"").status
}

/// A token's text by API.
fn text(admin: &Admin, connection: &Connection, id: &str) -> (u16, Value) {
    let answer = admin.get(&format!("{}/{id}/text", tokens_path(connection)));
    (answer.status, answer.json())
}

#[test]
fn two_tokens_are_live_at_once_and_a_third_is_refused() {
    let connection = ADMIN.server.connection("rotated");
    let second = ADMIN.add_token(&connection, "new laptops");
    let second = second["ingest_token"].as_str().expect("its text").to_owned();
    let reporter = Reporter::new("rotated");
    for token in [&connection.token, &second] {
        let of = Connection { token: token.clone(), ..connection.clone() };
        ADMIN.server.send(&of, "metrics", &reporter.tokens(&[1.0]).encode_to_vec());
    }
    assert_eq!(reporter.counted(&ADMIN.server), 2);
    let third = ADMIN.send("POST", &tokens_path(&connection), &json!({}));
    let problem = third.json();
    assert_eq!((third.status, &problem["title"]), (409, &json!("conflict")));
    let detail = problem["detail"].as_str().expect("a detail");
    assert!(detail.contains("2 live tokens") && detail.contains("revoke"), "{detail}");
    let old = format!("{}/{}", tokens_path(&connection), id_of(&connection.token));
    assert_eq!(ADMIN.send("DELETE", &old, &json!({})).status, 204);
    ADMIN.add_token(&connection, "third");
    let labels: Vec<Value> =
        ADMIN.tokens(&connection).iter().map(|row| row["label"].clone()).collect();
    assert_eq!(labels, ["", "new laptops", "third"]);
}

#[test]
fn of_tokens_made_at_once_two_are_live_in_the_end() {
    let connection = ADMIN.server.connection("raced");
    let made = std::thread::scope(|scope| {
        let making: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| ADMIN.send("POST", &tokens_path(&connection), &json!({})).status)
            })
            .collect();
        making.into_iter().filter_map(|one| one.join().ok()).filter(|it| *it == 201).count()
    });
    assert_eq!(made, 1, "beside the first");
    assert_eq!(ADMIN.tokens(&connection).len(), 2);
}

#[test]
fn a_live_token_is_shown_again_and_a_revoked_one_is_not() {
    let connection = ADMIN.server.connection("shown");
    let id = id_of(&connection.token);
    let (status, shown) = text(&ADMIN, &connection, id);
    assert_eq!((status, &shown["ingest_token"]), (200, &json!(connection.token)));
    let by_command = ["connection", "token", "show", "shown", id];
    assert_eq!(ADMIN.server.command(&by_command).trim(), connection.token);
    let other = ADMIN.server.connection("not its own");
    assert_eq!(text(&ADMIN, &other, id).0, 404, "it is of another connection");
    assert_eq!(text(&ADMIN, &connection, "0000000000000000").0, 404);
    ADMIN.server.command(&["connection", "token", "revoke", "shown", id]);
    let (status, problem) = text(&ADMIN, &connection, id);
    assert_eq!((status, &problem["title"]), (409, &json!("conflict")));
}

#[test]
fn the_first_token_of_a_new_server_is_shown_again() {
    let admin = Admin::over(Server::start());
    let line = admin.server.printed.lines().find(|line| line.starts_with("Ingest token"));
    let token = line.and_then(|line| line.split_whitespace().last()).expect("a token");
    let first = Connection { id: "con_1".to_owned(), token: token.to_owned() };
    assert_eq!(text(&admin, &first, id_of(token)).1["ingest_token"], token);
}

#[test]
fn a_revoked_token_opens_nothing_in_any_process_soon() {
    let server = Server::on(Backend::Postgres, &[]);
    let other = Server::over(Arc::clone(server.data()), &[]);
    let connection = server.connection("revoked");
    let admin = Admin::over(server);
    for server in [&admin.server, &other] {
        assert_eq!(status(server, &connection.token), 200);
    }
    let path = format!("{}/{}", tokens_path(&connection), id_of(&connection.token));
    assert_eq!(admin.send("DELETE", &path, &json!({})).status, 204);
    let begun = Instant::now();
    for server in [&admin.server, &other] {
        until(|| status(server, &connection.token) == 401);
    }
    assert!(begun.elapsed() < REVOKED_WITHIN, "{:?}", begun.elapsed());
    assert!(admin.tokens(&connection)[0]["revoked_at"].is_string());
}

#[test]
fn unknown_wrong_and_revoked_tokens_are_answered_alike() {
    let connection = ADMIN.server.connection("guessed");
    let [live, revoked] = ["live", "revoked"].map(|name| ADMIN.server.connection(name).token);
    ADMIN.server.command(&["connection", "token", "revoke", "revoked", id_of(&revoked)]);
    let (_, secret) = connection.token.rsplit_once('_').expect("a secret");
    let unknown = format!("dbk_ingest_0123456789abcdef_{secret}");
    let wrong = format!("dbk_ingest_{}_{secret}", id_of(&live));
    // It is in use, and remembered.
    assert_eq!(status(&ADMIN.server, &live), 200);
    let answers: Vec<String> = [&unknown, &wrong, &revoked, &unknown, &wrong]
        .map(|token| {
            let authorization = format!("Bearer {token}");
            let headers = [("Content-Type", PROTOBUF), ("Authorization", authorization.as_str())];
            let mut answer = ADMIN.server.post("/v1/metrics", &headers, b"");
            answer.headers.remove("date");
            // In which order headers stand is the worker's matter.
            let headers: BTreeMap<_, _> =
                answer.headers.iter().map(|(name, value)| (name.as_str(), value)).collect();
            format!("{} {headers:?} {:?}", answer.status, answer.body)
        })
        .to_vec();
    assert!(answers[0].starts_with("401 "), "{}", answers[0]);
    assert_eq!(answers, vec![answers[0].clone(); 5]);
}

#[test]
fn a_token_that_is_revoked_twice_is_revoked() {
    let connection = ADMIN.server.connection("twice");
    let path = format!("{}/{}", tokens_path(&connection), id_of(&connection.token));
    for _ in 0..2 {
        assert_eq!(ADMIN.send("DELETE", &path, &json!({})).status, 204);
    }
    let nobody = format!("{}/nobody", tokens_path(&connection));
    assert_eq!(ADMIN.send("DELETE", &nobody, &json!({})).status, 404);
}
