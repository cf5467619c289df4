//! Tokens: made, written, read and compared.
//!
//! `dbk_ingest_<id>_<secret>` writes, `dbk_api_<id>_<secret>` reads. The secret is 32 random
//! bytes, so one fast hash of it is enough; it is compared in constant time.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use daybook_schema::QueryResult;
use daybook_schema::ingest_tokens::{self, IngestToken};
use daybook_schema::store::Store;
use daybook_schema::tokens::{self, ApiToken, SetupLink};
use subtle::ConstantTimeEq;

use crate::notes::Notes;
use crate::state::now_micros;

/// How long a token's row is trusted without asking the database again: a revoked token is
/// refused by every process within this time.
const TRUST: Duration = Duration::from_secs(3);

/// Most tokens that are remembered.
const MAX_REMEMBERED: usize = 10_000;

/// How often it is noted that an API token is used: once a minute.
const NOTE_USE_MICROS: i64 = 60_000_000;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Ingest,
    Api,
    Setup,
    /// The cookie of a login.
    Login,
}

impl Purpose {
    /// What its tokens begin with.
    fn prefix(self) -> &'static str {
        match self {
            Purpose::Ingest => "dbk_ingest_",
            Purpose::Api => "dbk_api_",
            Purpose::Setup => "dbk_setup_",
            Purpose::Login => "dbk_login_",
        }
    }
}

/// A token that was just made: its text is shown once.
pub struct NewToken {
    pub id: String,
    pub secret_hash: Vec<u8>,
    pub text: String,
}

/// Makes a token.
pub fn create(purpose: Purpose) -> anyhow::Result<NewToken> {
    let (mut id, mut secret) = ([0; 8], [0; 32]);
    getrandom::fill(&mut id).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    getrandom::fill(&mut secret).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    let (id, secret) = (hex(&id), hex(&secret));
    Ok(NewToken {
        secret_hash: hash(&secret),
        text: format!("{}{id}_{secret}", purpose.prefix()),
        id,
    })
}

/// Reads a token's text: id and secret.
pub fn parse(purpose: Purpose, text: &str) -> Option<(&str, &str)> {
    let (id, secret) = text.strip_prefix(purpose.prefix())?.split_once('_')?;
    let plausible = id.len() == 16 && secret.len() == 64;
    plausible.then_some((id, secret))
}

/// The token in `Authorization: Bearer`, if there is one.
pub fn bearer(header: &str) -> Option<&str> {
    // The client sends what it was given as it is, percent-encoding and all.
    let rest = header.trim();
    let scheme = rest.get(..6)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let rest = rest.get(6..)?;
    let token = rest.strip_prefix("%20").unwrap_or(rest).trim();
    (!token.is_empty()).then_some(token)
}

/// The hash a secret is kept as.
pub fn hash(secret: &str) -> Vec<u8> {
    blake3::hash(secret.as_bytes()).as_bytes().to_vec()
}

/// Whether a secret is the one that was hashed; of no hash it never is. Either way costs one hash
/// and one comparison in constant time, so that time does not tell which ids there are.
pub fn is_right(secret: &str, secret_hash: Option<&[u8]>) -> bool {
    #[cfg(test)]
    timing::COMPARED.with(|compared| compared.set(compared.get() + 1));
    let same: bool = hash(secret).ct_eq(secret_hash.unwrap_or(&NOBODYS)).into();
    same & secret_hash.is_some()
}

/// What a secret is compared with where there is no row.
const NOBODYS: [u8; 32] = [0; 32];

/// Bytes in hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Knows which tokens are live; asks the database at most every three seconds for each.
pub struct Tokens {
    store: Store,
    notes: Notes,
    ingest: RwLock<HashMap<String, Remembered>>,
}

/// An ingest token's row, and when it was read.
struct Remembered {
    row: IngestToken,
    read_at: Instant,
}

impl Tokens {
    /// The tokens of a store.
    pub fn new(store: Store) -> Tokens {
        let notes = Notes::new(store.clone(), tokens::note_api_use);
        Tokens { store, notes, ingest: RwLock::new(HashMap::new()) }
    }

    /// The connection of an ingest token, when it is known without asking the database.
    ///
    /// Only who knows the secret is answered from memory. Whoever does not waits for the
    /// database, whether the id is in use or there is no such id.
    pub fn remembered_connection(&self, text: &str) -> Option<Option<i32>> {
        let Some((id, secret)) = parse(Purpose::Ingest, text) else {
            return Some(None);
        };
        self.remembered(id, secret, |known| {
            (known.read_at.elapsed() < TRUST).then(|| live_connection(&known.row))
        })
    }

