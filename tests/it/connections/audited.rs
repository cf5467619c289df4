//! Who did what to connections is written down, and no secret with it.

use daybook_schema::audit_log;
use serde_json::json;

use super::{Admin, id_of, tokens_path};
use crate::support::Server;

#[test]
fn every_act_is_written_down_with_who_did_it_and_without_the_secret() {
    let admin = Admin::over(Server::start());
    let connection = admin.server.connection("audited");
    let second = admin.add_token(&connection, "second");
    let second = second["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/connections/{}", connection.id);
    assert_eq!(admin.send("PATCH", &path, &json!({"name": "renamed"})).status, 200);
    let first = id_of(&connection.token);
    assert_eq!(admin.get(&format!("{}/{first}/text", tokens_path(&connection))).status, 200);
    let page = format!("/connections/{}", connection.id);
    assert_eq!(admin.browser.submit(&format!("{page}/test"), &[]).status, 303);
    let revoke = format!("{page}/tokens/{second}");
    assert_eq!(admin.browser.submit(&revoke, &[("action", "revoke")]).status, 303);
    let refused = admin.send("POST", "/api/v1/connections", &json!({"name": "renamed"}));
    assert_eq!(refused.status, 409, "what was not done is not written down");
    let rows = admin.server.store().read(|conn| audit_log::page(conn, i64::MAX, 100));
    let rows = rows.expect("the database");
    let of_connection = rows.iter().rev().filter(|row| row.subject == connection.id);
    let said: Vec<(String, &str, &str)> = of_connection
        .map(|row| {
            let kind = row.actor.split(':').next().expect("a kind").to_owned();
            (kind, row.action.as_str(), row.detail.as_str())
        })
        .collect();
    let by = |kind: &str| kind.to_owned();
    assert_eq!(
        said,
        [
            (by("command"), "connection.create", "audited"),
            (by("token"), "ingest_token.create", second.as_str()),
            (by("token"), "connection.change", "name=renamed"),
            (by("token"), "ingest_token.show", first),
            (by("account"), "connection.test", ""),
            (by("account"), "ingest_token.revoke", second.as_str()),
        ]
    );
    let secret = connection.token.rsplit('_').next().expect("a secret");
    assert!(!format!("{rows:?}").contains(&secret[..12]));
}
