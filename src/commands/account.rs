//! `daybook account ...`: lets people in from the server itself, also when nobody can sign in.

use anyhow::Context;
use daybook_schema::accounts::{self as rows, Account};
use daybook_schema::store::Store;
use serde_json::{Value, json};

use super::create::ready;
use crate::accounts::{self, Change};
use crate::config::{AccountCommand, AccountEmail, DataArgs};

/// As the audit log names whoever uses the command.
pub const ACTOR: &str = "command";

/// Runs `daybook account ...`.
pub fn run(command: &AccountCommand) -> anyhow::Result<()> {
    match command {
        AccountCommand::Create { email, name, role, json, data } => {
            let store = ready(data)?;
            let made = accounts::create(&store, email, name.as_deref(), (*role).into(), ACTOR);
            let (account, link) = made?;
            say_link(&account, &link, *json);
            Ok(())
        }
        AccountCommand::Invite(of) => {
            let (store, account) = find(of)?;
            let link = accounts::invite(&store, account.id, ACTOR)?;
            say_link(&account, &link, false);
            Ok(())
        }
        AccountCommand::List { json, data } => list(*json, data),
        AccountCommand::Disable(of) => change(of, Change::Disable, "is disabled"),
        AccountCommand::Enable(of) => change(of, Change::Enable, "is enabled"),
    }
}

/// Says the path of a link, once. Which address people reach the server at, it does not know.
fn say_link(account: &Account, link: &str, json: bool) {
    let path = format!("/setup/{link}");
    if json {
        println!("{}", json!({"id": account.id, "email": account.email, "path": path}));
    } else {
        println!("{} chooses a password at this path of the server, within 7 days:", account.email);
        println!("{path}");
    }
}

/// The account of an email address, and where it is kept.
fn find(of: &AccountEmail) -> anyhow::Result<(Store, Account)> {
    let store = ready(&of.data)?;
    let found = store.read(|conn| rows::by_email(conn, &of.email)).context("read the accounts")?;
    let account = found.with_context(|| {
        format!("there is no account of {}; `daybook account list` names them", of.email)
    })?;
    Ok((store, account))
}

/// Changes an account.
fn change(of: &AccountEmail, change: Change, done: &str) -> anyhow::Result<()> {
    let (store, account) = find(of)?;
    accounts::change(&store, account.id, change, ACTOR)?;
    println!("the account of {} {done}", account.email);
    Ok(())
}

/// Lists the accounts.
fn list(json: bool, data: &DataArgs) -> anyhow::Result<()> {
    let all = ready(data)?.read(rows::all).context("read the accounts")?;
    if json {
        println!("{}", json!({"data": all.iter().map(shown).collect::<Vec<Value>>()}));
        return Ok(());
    }
    for account in &all {
        let state = if account.disabled_at.is_some() { "disabled" } else { "enabled" };
        println!("{}\t{}\t{state}\t{}", account.email, account.role().name(), account.name);
    }
    Ok(())
}

/// An account as it is published; its password is no part of it.
fn shown(account: &Account) -> Value {
    json!({
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "role": account.role().name(),
        "disabled": account.disabled_at.is_some(),
    })
}
