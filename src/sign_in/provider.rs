//! Signing in by OpenID Connect: code flow with PKCE, state and nonce.
//!
//! What the provider says is believed only when it is signed by one of its keys, for us, now,
//! and in answer to a sign-in that this browser began; each is taken once.

mod fetch;
mod claims;
mod account;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use daybook_schema::provider_flows::{self, ProviderFlow};
use daybook_schema::store::Store;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreJwsSigningAlgorithm as Algorithm, CoreProviderMetadata,
};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, IssuerUrl,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};

pub use account::sign_in;
pub use claims::Groups;
use claims::{Claims, Client, IdToken, Said};
use fetch::Fetch;

use crate::state::now_micros;

/// How long a sign-in may take.
const PATIENCE_MICROS: i64 = 600 * 1_000_000;

/// How long what a provider says of itself is believed without asking again.
const KEPT: Duration = Duration::from_secs(3600);

/// Signatures by keys that the provider alone has. Not `none`, and not those by the client's
/// secret, which is no key.
const SIGNED_BY: [Algorithm; 8] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
];

/// What an operator says of the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSettings {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<String>,
    /// Whether an address is believed of which it is not said whether it is verified.
    pub trusts_email: bool,
    pub groups: Groups,
}

/// The provider.
pub struct Provider {
    settings: ProviderSettings,
    issuer: IssuerUrl,
    fetch: Fetch,
    /// What it says of itself, and when it was asked.
    known: Mutex<Option<(CoreProviderMetadata, Instant)>>,
}

/// A sign-in that begins: where the browser is led, and what it keeps meanwhile.
pub struct Begun {
    pub url: String,
    pub state: String,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum NotSignedIn {
    #[error("the sign-in was not begun here, took too long, or was used before")]
    Flow,
    #[error("too many sign-ins are under way")]
    TooMany,
    #[error("the provider's answer is not to be believed: {0}")]
    Token(&'static str),
    #[error(
        "the provider names no email address that it has verified; where it never says so, an \
             operator can trust it with --oidc-trust-email"
    )]
    Email,
    #[error("the account is disabled, or in no group that is let in")]
    NotLetIn,
    #[error("the provider cannot be asked: {0:#}")]
    Provider(anyhow::Error),
    #[error("the database answered: {0}")]
    Store(#[from] daybook_schema::StoreError),
}

impl Provider {
    /// The provider an operator names. It is asked when somebody signs in, so that it need not
    /// run when this server starts.
    pub fn new(settings: ProviderSettings) -> anyhow::Result<Provider> {
        let issuer = IssuerUrl::new(settings.issuer.clone())
            .context("--oidc-issuer must be a URL, for example https://login.example.com")?;
        let url = issuer.url();
        let is_here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        anyhow::ensure!(
            url.scheme() == "https" || (url.scheme() == "http" && is_here),
            "--oidc-issuer must begin with https://"
        );
        let fetch = Fetch::new()?;
        Ok(Provider { settings, issuer, fetch, known: Mutex::new(None) })
    }

    /// Begins a sign-in. Blocks.
    pub fn begin(&self, store: &Store, back: &str, next: &str) -> Result<Begun, NotSignedIn> {
        let client = self.client(back, false)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let now = now_micros();
        let flow = ProviderFlow {
            state_hash: hash(state.secret()),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            next_path: next.to_owned(),
            created_at: now,
        };
        let kept = store.write(|conn| provider_flows::begin(conn, &flow, now - PATIENCE_MICROS))?;
        let begun = Begun { url: url.to_string(), state: state.secret().clone() };
        kept.then_some(begun).ok_or(NotSignedIn::TooMany)
    }

    /// Ends a sign-in: what the provider says of whoever came back, and where to go on. Blocks.
    fn end(
        &self,
        store: &Store,
        back: &str,
        state: &str,
        code: String,
    ) -> Result<(Said, String), NotSignedIn> {
        let since = now_micros() - PATIENCE_MICROS;
        let flow = store.write(|conn| provider_flows::take(conn, &hash(state), since))?;
        let flow = flow.ok_or(NotSignedIn::Flow)?;
        let client = self.client(back, false)?;
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| NotSignedIn::Provider(error.into()))?;
        let answer = request
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier))
            .request(&|request| self.fetch.call(request))
            .map_err(|_| NotSignedIn::Token("it refuses the code"))?;
        let token = answer.extra_fields().id_token();
        let token = token.ok_or(NotSignedIn::Token("it has no ID token"))?;
        let nonce = Nonce::new(flow.nonce);
        let claims = match verified(&client, token, &nonce) {
            // It may have other keys since it was asked.
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                verified(&self.client(back, true)?, token, &nonce)
            }
            claims => claims,
        };
        let claims = claims.map_err(|error| NotSignedIn::Token(reason(&error)))?;
        let said = Said::read(&self.issuer, &claims, &self.settings)?;
        Ok((said, flow.next_path))
    }

    /// Us, as the provider knows us.
    fn client(&self, back: &str, anew: bool) -> Result<Client, NotSignedIn> {
        let metadata = self.metadata(anew).map_err(NotSignedIn::Provider)?;
        let back = RedirectUrl::new(back.to_owned());
        let back = back.map_err(|error| NotSignedIn::Provider(error.into()))?;
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        let id = ClientId::new(self.settings.client_id.clone());
        Ok(Client::from_provider_metadata(metadata, id, secret).set_redirect_uri(back))
    }

    /// What the provider says of itself, its keys among it; asked anew where that is wanted.
    fn metadata(&self, anew: bool) -> anyhow::Result<CoreProviderMetadata> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((metadata, asked_at)) = known
            && !anew
            && asked_at.elapsed() < KEPT
        {
            return Ok(metadata);
        }
        let fetch = |request| self.fetch.call(request);
        let metadata = CoreProviderMetadata::discover(&self.issuer, &fetch)
            .context("read /.well-known/openid-configuration and its keys")?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((metadata.clone(), Instant::now()));
        Ok(metadata)
    }
}

/// The claims of a token that is signed by the provider, for us, now, in answer to a nonce.
fn verified(
    client: &Client,
    token: &IdToken,
    nonce: &Nonce,
) -> Result<Claims, ClaimsVerificationError> {
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNED_BY);
    token.claims(&verifier, nonce).cloned()
}

/// What is wrong with a token, without its content.
fn reason(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "its time is over",
        ClaimsVerificationError::InvalidAudience(_) => "it is for somebody else",
        ClaimsVerificationError::InvalidIssuer(_) => "it is of another issuer",
        ClaimsVerificationError::InvalidNonce(_) => "it answers another sign-in",
        ClaimsVerificationError::SignatureVerification(_) => "its signature is wrong",
        _ => "it cannot be read",
    }
}

/// As what a state is kept.
fn hash(state: &str) -> Vec<u8> {
    blake3::hash(state.as_bytes()).as_bytes().to_vec()
}
