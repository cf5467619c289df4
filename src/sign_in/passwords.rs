//! Passwords: hashed by argon2id, a few at a time.
//!
//! A hash takes 19 MiB and some 20 ms on purpose, so only a few are made at once; who waits too
//! long for a turn is sent away. Whoever is unknown costs one hash too.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::web;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::error::ApiError;

/// Fewest characters of a password.
pub const MIN_CHARACTERS: usize = 12;

/// Most bytes of a password: enough for any phrase.
pub const MAX_BYTES: usize = 512;

/// How many hashes are made at once.
const AT_ONCE: usize = 2;

/// How long to wait for a turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a password is compared with when there is none: of the same cost, and of nothing
/// anybody knows.
static NOBODYS: LazyLock<String> = LazyLock::new(|| {
    let mut password = [0; 32];
    // Without randomness it is a password still that nobody is asked for.
    let _ = getrandom::fill(&mut password);
    make(&password).unwrap_or_default()
});

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    #[error("a password has {MIN_CHARACTERS} characters or more; a few words in a row do well")]
    Short,
    #[error("a password has {MAX_BYTES} bytes at most")]
    Long,
    #[error("the password says the email address; choose another")]
    SaysEmail,
    #[error("the two passwords differ; type them again")]
    Differ,
}

/// Refuses what is guessed first.
pub fn check_strength(password: &str, again: &str, email: &str) -> Result<(), Weak> {
    let name = email.split('@').next().unwrap_or_default();
    let says_email = |part: &str| part.len() > 3 && password.to_lowercase().contains(part);
    match () {
        () if password != again => Err(Weak::Differ),
        () if password.chars().count() < MIN_CHARACTERS => Err(Weak::Short),
        () if password.len() > MAX_BYTES => Err(Weak::Long),
        () if says_email(&email.to_lowercase()) => Err(Weak::SaysEmail),
        // A phrase may say a name besides; a name and a few digits is none.
        () if says_email(&name.to_lowercase()) && password.len() < name.len() + 8 => {
            Err(Weak::SaysEmail)
        }
        () => Ok(()),
    }
}

/// Makes and compares hashes.
pub struct Passwords {
    turns: Semaphore,
    /// How many were made since the process began.
    made: AtomicU64,
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords { turns: Semaphore::new(AT_ONCE), made: AtomicU64::new(0) }
    }
}

impl Passwords {
    /// The hash a password is kept as.
    pub async fn hash(&self, password: String) -> Result<String, ApiError> {
        let made = self.in_turn(move || make(password.as_bytes())).await?;
        made.ok_or(ApiError::Unavailable)
    }

    /// Whether a password is the one that was hashed; of nobody's hash it never is, at the
    /// same cost.
    pub async fn is_right(&self, password: String, hash: Option<String>) -> Result<bool, ApiError> {
        let is_somebodys = hash.is_some();
        let compare = move || compare(&password, hash.as_deref().unwrap_or(&NOBODYS));
        Ok(self.in_turn(compare).await? && is_somebodys)
    }

    /// Makes a hash when it has its turn.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(ApiError::Busy);
        };
        self.made.fetch_add(1, Ordering::Relaxed);
        Ok(web::block(work).await?)
    }
}

/// argon2id as OWASP advises: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password with a new salt.
fn make(password: &[u8]) -> Option<String> {
    argon2().hash_password(password).ok().map(|hash| hash.to_string())
}

/// Whether a password is the one that was hashed, with the parameters it was hashed with.
fn compare(password: &str, hash: &str) -> bool {
    let hash = PasswordHash::new(hash);
    hash.is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_refused() {
        let check = |password| check_strength(password, password, "ada.l@example.com");
        assert_eq!(check("correct horse battery"), Ok(()));
        assert_eq!(check("elevenchars"), Err(Weak::Short));
        assert_eq!(check("ada.l2026!!!"), Err(Weak::SaysEmail));
        assert_eq!(check("ada.l@example.com!"), Err(Weak::SaysEmail));
        assert_eq!(check(&"x".repeat(513)), Err(Weak::Long));
        assert_eq!(check_strength("correct horse battery", "x", "a@b.c"), Err(Weak::Differ));
    }

    #[test]
    fn a_hash_says_its_parameters_and_is_salted() {
        let hash = make(b"correct horse battery").expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(Some(hash.clone()), make(b"correct horse battery"));
        assert!(compare("correct horse battery", &hash));
        assert!(!compare("correct horse batterx", &hash));
        assert!(!compare("", "no hash"));
    }

    /// Operations are counted and time is not taken: how long a hash takes is the machine's
    /// matter, that exactly one is made for everybody is ours.
    #[actix_web::test]
    async fn an_unknown_account_costs_as_many_hashes_as_a_wrong_password() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse battery".to_owned()).await.expect("a hash");
        let made = || passwords.made.load(Ordering::Relaxed);
        let mut costs = Vec::new();
        for (hash, password, expected) in [
            (Some(hash.clone()), "correct horse battery", true),
            (Some(hash), "wrong", false),
            (None, "wrong", false),
        ] {
            let before = made();
            let right = passwords.is_right(password.to_owned(), hash).await;
            assert_eq!(right, Ok(expected));
            costs.push(made() - before);
        }
        assert_eq!(costs, [1, 1, 1]);
        // And each of them costs the same: the hash of nobody has the same parameters.
        assert!(NOBODYS.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }
}
