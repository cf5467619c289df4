//! Tokens that open nothing: at either door, in whatever shape.

use std::sync::LazyLock;

use prost::Message;

use super::neighbour::beside_a_neighbour;
use crate::support::rpc::PROTOBUF;
use crate::support::{Reporter, Shared};

static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&[]));

/// Fails unless telemetry with this `Authorization` is refused, and not counted.
fn assert_refused(name: &str, authorization: Option<&str>) {
    let reporter = Reporter::new(name);
    let body = reporter.tokens(&[1.0]).encode_to_vec();
    let mut headers = vec![("Content-Type", PROTOBUF)];
    headers.extend(authorization.map(|authorization| ("Authorization", authorization)));
    let answer = beside_a_neighbour(&SERVER, name, || SERVER.post("/v1/metrics", &headers, &body));
    answer.assert_refused(401, name);
    let said = answer.refusal().message;
    let token = authorization.and_then(|authorization| authorization.split_once(' '));
    let quoted = token.is_some_and(|(_, token)| token.len() > 8 && said.contains(token));
    assert!(!quoted, "{name}: the token is quoted in {said:?}");
    assert_eq!(reporter.counted(&SERVER), 0, "{name}");
}

/// A token in its parts: prefix, id and secret.
fn parts(token: &str) -> (String, String) {
    let (id, secret) = token.rsplit_once('_').expect("a secret");
    (id.to_owned(), secret.to_owned())
}

#[test]
fn a_missing_token_opens_nothing() {
    assert_refused("missing", None);
    assert_refused("empty", Some(""));
    assert_refused("schemeonly", Some("Bearer"));
}

#[test]
fn a_malformed_token_opens_nothing() {
    let long = "x".repeat(4000);
    for (name, token) in [
        ("word", "secret"),
        ("prefix", "dbk_ingest_"),
        ("underscores", "dbk_ingest___"),
        ("long", long.as_str()),
        ("sql", "dbk_ingest_' OR 1=1 --_"),
    ] {
        assert_refused(&format!("malformed{name}"), Some(&format!("Bearer {token}")));
    }
}

#[test]
fn an_unknown_id_opens_nothing() {
    let (_, secret) = parts(&SERVER.connection.token);
    let token = format!("Bearer dbk_ingest_{}_{secret}", "0".repeat(16));
    assert_refused("unknownid", Some(&token));
}

#[test]
fn a_right_id_with_a_wrong_secret_opens_nothing() {
    let (id, secret) = parts(&SERVER.connection.token);
    let wrong: String = secret.chars().rev().collect();
    assert_refused("wrongsecret", Some(&format!("Bearer {id}_{wrong}")));
    assert_refused("upper", Some(&format!("Bearer {id}_{}", secret.to_uppercase())));
    assert_refused("shorter", Some(&format!("Bearer {id}_{}", &secret[..63])));
    assert_refused("longer", Some(&format!("Bearer {id}_{secret}0")));
    assert_refused("nosecret", Some(&format!("Bearer {id}_")));
}

#[test]
fn another_scheme_opens_nothing() {
    let token = &SERVER.connection.token;
    assert_refused("basic", Some(&format!("Basic {token}")));
    assert_refused("noscheme", Some(token));
}

#[test]
fn an_api_token_does_not_open_the_door_of_telemetry() {
    assert_refused("apitoken", Some(&format!("Bearer {}", SERVER.api_token())));
    // The same secret under the other prefix is no token either.
    let ingest = SERVER.api_token().replace("dbk_api_", "dbk_ingest_");
    assert_refused("renamed", Some(&format!("Bearer {ingest}")));
}

#[test]
fn an_ingest_token_does_not_open_the_api() {
    let ingest = &SERVER.connection.token;
    for token in [ingest.clone(), ingest.replace("dbk_ingest_", "dbk_api_")] {
        for path in ["/api/v1/status", "/api/v1/schema", "/api/v1/daily-usage"] {
            let authorization = format!("Bearer {token}");
            let answer = SERVER.get_with(path, &[("Authorization", &authorization)]);
            assert_eq!(answer.status, 401, "{path}");
        }
    }
}

#[test]
fn a_token_is_read_as_the_client_writes_it() {
    let reporter = Reporter::new("spelling");
    let token = &SERVER.connection.token;
    for authorization in [
        format!("Bearer {token}"),
        format!("bearer {token}"),
        format!("BEARER   {token}"),
        format!("Bearer%20{token}"),
    ] {
        let headers = [("Content-Type", PROTOBUF), ("Authorization", authorization.as_str())];
        let body = reporter.tokens(&[1.0]).encode_to_vec();
        assert_eq!(SERVER.post("/v1/metrics", &headers, &body).status, 200);
    }
    assert_eq!(reporter.counted(&SERVER), 4);
}

#[test]
fn a_token_in_the_query_opens_nothing() {
    let reporter = Reporter::new("query");
    let token = &SERVER.connection.token;
    for name in ["token", "access_token", "authorization"] {
        let path = format!("/v1/metrics?{name}={token}");
        let body = reporter.tokens(&[1.0]).encode_to_vec();
        let answer = SERVER.post(&path, &[("Content-Type", PROTOBUF)], &body);
        assert_eq!(answer.status, 401, "{name}");
    }
    assert_eq!(reporter.counted(&SERVER), 0);
}
