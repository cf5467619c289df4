//! Makes connections and tokens; `daybook api-token create`.

use anyhow::Context;
use daybook_schema::connections::{self, Connection};
use daybook_schema::store::{Store, StoreConnection};
use daybook_schema::tokens::{self as rows, ApiToken, IngestToken};
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

/// Makes a connection with its first ingest token.
pub fn create_connection(store: &Store, name: &str) -> anyhow::Result<(Connection, String)> {
    let name = name.trim();
    anyhow::ensure!(
        !name.is_empty() && name.len() <= 200,
        "a connection's name has 1 to 200 letters, for example `Platform team`"
    );
    let token = tokens::create(Purpose::Ingest)?;
    let connection = store
        .write(|conn| add_connection(conn, name, &token))
        .context("store the connection")?
        .with_context(|| {
            format!("there is a connection called `{name}` already; choose another name")
        })?;
    Ok((connection, token.text))
}

/// Adds a connection and its token; `None` when the name is taken.
fn add_connection(
    conn: &mut StoreConnection<'_>,
    name: &str,
    token: &NewToken,
) -> daybook_schema::QueryResult<Option<Connection>> {
    let now = now_micros();
    let Some(connection) = connections::create(conn, name, now)? else {
        return Ok(None);
    };
    rows::add_ingest(
        conn,
        &IngestToken {
            id: token.id.clone(),
            connection_id: connection.id,
            secret_hash: token.secret_hash.clone(),
            created_at: now,
            revoked_at: None,
        },
    )?;
    Ok(Some(connection))
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
