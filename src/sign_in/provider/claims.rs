//! What a provider says of somebody, and the role that follows from their groups.

use std::collections::HashMap;

use daybook_schema::accounts::Role;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IdTokenClaims, IdTokenFields, IssuerUrl, StandardErrorResponse, StandardTokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{NotSignedIn, ProviderSettings};
use crate::accounts;

/// Every claim that the standard does not name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Others {
    #[serde(flatten)]
    all: HashMap<String, Value>,
}

impl AdditionalClaims for Others {}

/// What is said of somebody.
pub type Claims = IdTokenClaims<Others, CoreGenderClaim>;

/// The same, signed.
pub type IdToken = openidconnect::IdToken<
    Others,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// What the provider answers to a code.
type Answer = StandardTokenResponse<
    IdTokenFields<
        Others,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

/// Us, as the provider knows us.
pub type Client = openidconnect::Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Answer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Which groups may what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// The claim that names them.
    pub claim: String,
    pub admin: Option<String>,
    pub manager: Option<String>,
    /// Where it is said, nobody else is let in.
    pub viewer: Option<String>,
}

impl Groups {
    /// The role of who is in some groups; `None` for who is not let in.
    pub fn role(&self, groups: &[&str]) -> Option<Role> {
        let is_in =
            |group: &Option<String>| group.as_deref().is_some_and(|group| groups.contains(&group));
        match () {
            () if is_in(&self.admin) => Some(Role::Admin),
            () if is_in(&self.manager) => Some(Role::Manager),
            () if self.viewer.is_none() || is_in(&self.viewer) => Some(Role::Viewer),
            () => None,
        }
    }

    /// Whether roles follow from groups; else an admin gives them here.
    pub fn give_roles(&self) -> bool {
        self.admin.is_some() || self.manager.is_some()
    }
}

/// What is needed of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Issuer and subject: who it is, whatever their address.
    pub subject: String,
    pub email: String,
    pub role: Role,
}

impl Said {
    /// Reads claims that were verified.
    pub fn read(
        issuer: &IssuerUrl,
        claims: &Claims,
        settings: &ProviderSettings,
    ) -> Result<Said, NotSignedIn> {
        let groups = &settings.groups;
        let is_believed = claims.email_verified().unwrap_or(settings.trusts_email);
        let email = claims.email().map(|email| email.as_str());
        let email = email.filter(|email| is_believed && accounts::is_email(email));
        let email = email.ok_or(NotSignedIn::Email)?.to_owned();
        let named = claims.additional_claims().all.get(&groups.claim);
        let named: Vec<&str> = match named {
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(one)) => vec![one.as_str()],
            _ => Vec::new(),
        };
        let role = groups.role(&named).ok_or(NotSignedIn::NotLetIn)?;
        let subject = format!("{} {}", issuer.as_str(), claims.subject().as_str());
        Ok(Said { subject, email, role })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_group_gives_the_role() {
        let group = |name: &str| Some(name.to_owned());
        let groups = Groups {
            claim: "groups".to_owned(),
            admin: group("a"),
            manager: group("m"),
            viewer: group("v"),
        };
        assert_eq!(groups.role(&["v", "m", "a"]), Some(Role::Admin));
        assert_eq!(groups.role(&["v", "m"]), Some(Role::Manager));
        assert_eq!(groups.role(&["v"]), Some(Role::Viewer));
        assert_eq!(groups.role(&["A", "other"]), None);
        let open = Groups { viewer: None, ..groups };
        assert_eq!(open.role(&[]), Some(Role::Viewer));
    }
}
