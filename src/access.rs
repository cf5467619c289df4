//! Who may do what: the guard that stands before every route.
//!
//! `routes.rs` names for each route who may use it; what a caller is, is found out here, once,
//! before the handler runs. What a browser says came from another site is refused, whoever
//! sends it.

pub mod caller;
pub mod origin;
pub mod looks;
mod refusal;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, web};
use daybook_schema::accounts::Role;

pub use caller::Caller;

use crate::config::Scope;
use crate::error::ApiError;
use crate::state::AppState;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever asks: what is needed to sign in, and what says whether the server lives.
    Anyone,
    /// Who sends an ingest token; the doors of telemetry look at it themselves.
    Ingest,
    /// Every account, about itself.
    SignedIn,
    /// Every account that signs in; a viewer is shown nothing but their own figures.
    OwnFigures,
    /// Managers, admins, API tokens; before there is an account, who sits at this machine.
    Figures,
    /// Admins and API tokens of scope admin.
    Admin,
}

impl Who {
    /// Whether a caller is one of them.
    pub fn lets_in(self, caller: &Caller) -> bool {
        let role = caller.role();
        match self {
            Who::Anyone | Who::Ingest => true,
            Who::SignedIn => role.is_some(),
            Who::OwnFigures => Who::Figures.lets_in(caller) || role.is_some(),
            Who::Figures => match caller {
                Caller::Nobody => false,
                Caller::ThisMachine | Caller::Token { .. } => true,
                Caller::Account(_) => role >= Some(Role::Manager),
            },
            Who::Admin => match caller {
                Caller::Token { scope, .. } => *scope == Scope::Admin,
                _ => role == Some(Role::Admin),
            },
        }
    }
}

/// Lets a request through to its handler, or refuses it.
pub async fn guard(
    who: Who,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match admit(who, request.request()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.call(request).await
        }
        Err(error) => {
            let answer = refusal::answer(request.request(), &error);
            Ok(request.into_response(answer))
        }
    }
}

/// Who asks, if that is somebody who may.
async fn admit(who: Who, request: &HttpRequest) -> Result<Caller, ApiError> {
    let state = request.app_data::<web::Data<AppState>>().ok_or(ApiError::Unavailable)?;
    check(who, request, state).await
}

/// Who asks, if that is somebody who may.
async fn check(
    who: Who,
    request: &HttpRequest,
    state: &web::Data<AppState>,
) -> Result<Caller, ApiError> {
    let writes = !request.method().is_safe();
    // What only admins read may be a secret; a link from elsewhere leads to pages.
    let is_secret = who == Who::Admin && request.path().starts_with("/api/");
    if (writes || is_secret) && origin::is_cross_site(request) {
        return Err(ApiError::CrossSite);
    }
    if who == Who::Anyone {
        return Ok(Caller::Nobody);
    }
    let caller = Caller::of(request, state).await?;
    match &caller {
        // A cookie is sent by the browser itself: something has to say that a page of ours asks.
        Caller::Account(_) if writes && !origin::is_from_page(request) => Err(ApiError::CrossSite),
        caller if who.lets_in(caller) => Ok(caller.clone()),
        Caller::Nobody | Caller::ThisMachine => Err(ApiError::NoToken),
        _ => Err(ApiError::Forbidden),
    }
}
