//! Logins: begun by a password, found by a cookie, ended.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use actix_web::web;
use daybook_schema::QueryResult;
use daybook_schema::accounts::{self, Account};
use daybook_schema::audit_log::{self, Entry};
use daybook_schema::logins::{self, Login};
use daybook_schema::store::StoreConnection;

use super::SignIn;
use super::throttle::Source;
use crate::error::ApiError;
use crate::state::{AppState, now_micros};
use crate::tokens::{self, NewToken, Purpose};

/// How often it is noted that a login is seen: a page is read without writing.
const NOTE_EVERY: Duration = Duration::from_secs(300);

/// Why nobody is signed in.
#[derive(Debug, PartialEq, Eq)]
pub enum NotSignedIn {
    /// No account, no password, a wrong one, or a disabled account: nobody is told which.
    Wrong,
    /// There were too many failures.
    Wait(Duration),
    /// It could not be found out.
    Error(ApiError),
}

impl<E: Into<ApiError>> From<E> for NotSignedIn {
    fn from(error: E) -> NotSignedIn {
        NotSignedIn::Error(error.into())
    }
}

/// Begins a login of whoever knows an account's password; the text of its cookie.
pub async fn with_password(
    state: &web::Data<AppState>,
    email: &str,
    password: String,
    address: Option<IpAddr>,
) -> Result<String, NotSignedIn> {
    let email = accounts::canonical_email(email);
    let sign_in = &state.sign_in;
    let mut sources = vec![Source::email(&email)];
    sources.extend(address.map(Source::address));
    sign_in.throttle.attempt(&sources, Instant::now()).map_err(NotSignedIn::Wait)?;
    let found = {
        let state = state.clone();
        web::block(move || state.store.read(|conn| accounts::by_email(conn, &email))).await??
    };
    let hash = found.as_ref().filter(|account| account.disabled_at.is_none());
    let hash = hash.and_then(|account| account.password_hash.clone());
    let is_right = sign_in.passwords.is_right(password, hash.clone()).await?;
    let state = state.clone();
    let Some(account) = found.clone().filter(|_| is_right) else {
        web::block(move || state.sign_in.note_failure(found.as_ref())).await??;
        return Err(NotSignedIn::Wrong);
    };
    let begun = {
        let state = state.clone();
        web::block(move || state.sign_in.begin(account.id, hash, "by password")).await??
    };
    state.sign_in.throttle.succeeded(&sources);
    begun.ok_or(NotSignedIn::Wrong)
}

impl SignIn {
    /// Notes that somebody failed to sign in. As much is written of an unknown account: time
    /// tells nothing.
    fn note_failure(&self, account: Option<&Account>) -> QueryResult<()> {
        let known = account.map(|account| format!("account:{}", account.id));
        let entry = Entry {
            actor: "nobody".to_owned(),
            action: "sign_in.failed",
            subject: known.unwrap_or_else(|| "no account".to_owned()),
            detail: String::new(),
        };
        self.store.write(|conn| audit_log::record(conn, &entry, now_micros()))
    }

    /// Begins a login of an account that is as it was when the password was compared. Blocks.
    fn begin(
        &self,
        account_id: i32,
        password_hash: Option<String>,
        how: &str,
    ) -> Result<Option<String>, ApiError> {
        let token = tokens::create(Purpose::Login).map_err(|_| ApiError::Unavailable)?;
        let begun = self.store.write(|conn| {
            let account = accounts::by_id(conn, account_id)?;
            let same = account.filter(|account| {
                account.disabled_at.is_none() && account.password_hash == password_hash
            });
            let Some(account) = same else { return Ok(false) };
            self.add(conn, &account, &token, how)?;
            Ok(true)
        })?;
        Ok(begun.then_some(token.text))
    }

    /// Adds a login of an account.
    pub(super) fn add(
        &self,
        conn: &mut StoreConnection<'_>,
        account: &Account,
        token: &NewToken,
        how: &str,
    ) -> QueryResult<()> {
        let now = now_micros();
        let login = Login {
            id: token.id.clone(),
            secret_hash: token.secret_hash.clone(),
            account_id: account.id,
            created_at: now,
            last_seen_at: now,
            expires_at: now.saturating_add(micros(self.settings.longest)),
        };
        logins::begin(conn, &login)?;
        let actor = format!("account:{}", account.id);
        let entry =
            Entry { subject: actor.clone(), actor, action: "sign_in", detail: how.to_owned() };
        audit_log::record(conn, &entry, now)
    }

    /// Whose login a cookie is of, and the login's id. Blocks, on a thread of tokio's.
    pub fn find(&self, cookie: &str) -> QueryResult<Option<(Account, String)>> {
        let Some((id, secret)) = tokens::parse(Purpose::Login, cookie) else {
            return Ok(None);
        };
        let now = now_micros();
        let found = self.store.read(|conn| {
            let login = logins::by_id(conn, id)?;
            // Before anything else is looked up: who does not know the secret waits as long as
            // who names a login that there never was.
            let right =
                tokens::is_right(secret, login.as_ref().map(|login| login.secret_hash.as_slice()));
            let Some(login) = login.filter(|_| right) else { return Ok(None) };
            let account = accounts::by_id(conn, login.account_id)?;
            Ok(account.map(|account| (login, account)))
        })?;
        let live = found
            .filter(|(login, account)| account.disabled_at.is_none() && self.lasts(login, now));
        let Some((login, account)) = live else { return Ok(None) };
        if now.saturating_sub(login.last_seen_at) > micros(NOTE_EVERY) {
            self.notes.note(&login.id, now);
        }
        Ok(Some((account, login.id)))
    }

    /// Whether a login is not over.
    fn lasts(&self, login: &Login, now: i64) -> bool {
        let idle = now.saturating_sub(login.last_seen_at);
        let age = now.saturating_sub(login.created_at);
        now < login.expires_at
            && idle < micros(self.settings.idle)
            && age < micros(self.settings.longest)
    }

    /// Ends a login: its cookie opens nothing any more, whoever kept a copy. Blocks.
    pub fn end(&self, account_id: i32, login_id: &str) -> QueryResult<()> {
        self.store.write(|conn| {
            if !logins::end(conn, login_id)? {
                return Ok(());
            }
            let actor = format!("account:{account_id}");
            let entry =
                Entry { subject: actor.clone(), actor, action: "sign_out", detail: String::new() };
            audit_log::record(conn, &entry, now_micros())
        })
    }
}

/// A time span in microseconds.
fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