    /// The connection that an ingest token is or was of, revoked or not, when it is known without
    /// asking the database. It opens nothing.
    pub fn sender(&self, text: &str) -> Option<i32> {
        let (id, secret) = parse(Purpose::Ingest, text)?;
        self.remembered(id, secret, |known| Some(known.row.connection_id))
    }

    /// Something of what is remembered of an id, for who knows its secret.
    fn remembered<T>(
        &self,
        id: &str,
        secret: &str,
        read: impl FnOnce(&Remembered) -> Option<T>,
    ) -> Option<T> {
        let ingest = self.ingest.read().unwrap_or_else(PoisonError::into_inner);
        let known = ingest.get(id);
        let right = is_right(secret, known.map(|known| known.row.secret_hash.as_slice()));
        known.filter(|_| right).and_then(read)
    }

    /// The connection of an ingest token. Blocks.
    pub fn connection(&self, text: &str) -> QueryResult<Option<i32>> {
        let Some((id, secret)) = parse(Purpose::Ingest, text) else {
            return Ok(None);
        };
        // A row is read for an unknown id too, and compared: of another token.
        let nearest = self.store.read(|conn| ingest_tokens::nearest(conn, id))?;
        let right = is_right(secret, nearest.as_ref().map(|row| row.secret_hash.as_slice()));
        let Some(row) = nearest.filter(|row| right & (row.id == id)) else {
            return Ok(None);
        };
        let connection = live_connection(&row);
        let mut ingest = self.ingest.write().unwrap_or_else(PoisonError::into_inner);
        if ingest.len() >= MAX_REMEMBERED {
            ingest.clear();
        }
        ingest.insert(id.to_owned(), Remembered { row, read_at: Instant::now() });
        Ok(connection)
    }

    /// The API token of a text, when it is live. Blocks, on a thread of tokio's.
    pub fn api(&self, text: &str) -> QueryResult<Option<ApiToken>> {
        let Some((id, secret)) = parse(Purpose::Api, text) else {
            return Ok(None);
        };
        let now = now_micros();
        let row = self.store.read(|conn| tokens::live_api(conn, id, now))?;
        let right = is_right(secret, row.as_ref().map(|row| row.secret_hash.as_slice()));
        let Some(row) = row.filter(|_| right) else { return Ok(None) };
        let noted = row.last_used_at.unwrap_or_default();
        if now.saturating_sub(noted) > NOTE_USE_MICROS {
            self.notes.note(id, now);
        }
        Ok(Some(row))
    }

    /// The setup link of a text, used or not. Blocks.
    pub fn setup_link(&self, text: &str) -> QueryResult<Option<SetupLink>> {
        let Some((id, secret)) = parse(Purpose::Setup, text) else {
            return Ok(None);
        };
        let row = self.store.read(|conn| tokens::setup_link(conn, id))?;
        let right = is_right(secret, row.as_ref().map(|row| row.secret_hash.as_slice()));
        Ok(row.filter(|_| right))
    }
}

/// The connection of a token that is not revoked.
fn live_connection(row: &IngestToken) -> Option<i32> {
    row.revoked_at.is_none().then_some(row.connection_id)
}

#[cfg(test)]
mod timing;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_as_it_was_made() -> anyhow::Result<()> {
        let token = create(Purpose::Ingest)?;
        let (id, secret) = parse(Purpose::Ingest, &token.text).expect("its own text");
        assert_eq!(id, token.id);
        assert!(is_right(secret, Some(&token.secret_hash)));
        assert!(!is_right(&secret.replace(['0', '1'], "2"), Some(&token.secret_hash)));
        assert!(!is_right(secret, None));
        assert_eq!(parse(Purpose::Api, &token.text), None);
        Ok(())
    }

    #[test]
    fn a_bearer_header_is_read_in_every_spelling() {
        for (header, token) in [
            ("Bearer abc", Some("abc")),
            ("bearer   abc ", Some("abc")),
            ("Bearer%20abc", Some("abc")),
            ("Basic abc", None),
            ("Bearer", None),
            ("", None),
        ] {
            assert_eq!(bearer(header), token, "{header}");
        }
    }
}
