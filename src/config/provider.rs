//! The organization's own sign-in, by OpenID Connect.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::sign_in::provider::{Groups, ProviderSettings};

/// The provider of OpenID Connect.
#[derive(Clone, Debug, Default, Args)]
pub struct ProviderArgs {
    /// Let people sign in by OpenID Connect, with the provider of this issuer, e.g.
    /// `https://login.example.com`. It has to lead back to `/login/provider/callback`.
    #[arg(long, env = "DAYBOOK_OIDC_ISSUER", requires = "oidc_client_id")]
    pub oidc_issuer: Option<String>,
    /// As what the provider knows this server.
    #[arg(long, env = "DAYBOOK_OIDC_CLIENT_ID", requires = "oidc_issuer")]
    pub oidc_client_id: Option<String>,
    /// A file with the secret that the provider gave this server.
    #[arg(long, env = "DAYBOOK_OIDC_CLIENT_SECRET_FILE")]
    pub oidc_client_secret_file: Option<PathBuf>,
    /// The secret itself; better in the environment than on a command line.
    #[arg(long, env = "DAYBOOK_OIDC_CLIENT_SECRET", hide_env_values = true)]
    pub oidc_client_secret: Option<String>,
    /// The claim that names the groups somebody is in.
    #[arg(long, env = "DAYBOOK_OIDC_GROUPS_CLAIM", default_value = "groups")]
    pub oidc_groups_claim: String,
    /// Who is in this group is an admin.
    #[arg(long, env = "DAYBOOK_OIDC_ADMIN_GROUP")]
    pub oidc_admin_group: Option<String>,
    /// Who is in this group is a manager.
    #[arg(long, env = "DAYBOOK_OIDC_MANAGER_GROUP")]
    pub oidc_manager_group: Option<String>,
    /// Believe an email address of which the provider does not say whether it is verified. Only
    /// where nobody can choose their address there: whoever can signs in to the account that has
    /// it here. What the provider says is not verified stays refused.
    #[arg(long, env = "DAYBOOK_OIDC_TRUST_EMAIL", requires = "oidc_issuer")]
    pub oidc_trust_email: bool,
    /// Only who is in this group is let in besides, as a viewer; everybody, where it is not said.
    #[arg(long, env = "DAYBOOK_OIDC_VIEWER_GROUP")]
    pub oidc_viewer_group: Option<String>,
}

impl ProviderArgs {
    /// As signing in works with it; `None` where there is no provider.
    pub fn settings(&self) -> anyhow::Result<Option<ProviderSettings>> {
        let (Some(issuer), Some(client_id)) = (&self.oidc_issuer, &self.oidc_client_id) else {
            return Ok(None);
        };
        let client_secret = match &self.oidc_client_secret_file {
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| {
                    format!("read {}; check --oidc-client-secret-file", path.display())
                })?;
                Some(text.trim().to_owned())
            }
            None => self.oidc_client_secret.clone(),
        };
        Ok(Some(ProviderSettings {
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            client_secret,
            trusts_email: self.oidc_trust_email,
            groups: Groups {
                claim: self.oidc_groups_claim.clone(),
                admin: self.oidc_admin_group.clone(),
                manager: self.oidc_manager_group.clone(),
                viewer: self.oidc_viewer_group.clone(),
            },
        }))
    }
}
