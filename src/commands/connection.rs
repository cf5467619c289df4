//! `daybook connection ...`: makes, lists and sets connections.

use anyhow::Context;
use daybook_schema::connections::{self as rows, Connection, public_id};
use serde_json::{Value, json};

use super::create::{create_connection, ready};
use crate::api::connections::shown;
use crate::config::{ConnectionCommand, DataArgs};

/// Runs `daybook connection ...`.
pub fn run(command: &ConnectionCommand) -> anyhow::Result<()> {
    match command {
        ConnectionCommand::Create { name, json, data } => create(name, *json, data),
        ConnectionCommand::List { json, data } => list(*json, data),
        ConnectionCommand::Set { name, only_needed, data } => set(name, *only_needed, data),
    }
}

/// Makes a connection, and shows its token once.
fn create(name: &str, json: bool, data: &DataArgs) -> anyhow::Result<()> {
    let (connection, token) = create_connection(&ready(data)?, name)?;
    let id = public_id(connection.id);
    if json {
        println!("{}", json!({"id": id, "name": connection.name, "ingest_token": token}));
    } else {
        println!("connection {id} ({}) is ready", connection.name);
        println!("ingest token, shown this once: {token}");
    }
    Ok(())
}

/// Lists the connections.
fn list(json: bool, data: &DataArgs) -> anyhow::Result<()> {
    let all = ready(data)?.read(rows::all).context("read the connections")?;
    if json {
        println!("{}", json!({"data": all.iter().map(shown).collect::<Vec<Value>>()}));
        return Ok(());
    }
    for row in &all {
        println!("{}\t{}\t{}", public_id(row.id), kept(row.only_needed), row.name);
    }
    Ok(())
}

/// Says whether only what is needed is kept.
fn set(name: &str, only_needed: bool, data: &DataArgs) -> anyhow::Result<()> {
    let store = ready(data)?;
    let all = store.read(rows::all).context("read the connections")?;
    let is_meant = |row: &&Connection| row.name == name || public_id(row.id) == name;
    let row = all.iter().find(is_meant).with_context(|| {
        format!("there is no connection called `{name}`; `daybook connection list` names them")
    })?;
    store
        .write(|conn| rows::set_only_needed(conn, row.id, only_needed))
        .context("write the connection")?;
    println!("connection {} ({}): {}", public_id(row.id), row.name, kept(only_needed));
    Ok(())
}

/// What is kept of a connection's telemetry.
fn kept(only_needed: bool) -> &'static str {
    if only_needed { "only attributes that are counted by are kept" } else { "everything is kept" }
}
