//! `daybook connection token ...`: makes, lists, shows and revokes ingest tokens.

use anyhow::Context;
use daybook_schema::ingest_tokens as rows;
use serde_json::{Value, json};

use super::find;
use crate::api::connections::{made_token, shown_token};
use crate::api::detections::time;
use crate::commands::account::ACTOR;
use crate::commands::create::ready;
use crate::commands::open;
use crate::config::{DataArgs, TokenCommand};
use crate::connections;

/// Runs `daybook connection token ...`.
pub(super) fn run(command: &TokenCommand) -> anyhow::Result<()> {
    match command {
        TokenCommand::Create { connection, label, json, data } => {
            create(connection, label, *json, data)
        }
        TokenCommand::List { connection, json, data } => list(connection, *json, data),
        TokenCommand::Show { connection, token, data } => show(connection, token, data),
        TokenCommand::Revoke { connection, token, data } => revoke(connection, token, data),
    }
}

/// Makes a token, and shows it.
fn create(name: &str, label: &str, json: bool, data: &DataArgs) -> anyhow::Result<()> {
    let store = ready(data)?;
    let connection = find(&store, name)?;
    let made = connections::add_token(&store, &open::seal(data)?, connection.id, label, ACTOR)?;
    if json {
        println!("{}", made_token(&made));
    } else {
        println!("ingest token {} of {}: {}", made.id, connection.name, made.text);
    }
    Ok(())
}

/// Lists the tokens.
fn list(name: &str, json: bool, data: &DataArgs) -> anyhow::Result<()> {
    let store = ready(data)?;
    let id = find(&store, name)?.id;
    let all = store.read(|conn| rows::of_connection(conn, id)).context("read the tokens")?;
    if json {
        println!("{}", json!({"data": all.iter().map(shown_token).collect::<Vec<Value>>()}));
        return Ok(());
    }
    for row in &all {
        let state = if row.revoked_at.is_some() { "revoked" } else { "live" };
        let used = row.last_used_at.map_or("never used".to_owned(), time);
        println!("{}\t{state}\t{used}\t{}", row.id, row.label);
    }
    Ok(())
}

/// Shows a token's text.
fn show(name: &str, token: &str, data: &DataArgs) -> anyhow::Result<()> {
    let store = ready(data)?;
    let id = find(&store, name)?.id;
    println!("{}", connections::token_text(&store, &open::seal(data)?, id, token, ACTOR)?);
    Ok(())
}

/// Revokes a token.
fn revoke(name: &str, token: &str, data: &DataArgs) -> anyhow::Result<()> {
    let store = ready(data)?;
    connections::revoke_token(&store, find(&store, name)?.id, token, ACTOR)?;
    println!("token {token} is revoked; a server that runs refuses it within 5 seconds");
    Ok(())
}
