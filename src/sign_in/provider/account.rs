//! The account of who signed in at the provider, and its login.

use actix_web::web;
use daybook_schema::QueryResult;
use daybook_schema::accounts::{self, Account, NewAccount};
use daybook_schema::audit_log::{self, Entry};
use daybook_schema::store::StoreConnection;

use super::claims::Said;
use super::{NotSignedIn, Provider};
use crate::state::{AppState, now_micros};
use crate::tokens::{self, Purpose};

/// As the audit log says how somebody signed in.
const HOW: &str = "by OpenID Connect";

/// Signs in whoever came back from the provider: the text of the cookie, and where to go on.
/// Blocks.
pub fn sign_in(
    state: &web::Data<AppState>,
    provider: &Provider,
    back: &str,
    flow: &str,
    code: String,
) -> Result<(String, String), NotSignedIn> {
    let (said, next) = provider.end(&state.store, back, flow, code)?;
    let token = tokens::create(Purpose::Login).map_err(NotSignedIn::Provider)?;
    let gives_roles = provider.settings.groups.give_roles();
    let signed_in = state.store.write(|conn| {
        let account = account_of(conn, &said, gives_roles)?;
        let Some(account) = account.filter(|account| account.disabled_at.is_none()) else {
            return Ok(false);
        };
        state.sign_in.add(conn, &account, &token, HOW)?;
        Ok(true)
    })?;
    if signed_in { Ok((token.text, next)) } else { Err(NotSignedIn::NotLetIn) }
}

/// The account of somebody: the one they signed in with before, the one of their verified
/// address, or a new one. `None` where the address is that of another subject's account.
fn account_of(
    conn: &mut StoreConnection<'_>,
    said: &Said,
    gives_roles: bool,
) -> QueryResult<Option<Account>> {
    let known = match accounts::by_subject(conn, &said.subject)? {
        Some(account) => Some(account),
        None => match accounts::by_email(conn, &said.email)? {
            Some(account) if account.provider_subject.is_some() => return Ok(None),
            Some(account) => {
                accounts::set_subject(conn, account.id, &said.subject)?;
                note(conn, &account, "account.link", HOW.to_owned())?;
                Some(account)
            }
            None => None,
        },
    };
    let Some(account) = known else { return create(conn, said) };
    if gives_roles && account.role() != said.role && account.disabled_at.is_none() {
        accounts::set_role(conn, account.id, said.role)?;
        let detail = format!("{} to {}, {HOW}", account.role().name(), said.role.name());
        note(conn, &account, "account.set_role", detail)?;
    }
    Ok(Some(account))
}

/// Makes an account.
fn create(conn: &mut StoreConnection<'_>, said: &Said) -> QueryResult<Option<Account>> {
    let new = NewAccount {
        email: said.email.clone(),
        name: said.email.split('@').next().unwrap_or_default().to_owned(),
        role: said.role,
        provider_subject: Some(said.subject.clone()),
    };
    let made = accounts::create(conn, &new, now_micros())?;
    if let Some(account) = &made {
        note(conn, account, "account.create", format!("{}, {HOW}", said.role.name()))?;
    }
    Ok(made)
}

/// Writes down what became of an account.
fn note(
    conn: &mut StoreConnection<'_>,
    account: &Account,
    action: &'static str,
    detail: String,
) -> QueryResult<()> {
    let subject = format!("account:{}", account.id);
    let entry = Entry { actor: subject.clone(), action, subject, detail };
    audit_log::record(conn, &entry, now_micros())
}
