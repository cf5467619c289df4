//! What is done to accounts, by whomever: checked, done and written into the audit log in one
//! transaction.

use daybook_schema::QueryResult;
use daybook_schema::accounts::{self as rows, Account, NewAccount, Role};
use daybook_schema::audit_log::{self, Entry};
use daybook_schema::store::{Store, StoreConnection};

use crate::sign_in::links;
use crate::state::now_micros;
use crate::tokens::{self, NewToken, Purpose};

/// Most letters of a name.
const MAX_NAME_LETTERS: usize = 100;

/// Why nothing was done to an account.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    #[error("`{0}` is no email address; an example is ada@example.com")]
    NoEmail(String),
    #[error("a name has {MAX_NAME_LETTERS} letters at most")]
    LongName,
    #[error("there is an account of {0} already")]
    Taken(String),
    #[error("there is no such account")]
    Unknown,
    #[error("this is the last admin who can sign in; make another one first")]
    LastAdmin,
    #[error("the account is disabled; enable it first")]
    Disabled,
    #[error("no randomness")]
    NoRandomness,
    #[error("the database answered: {0}")]
    Store(#[from] daybook_schema::StoreError),
}

/// A change of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Role(Role),
    Disable,
    Enable,
}

/// Makes an account; with it the text of the link with which its owner chooses a password.
pub fn create(
    store: &Store,
    email: &str,
    name: Option<&str>,
    role: Role,
    actor: &str,
) -> Result<(Account, String), NotDone> {
    let email = rows::canonical_email(email);
    if !is_email(&email) {
        return Err(NotDone::NoEmail(email.chars().take(64).collect()));
    }
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    let name = name.or(email.split('@').next()).unwrap_or_default().to_owned();
    if name.chars().count() > MAX_NAME_LETTERS {
        return Err(NotDone::LongName);
    }
    let new = NewAccount { email, name, role, provider_subject: None };
    let link = tokens::create(Purpose::Setup).map_err(|_| NotDone::NoRandomness)?;
    let made = store.write(|conn| add(conn, &new, &link, actor))?;
    made.map(|account| (account, link.text)).ok_or(NotDone::Taken(new.email))
}

/// Adds an account with its link; `None` when there is one of this email.
fn add(
    conn: &mut StoreConnection<'_>,
    new: &NewAccount,
    link: &NewToken,
    actor: &str,
) -> QueryResult<Option<Account>> {
    let now = now_micros();
    let Some(account) = rows::create(conn, new, now)? else { return Ok(None) };
    links::invite(conn, account.id, link)?;
    let detail = format!("{}, {}", account.email, account.role().name());
    audit_log::record(conn, &entry(actor, "account.create", account.id, detail), now)?;
    Ok(Some(account))
}

/// Makes another link with which an account's owner chooses a password.
pub fn invite(store: &Store, id: i32, actor: &str) -> Result<String, NotDone> {
    let link = tokens::create(Purpose::Setup).map_err(|_| NotDone::NoRandomness)?;
    store.write(|conn| {
        let Some(account) = rows::by_id(conn, id)? else { return Ok(Err(NotDone::Unknown)) };
        if account.disabled_at.is_some() {
            return Ok(Err(NotDone::Disabled));
        }
        links::invite(conn, id, &link)?;
        audit_log::record(conn, &entry(actor, "account.invite", id, account.email), now_micros())?;
        Ok(Ok(()))
    })??;
    Ok(link.text)
}

/// Changes an account; what it may do changes with its next request.
pub fn change(store: &Store, id: i32, change: Change, actor: &str) -> Result<(), NotDone> {
    store.write(|conn| {
        let Some(account) = rows::by_id(conn, id)? else { return Ok(Err(NotDone::Unknown)) };
        let is_admin = account.role() == Role::Admin && account.disabled_at.is_none();
        let stays = matches!(change, Change::Role(Role::Admin) | Change::Enable);
        if is_admin && !stays && rows::other_admins(conn, id)? == 0 {
            return Ok(Err(NotDone::LastAdmin));
        }
        let now = now_micros();
        let (action, detail) = match change {
            Change::Role(role) => {
                rows::set_role(conn, id, role)?;
                ("account.set_role", format!("{} to {}", account.role().name(), role.name()))
            }
            Change::Disable => {
                rows::set_disabled(conn, id, Some(now))?;
                ("account.disable", account.email)
            }
            Change::Enable => {
                rows::set_disabled(conn, id, None)?;
                ("account.enable", account.email)
            }
        };
        audit_log::record(conn, &entry(actor, action, id, detail), now)?;
        Ok(Ok(()))
    })?
}

/// Something done to an account.
fn entry(actor: &str, action: &'static str, id: i32, detail: String) -> Entry {
    Entry { actor: actor.to_owned(), action, subject: format!("account:{id}"), detail }
}

/// Whether a text may be an email address: whether it is one, only a letter to it can tell.
pub fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    let is_plain = !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    let has_both =
        |(name, host): (&str, &str)| !name.is_empty() && !host.is_empty() && !host.contains('@');
    is_plain && text.len() <= 254 && parts.is_some_and(has_both)
}
