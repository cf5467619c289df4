//! Links that are good for one use: the first start's makes the first admin, an invitation
//! lets its account choose a password. Either signs in.

use actix_web::web;
use daybook_schema::accounts::{self, Account, NewAccount, Role};
use daybook_schema::audit_log::{self, Entry};
use daybook_schema::store::StoreConnection;
use daybook_schema::tokens::{self as rows, SetupLink};
use daybook_schema::{QueryResult, StoreError};

use crate::error::ApiError;
use crate::state::{AppState, now_micros};
use crate::tokens::{self, NewToken, Purpose};

/// How long an invitation is good: seven days.
const INVITATION_MICROS: i64 = 7 * 86_400 * 1_000_000;

/// What a link is good for.
#[derive(Clone, Debug)]
pub enum Good {
    /// To make the first admin.
    FirstAdmin,
    /// To give this account a password.
    Password(Box<Account>),
}

/// Why a link is good for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotGood {
    /// There never was such a link.
    Unknown,
    /// It was used, or another took its place.
    Used,
    /// Its time is over.
    Late,
    /// There is an account already that could let others in.
    NotFirst,
}

/// Makes a link for an account, in the place of those it had. The text is shown once.
pub fn invite(
    conn: &mut StoreConnection<'_>,
    account_id: i32,
    token: &NewToken,
) -> QueryResult<()> {
    let now = now_micros();
    rows::end_links(conn, account_id, now)?;
    let link = SetupLink {
        id: token.id.clone(),
        secret_hash: token.secret_hash.clone(),
        created_at: now,
        used_at: None,
        account_id: Some(account_id),
        expires_at: Some(now.saturating_add(INVITATION_MICROS)),
    };
    rows::add_setup_link(conn, &link)
}

/// What a link is good for. Blocks.
pub fn look_at(state: &AppState, text: &str) -> QueryResult<Result<Good, NotGood>> {
    let Some(link) = state.tokens.setup_link(text)? else {
        return Ok(Err(NotGood::Unknown));
    };
    state.store.read(|conn| good_for(conn, &link))
}

/// What a link is good for just now.
fn good_for(
    conn: &mut StoreConnection<'_>,
    link: &SetupLink,
) -> QueryResult<Result<Good, NotGood>> {
    if link.used_at.is_some() {
        return Ok(Err(NotGood::Used));
    }
    if link.expires_at.is_some_and(|end| end <= now_micros()) {
        return Ok(Err(NotGood::Late));
    }
    Ok(match link.account_id {
        Some(id) => match accounts::by_id(conn, id)?.filter(|it| it.disabled_at.is_none()) {
            Some(account) => Ok(Good::Password(Box::new(account))),
            None => Err(NotGood::Used),
        },
        None if accounts::any(conn)? => Err(NotGood::NotFirst),
        None => Ok(Good::FirstAdmin),
    })
}

/// Uses a link up and begins a login; the text of its cookie. `email` is the first admin's.
pub async fn use_up(
    state: &web::Data<AppState>,
    text: &str,
    email: &str,
    password: String,
) -> Result<Result<String, NotGood>, ApiError> {
    let hash = state.sign_in.passwords.hash(password).await?;
    let (state, text, email) = (state.clone(), text.to_owned(), email.to_owned());
    web::block(move || {
        let Some(link) = state.tokens.setup_link(&text)? else {
            return Ok(Err(NotGood::Unknown));
        };
        let login = tokens::create(Purpose::Login).map_err(|_| ApiError::Unavailable)?;
        let used = state.store.write(|conn| use_in(conn, &state, &link, &email, &hash, &login))?;
        Ok(used.map(|()| login.text))
    })
    .await?
}

/// Uses a link up, in the transaction of what it is used for: of two who use it at once, one
/// is second.
fn use_in(
    conn: &mut StoreConnection<'_>,
    state: &AppState,
    link: &SetupLink,
    email: &str,
    hash: &str,
    login: &NewToken,
) -> QueryResult<Result<(), NotGood>> {
    let now = now_micros();
    if !rows::use_setup_link(conn, &link.id, now)? {
        return Ok(Err(NotGood::Used));
    }
    // As it was before it was used up just now.
    let link = SetupLink { used_at: None, ..link.clone() };
    let account = match good_for(conn, &link)? {
        Ok(Good::Password(account)) => *account,
        Ok(Good::FirstAdmin) => first_admin(conn, email, now)?,
        Err(not_good) => return Ok(Err(not_good)),
    };
    accounts::set_password(conn, account.id, hash)?;
    let entry = Entry {
        actor: format!("account:{}", account.id),
        action: "account.set_password",
        subject: format!("account:{}", account.id),
        detail: "by a link".to_owned(),
    };
    audit_log::record(conn, &entry, now)?;
    state.sign_in.add(conn, &account, login, "by a link")?;
    Ok(Ok(()))
}

/// Makes the first admin.
fn first_admin(conn: &mut StoreConnection<'_>, email: &str, now: i64) -> QueryResult<Account> {
    let email = accounts::canonical_email(email);
    let name = email.split('@').next().unwrap_or_default().to_owned();
    let new = NewAccount { email, name, role: Role::Admin, provider_subject: None };
    let account = accounts::create(conn, &new, now)?.ok_or(StoreError::RollbackTransaction)?;
    let entry = Entry {
        actor: format!("account:{}", account.id),
        action: "account.create",
        subject: format!("account:{}", account.id),
        detail: "admin, by the setup link".to_owned(),
    };
    audit_log::record(conn, &entry, now)?;
    Ok(account)
}
