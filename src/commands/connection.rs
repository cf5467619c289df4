//! `daybook connection ...`: makes, lists and changes connections, and their tokens.

mod token;

use anyhow::Context;
use daybook_schema::connections::{self as rows, Change, Connection, public_id};
use daybook_schema::store::Store;
use serde_json::{Value, json};

use super::account::ACTOR;
use super::create::ready;
use super::open;
use crate::api::connections::shown;
use crate::config::{ConnectionCommand, DataArgs, Settings};
use crate::connections;

/// Runs `daybook connection ...`.
pub fn run(command: &ConnectionCommand) -> anyhow::Result<()> {
    match command {
        ConnectionCommand::Create { name, settings, json, data } => {
            create(name, settings, *json, data)
        }
        ConnectionCommand::List { json, data } => list(*json, data),
        ConnectionCommand::Rename { name, new_name, data } => {
            let to = Change { name: Some(new_name.clone()), ..Change::default() };
            change(name, to, data)
        }
        ConnectionCommand::Set { name, settings, data } => set(name, settings, data),
        ConnectionCommand::Token { command } => token::run(command),
    }
}

/// Makes a connection, and shows its token.
fn create(name: &str, settings: &Settings, json: bool, data: &DataArgs) -> anyhow::Result<()> {
    let settings = Change { name: Some(name.to_owned()), ..changes(settings) };
    let made = connections::create(&ready(data)?, &open::seal(data)?, settings, ACTOR)?;
    let (id, name) = (public_id(made.connection.id), made.connection.name);
    if json {
        println!("{}", json!({"id": id, "name": name, "ingest_token": made.token.text}));
    } else {
        println!("connection {id} ({name}) is ready");
        println!("ingest token: {}", made.token.text);
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
        let kind = row.deployment_kind.as_deref().unwrap_or("-");
        println!("{}\t{kind}\t{}\t{}", public_id(row.id), kept(row.only_needed), row.name);
    }
    Ok(())
}

/// Says more of a connection.
fn set(name: &str, settings: &Settings, data: &DataArgs) -> anyhow::Result<()> {
    let to = changes(settings);
    anyhow::ensure!(
        to != Change::default(),
        "nothing is to be set; `daybook connection set --help` names what can be"
    );
    change(name, to, data)
}

/// Changes a connection, and says how it is then.
fn change(name: &str, to: Change, data: &DataArgs) -> anyhow::Result<()> {
    let store = ready(data)?;
    let row = connections::change(&store, find(&store, name)?.id, to, ACTOR)?;
    println!("connection {} ({}): {}", public_id(row.id), row.name, kept(row.only_needed));
    Ok(())
}

/// The connection of a name or id.
pub(super) fn find(store: &Store, name: &str) -> anyhow::Result<Connection> {
    let all = store.read(rows::all).context("read the connections")?;
    let is_meant = |row: &Connection| row.name == name || public_id(row.id) == name;
    all.into_iter().find(is_meant).with_context(|| {
        format!("there is no connection called `{name}`; `daybook connection list` names them")
    })
}

/// The settings as a change.
fn changes(settings: &Settings) -> Change {
    let given = |value: &Option<String>| {
        value.clone().map(|value| Some(value).filter(|value| value != "none"))
    };
    Change {
        name: None,
        identity_order: settings.identity_order.clone(),
        only_needed: settings.only_needed,
        deployment_kind: given(&settings.deployment_kind),
        customer_type: given(&settings.customer_type),
        subscription_type: given(&settings.subscription_type),
    }
}

/// What is kept of a connection's telemetry.
fn kept(only_needed: bool) -> &'static str {
    if only_needed { "only attributes that are counted by are kept" } else { "everything is kept" }
}
