//! `daybook api-token ...`: makes and revokes API tokens.

use daybook_schema::store::Store;
use serde_json::json;

use super::account::ACTOR;
use super::open;
use crate::api_tokens;
use crate::config::{ApiTokenCommand, DataArgs};

/// Runs `daybook api-token ...`.
pub fn api_token(command: &ApiTokenCommand) -> anyhow::Result<()> {
    match command {
        ApiTokenCommand::Create { name, scope, days, json, data } => {
            let token = api_tokens::create(&ready(data)?, name, *scope, *days, ACTOR)?;
            if *json {
                println!("{}", json!({"id": token.id, "token": token.text}));
            } else {
                println!("API token of scope {}, shown this once: {}", scope.name(), token.text);
            }
        }
        ApiTokenCommand::Revoke { id, data } => {
            api_tokens::revoke(&ready(data)?, id, ACTOR)?;
            println!("the token {id} is revoked");
        }
    }
    Ok(())
}

/// The store, with its installation written.
pub(super) fn ready(data: &DataArgs) -> anyhow::Result<Store> {
    let store = open::store(data)?;
    open::installation(&store, chrono_tz::Tz::UTC)?;
    Ok(store)
}
