//! Makes API tokens; `daybook api-token create`.

use anyhow::Context;
use daybook_schema::audit_log::{self, Entry};
use daybook_schema::store::{Store, StoreConnection};
use daybook_schema::tokens::{self as rows, ApiToken};
use serde_json::json;

use super::account::ACTOR;
use super::open;
use crate::config::{ApiTokenCommand, DataArgs, Scope};
use crate::state::now_micros;
use crate::tokens::{self, NewToken, Purpose};

/// Runs `daybook api-token ...`.
pub fn api_token(command: &ApiTokenCommand) -> anyhow::Result<()> {
    let ApiTokenCommand::Create { name, scope, json, data } = command;
    let token = create_api_token(&ready(data)?, name, *scope, ACTOR)?;
    if *json {
        println!("{}", json!({"id": token.id, "token": token.text}));
    } else {
        println!("API token of scope {}, shown this once: {}", scope.name(), token.text);
    }
    Ok(())
}

/// The store, with its installation written.
pub(super) fn ready(data: &DataArgs) -> anyhow::Result<Store> {
    let store = open::store(data)?;
    open::installation(&store, chrono_tz::Tz::UTC)?;
    Ok(store)
}

/// Makes an API token.
pub fn create_api_token(
    store: &Store,
    name: &str,
    scope: Scope,
    actor: &str,
) -> anyhow::Result<NewToken> {
    let token = tokens::create(Purpose::Api)?;
    let row = ApiToken {
        id: token.id.clone(),
        name: name.trim().to_owned(),
        scope: scope.name().to_owned(),
        secret_hash: token.secret_hash.clone(),
        created_at: now_micros(),
        revoked_at: None,
        last_used_at: None,
        expires_at: None,
    };
    let entry = Entry {
        actor: actor.to_owned(),
        action: "token.create",
        subject: format!("token:{}", row.id),
        detail: format!("{}, scope {}", row.name, row.scope),
    };
    let add = |conn: &mut StoreConnection<'_>| {
        rows::add_api(conn, &row)?;
        audit_log::record(conn, &entry, row.created_at)
    };
    store.write(add).context("store the token")?;
    Ok(token)
}
