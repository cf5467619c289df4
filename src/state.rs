//! What every handler works with.

use std::sync::Arc;

use daybook_jobs::fold_signals::{Decided, Folder};
use daybook_jobs::keys::Keys;
use daybook_jobs::queue::Worker;
use daybook_jobs::trial::Trial;
use daybook_schema::counters::Basis;
use daybook_schema::installation::Installation;
use daybook_schema::signals::SignalKind;
use daybook_schema::store::Store;
use tokio::sync::Semaphore;

use crate::config::{DETECTION_DAYS, Limits};
use crate::connections::front_door::FrontDoor;
use crate::ingest::arriving::Arriving;
use crate::ingest::enqueue::Enqueuer;
use crate::ingest::health::Health;
use crate::ingest::limits::ElementLimits;
use crate::ingest::patterns::watch::Current;
use crate::ingest::rates::Rates;
use crate::ingest::redact::{self, Redactor};
use crate::seal::Seal;
use crate::sign_in::SignIn;
use crate::sign_in::provider::Provider;
use crate::sign_in::settings::Settings;
use crate::tokens::Tokens;

/// How many large bodies are worked on at once.
const LARGE_BODIES: usize = 1;

/// What every handler works with.
pub struct AppState {
    pub store: Store,
    /// Seals ingest tokens.
    pub seal: Seal,
    pub time_zone: chrono_tz::Tz,
    pub tokens: Tokens,
    pub sign_in: SignIn,
    pub limits: Limits,
    pub element_limits: ElementLimits,
    pub rates: Rates,
    /// How each connection is, gathered until it is written.
    pub health: Arc<Health>,
    pub redactor: Redactor,
    /// What the organization demands of redaction besides.
    pub demands: Current,
    pub enqueuer: Enqueuer,
    /// Where this process is reached, once it listens.
    pub front_door: Option<FrontDoor>,
    /// For how many days it is kept what redaction found.
    pub detection_days: u32,
    /// The turn of large bodies; whoever works on one has it.
    pub large_bodies: Arc<Semaphore>,
    /// The room for bodies that arrive.
    pub arriving: Arriving,
    /// Key every hash of what is in them.
    pub keys: Keys,
    /// Keys the hashes of bodies.
    hash_key: [u8; 32],
}

impl AppState {
    /// The state of a server over a store.
    pub fn new(
        store: Store,
        seal: Seal,
        installation: &Installation,
        time_zone: chrono_tz::Tz,
        limits: Limits,
        enqueuer: Enqueuer,
        demands: Current,
    ) -> AppState {
        AppState {
            tokens: Tokens::new(store.clone()),
            sign_in: SignIn::new(store.clone(), Settings::default(), None),
            element_limits: ElementLimits {
                max_points: limits.max_points,
                ..ElementLimits::default()
            },
            rates: Rates::new(limits.rates.clone()),
            health: Arc::default(),
            redactor: Redactor::with(redact::Settings {
                hash_key: hash_key(installation),
                ..redact::Settings::default()
            }),
            demands,
            large_bodies: Arc::new(Semaphore::new(LARGE_BODIES)),
            arriving: Arriving::new(limits.max_body_bytes),
            keys: Keys::new(&installation.hash_key),
            hash_key: hash_key(installation),
            store,
            seal,
            time_zone,
            limits,
            enqueuer,
            front_door: None,
            detection_days: DETECTION_DAYS,
        }
    }

    /// With what an operator says about signing in.
    pub fn with_sign_in(self, settings: Settings, provider: Option<Provider>) -> AppState {
        AppState { sign_in: SignIn::new(self.store.clone(), settings, provider), ..self }
    }

    /// Whose days are shown: the organization's, which are UTC days where it says nothing else.
    pub fn basis(&self) -> Basis {
        if self.time_zone == chrono_tz::Tz::UTC { Basis::Utc } else { Basis::Local }
    }

    /// What a request is known by: the same bytes from the same connection are the client's
    /// own retry.
    pub fn content_hash(&self, connection_id: i32, kind: SignalKind, body: &[u8]) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new_keyed(&self.hash_key);
        // The body first: whole chunks of it are hashed side by side only from its start.
        hasher.update(body);
        hasher.update(&connection_id.to_le_bytes());
        hasher.update(&kind.number().to_le_bytes());
        let mut hash = [0; 16];
        hasher.finalize_xof().fill(&mut hash);
        hash
    }
}

/// The installation's key, as BLAKE3 takes it.
pub fn hash_key(installation: &Installation) -> [u8; 32] {
    let mut key = [0; 32];
    for (slot, byte) in key.iter_mut().zip(&installation.hash_key) {
        *slot = *byte;
    }
    key
}

/// What the fold works with.
pub fn folder(
    store: &Store,
    installation: &Installation,
    time_zone: chrono_tz::Tz,
    trial: Trial,
) -> Folder {
    let keys = Keys::new(&installation.hash_key);
    Folder { store: store.clone(), keys, time_zone, trial, decided: Decided::default() }
}

/// This process as a worker: a random id, and where it runs.
pub fn worker() -> anyhow::Result<Worker> {
    let mut id = [0; 8];
    getrandom::fill(&mut id).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    let name = format!("process {}", std::process::id());
    Ok(Worker { id: i64::from_le_bytes(id), name })
}

/// Microseconds since 1970.
pub fn now_micros() -> i64 {
    chrono::Utc::now().timestamp_micros()
}

/// Shared by every thread.
pub type Shared = Arc<AppState>;
