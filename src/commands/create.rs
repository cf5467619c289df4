//! Makes API tokens; `daybook api-token create`.

use anyhow::Context;
use daybook_schema::store::Store;
use daybook_schema::tokens::{self as rows, ApiToken};
use serde_json::json;

use super::open;
use crate::config::{ApiTokenCommand, DataArgs, Scope};
use crate::state::now_micros;
use crate::tokens::{self, NewToken, Purpose};

/// Runs `daybook api-token ...`.
pub fn api_token(command: &ApiTokenCommand) -> anyhow::Result<()> {
    let ApiTokenCommand::Create { name, scope, json, data } = command;
    let token = create_api_token(&ready(data)?, name, *scope)?;
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
pub fn create_api_token(store: &Store, name: &str, scope: Scope) -> anyhow::Result<NewToken> {
    let token = tokens::create(Purpose::Api)?;
    let row = ApiToken {
        id: token.id.clone(),
        name: name.trim().to_owned(),
        scope: scope.name().to_owned(),
        secret_hash: token.secret_hash.clone(),
        created_at: now_micros(),
        revoked_at: None,
    };
    store.write(|conn| rows::add_api(conn, &row)).context("store the token")?;
    Ok(token)
}
