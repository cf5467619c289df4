//! Who asks.

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpMessage, HttpRequest, web};
use daybook_schema::accounts::{self, Account, Role};
use daybook_schema::audit_log::Entry;
use daybook_schema::tokens::ApiToken;
use maud::{Markup, html};
use subtle::ConstantTimeEq;

use super::origin;
use crate::config::Scope;
use crate::error::ApiError;
use crate::sign_in::cookie;
use crate::state::AppState;
use crate::tokens;

/// The name of the field that every form has besides its own.
pub const FORM_TOKEN: &str = "form_token";

/// What the form's token of a login is derived for.
const FORM_TOKEN_CONTEXT: &str = "daybook 2026-11-20 token of the forms of a login";

/// Who asks.
#[derive(Clone, Debug, Default)]
pub enum Caller {
    /// Nobody that is known.
    #[default]
    Nobody,
    /// Who sits at this machine, before there is any account.
    ThisMachine,
    /// A program, by its API token.
    Token { id: String, scope: Scope },
    /// Somebody who signed in.
    Account(Box<SignedIn>),
}

/// Somebody who signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub account: Account,
    pub login_id: String,
    /// What the forms of this login send back.
    form_token: String,
}

impl Caller {
    /// Who sends a request.
    pub async fn of(
        request: &HttpRequest,
        state: &web::Data<AppState>,
    ) -> Result<Caller, ApiError> {
        if let Some(header) = request.headers().get(AUTHORIZATION) {
            let header = header.to_str().ok();
            let token = header.and_then(tokens::bearer).ok_or(ApiError::NoToken)?.to_owned();
            let state = state.clone();
            let found = web::block(move || state.tokens.api(&token)).await??;
            return found.map(Caller::of_token).ok_or(ApiError::WrongToken);
        }
        if let Some(cookie) = cookie::read(request, &state.sign_in.settings) {
            let (state, text) = (state.clone(), cookie.clone());
            let found = web::block(move || state.sign_in.find(&text)).await??;
            if let Some((account, login_id)) = found {
                return Ok(Caller::of_account(account, login_id, &cookie));
            }
        }
        let is_page = !request.path().starts_with("/api/");
        let is_read_here = is_page || origin::says_same_origin(request);
        if origin::is_local(request) && is_read_here && !has_accounts(state).await? {
            return Ok(Caller::ThisMachine);
        }
        Ok(Caller::Nobody)
    }

    /// Whom the guard let in; nobody on a path that is open.
    pub fn let_in(request: &HttpRequest) -> Caller {
        request.extensions().get::<Caller>().cloned().unwrap_or_default()
    }

    /// A program.
    fn of_token(token: ApiToken) -> Caller {
        let scope = if token.scope == Scope::Admin.name() { Scope::Admin } else { Scope::Read };
        Caller::Token { id: token.id, scope }
    }

    /// Somebody who signed in with a cookie.
    fn of_account(account: Account, login_id: String, cookie: &str) -> Caller {
        let form_token = blake3::derive_key(FORM_TOKEN_CONTEXT, cookie.as_bytes());
        let form_token = tokens::hex(&form_token);
        Caller::Account(Box::new(SignedIn { account, login_id, form_token }))
    }

    /// The role of an account; programs have scopes.
    pub fn role(&self) -> Option<Role> {
        self.signed_in().map(|signed_in| signed_in.account.role())
    }

    /// Who signed in.
    pub fn signed_in(&self) -> Option<&SignedIn> {
        match self {
            Caller::Account(signed_in) => Some(signed_in),
            _ => None,
        }
    }

    /// As the audit log names them.
    pub fn actor(&self) -> String {
        match self {
            Caller::Nobody => "nobody".to_owned(),
            Caller::ThisMachine => "this machine".to_owned(),
            Caller::Token { id, .. } => format!("token:{id}"),
            Caller::Account(signed_in) => format!("account:{}", signed_in.account.id),
        }
    }

    /// What they did, for the audit log.
    pub fn did(
        &self,
        action: &'static str,
        subject: impl Into<String>,
        detail: impl Into<String>,
    ) -> Entry {
        Entry { actor: self.actor(), action, subject: subject.into(), detail: detail.into() }
    }

    /// The field that every form of a page has besides its own.
    pub fn form_token(&self) -> Markup {
        html! {
            @if let Some(signed_in) = self.signed_in() {
                input type="hidden" name=(FORM_TOKEN) value=(signed_in.form_token);
            }
        }
    }

    /// Whether a form was made by a page of this login. Only forms of who signed in have a
    /// token: nobody else is known by what a browser sends by itself.
    pub fn made_form(&self, token: Option<&str>) -> bool {
        self.signed_in().is_none_or(|signed_in| {
            let token = token.unwrap_or_default().as_bytes();
            token.ct_eq(signed_in.form_token.as_bytes()).into()
        })
    }
}

/// Whether there is any account; once there is one, there always is.
async fn has_accounts(state: &web::Data<AppState>) -> Result<bool, ApiError> {
    let state = state.clone();
    Ok(web::block(move || state.store.read(accounts::any)).await??)
}
