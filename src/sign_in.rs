//! Signing in: passwords, logins and the links that make accounts usable.
//!
//! What a caller may do is no matter of this module: see [`crate::access`].

pub mod settings;
pub mod passwords;
pub mod throttle;
pub mod cookie;
pub mod logins;
pub mod links;
pub mod change;
pub mod provider;

use daybook_schema::store::Store;

use passwords::Passwords;
use provider::Provider;
use settings::Settings;
use throttle::Throttle;

use crate::notes::Notes;

/// What signing in works with.
pub struct SignIn {
    store: Store,
    notes: Notes,
    pub settings: Settings,
    passwords: Passwords,
    throttle: Throttle,
    /// The organization's own sign-in, where there is one.
    pub provider: Option<Provider>,
}

impl SignIn {
    /// Over a store.
    pub fn new(store: Store, settings: Settings, provider: Option<Provider>) -> SignIn {
        SignIn {
            notes: Notes::new(store.clone(), daybook_schema::logins::note_seen),
            store,
            settings,
            passwords: Passwords::default(),
            throttle: Throttle::default(),
            provider,
        }
    }
}
