//! Who may read what.

use daybook_test_database::Backend;

use super::{ALWAYS, SERVER};
use crate::support::Server;
use crate::support::rpc::PROTOBUF;

/// Every path that needs a token.
fn guarded() -> [String; 4] {
    [
        "/api/v1/status".to_owned(),
        "/api/v1/schema".to_owned(),
        format!("/api/v1/daily-usage?{ALWAYS}"),
        format!("/api/v1/daily-activity?{ALWAYS}&format=csv"),
    ]
}

#[test]
fn without_a_token_nothing_is_read() {
    for path in guarded() {
        let answer = SERVER.get_with(&path, &[]);
        assert_eq!(answer.status, 401, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{path}");
        let detail = answer.json()["detail"].as_str().expect("a detail").to_owned();
        assert!(detail.contains("daybook api-token create"), "{detail} has a cure");
    }
}

#[test]
fn with_a_wrong_token_nothing_is_read() {
    let right = SERVER.api_token();
    let (id, secret) = right.rsplit_once('_').expect("a secret");
    let reversed: String = secret.chars().rev().collect();
    for wrong in [
        format!("Bearer {id}_{reversed}"),
        format!("Bearer {}{secret}", &right[..8]),
        format!("Bearer {right}0"),
        format!("Basic {right}"),
        "Bearer".to_owned(),
        right.to_owned(),
    ] {
        for path in guarded() {
            let answer = SERVER.get_with(&path, &[("Authorization", &wrong)]);
            assert_eq!(answer.status, 401, "{path}");
            assert!(!String::from_utf8_lossy(&answer.body).contains(secret), "it is not quoted");
        }
    }
}

#[test]
fn an_ingest_token_reads_nothing() {
    for path in guarded() {
        let authorization = format!("Bearer {}", SERVER.connection.token);
        let answer = SERVER.get_with(&path, &[("Authorization", &authorization)]);
        assert_eq!(answer.status, 401, "{path}");
    }
}

#[test]
fn a_wrong_parameter_is_no_way_round_a_token() {
    let answer = SERVER.get_with("/api/v1/daily-usage?from=x", &[]);
    assert_eq!(answer.status, 401);
}

#[test]
fn health_and_readiness_are_open() {
    for path in ["/healthz", "/readyz"] {
        let answer = SERVER.get_with(path, &[]);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.json()["status"].is_string(), "{path}");
    }
}

#[test]
fn a_path_that_is_none_is_a_problem_and_no_page() {
    for path in ["/api/v1/nothing", "/api/v1/", "/api/v2/status", "/nothing", "/api/v1/status/"] {
        let answer = SERVER.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
}

#[test]
fn what_is_read_is_not_written() {
    for path in guarded() {
        let authorization = format!("Bearer {}", SERVER.api_token());
        let headers = [("Authorization", authorization.as_str()), ("Content-Type", PROTOBUF)];
        let answer = SERVER.post(&path, &headers, b"");
        assert_eq!((answer.status, answer.header("allow")), (405, "GET"), "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
}

#[test]
fn a_token_made_beside_the_running_server_works_at_once() {
    let made = SERVER.command(&["api-token", "create", "beside", "--json"]);
    let made: serde_json::Value = serde_json::from_str(&made).expect("JSON");
    let authorization = format!("Bearer {}", made["token"].as_str().expect("a token"));
    let answer = SERVER.get_with("/api/v1/status", &[("Authorization", &authorization)]);
    assert_eq!(answer.status, 200);
}

#[test]
fn before_there_is_an_account_pages_answer_on_this_machine_alone_or_with_a_token() {
    for path in ["/", "/daily"] {
        assert_eq!(SERVER.get_without_redirects(path, &[]).status, 200, "{path}");
        for elsewhere in [
            ("Host", "daybook.example.com"),
            ("X-Forwarded-For", "192.0.2.1"),
            ("Forwarded", "for=192.0.2.1"),
            ("Via", "1.1 proxy"),
        ] {
            let answer = SERVER.get_without_redirects(path, &[elsewhere]);
            assert_eq!(answer.status, 303, "{path} {elsewhere:?}");
            assert!(answer.header("location").starts_with("/login?next="), "{path}");
            let authorization = format!("Bearer {}", SERVER.api_token());
            let with_token = [elsewhere, ("Authorization", authorization.as_str())];
            let answer = SERVER.get_without_redirects(path, &with_token);
            assert_eq!(answer.status, 200, "{path} {elsewhere:?}");
        }
    }
}

#[test]
fn links_of_the_pages_open_for_who_may_read_these() {
    let page = ("Sec-Fetch-Site", "same-origin");
    for path in guarded() {
        assert_eq!(SERVER.get_with(&path, &[page]).status, 200, "{path}");
        let elsewhere = [page, ("X-Forwarded-For", "192.0.2.1")];
        assert_eq!(SERVER.get_with(&path, &elsewhere).status, 401, "{path}");
        let other_site = [("Sec-Fetch-Site", "cross-site")];
        assert_eq!(SERVER.get_with(&path, &other_site).status, 401, "{path}");
    }
}

#[cfg(unix)]
#[test]
fn the_database_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path| {
        std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    };
    let server = Server::on(Backend::Sqlite, &[]);
    assert_eq!(mode(&server.folder().join("daybook.db")), 0o600);
}
