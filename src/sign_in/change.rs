//! Another password for one's own account.

use std::net::IpAddr;
use std::time::Instant;

use actix_web::web;
use daybook_schema::accounts::{self, Account};
use daybook_schema::audit_log::{self, Entry};

use super::logins::NotSignedIn;
use super::throttle::Source;
use crate::error::ApiError;
use crate::state::{AppState, now_micros};
use crate::tokens::{self, Purpose};

/// Changes a password for whoever knows the current one: ends every login of the account, and
/// begins the one whose cookie this returns.
pub async fn password(
    state: &web::Data<AppState>,
    account: &Account,
    current: String,
    new: String,
    address: Option<IpAddr>,
) -> Result<String, NotSignedIn> {
    let mut sources = vec![Source::email(&account.email)];
    sources.extend(address.map(Source::address));
    let sign_in = &state.sign_in;
    sign_in.throttle.attempt(&sources, Instant::now()).map_err(NotSignedIn::Wait)?;
    if !sign_in.passwords.is_right(current, account.password_hash.clone()).await? {
        return Err(NotSignedIn::Wrong);
    }
    sign_in.throttle.succeeded(&sources);
    let hash = sign_in.passwords.hash(new).await?;
    let (state, account) = (state.clone(), account.clone());
    web::block(move || set(&state, &account, &hash)).await?
}

/// Writes the new password, if the account is still as it was when the current one was right.
fn set(state: &AppState, was: &Account, hash: &str) -> Result<String, NotSignedIn> {
    let token = tokens::create(Purpose::Login).map_err(|_| ApiError::Unavailable)?;
    let actor = format!("account:{}", was.id);
    let entry = Entry {
        subject: actor.clone(),
        actor,
        action: "account.set_password",
        detail: "by its owner".to_owned(),
    };
    let is_set = state.store.write(|conn| {
        if accounts::by_id(conn, was.id)?.as_ref() != Some(was) {
            return Ok(false);
        }
        accounts::set_password(conn, was.id, hash)?;
        audit_log::record(conn, &entry, now_micros())?;
        state.sign_in.add(conn, was, &token, "with a new password")?;
        Ok(true)
    })?;
    if is_set { Ok(token.text) } else { Err(NotSignedIn::Wrong) }
}
