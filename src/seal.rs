//! Seals ingest tokens, so that an admin can be shown them again while the database alone says
//! nothing of them: AES-256-GCM with a key that is kept elsewhere.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

mod file;

/// How long a key is, in bytes.
const KEY_BYTES: usize = 32;

/// The first byte of what is sealed: how it is.
const FORM: u8 = 1;

/// How many bytes name the key that something is sealed with.
const KEY_NAME_BYTES: usize = 4;

/// What the name of a key is derived for.
const KEY_NAME_CONTEXT: &str = "daybook 2026-11-20 name of the key that seals ingest tokens";

/// Where the key comes from: the first of these that is given.
#[derive(Clone, Copy, Debug)]
pub struct KeySource<'a> {
    /// 64 hex digits.
    pub text: Option<&'a str>,
    /// A file that holds 64 hex digits.
    pub file: Option<&'a Path>,
    /// The folder where a file is made when there is none.
    pub folder: &'a Path,
}

/// Seals and opens.
pub struct Seal {
    key: LessSafeKey,
    name: [u8; KEY_NAME_BYTES],
}

/// Why something sealed could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOpened {
    #[error(
        "it is sealed with the key {sealed}, and this process has the key {ours}; start every \
         process with the same --seal-key-file"
    )]
    OtherKey { sealed: String, ours: String },
    #[error("what is sealed was changed, or belongs to another token; rotate the token")]
    Changed,
}

impl Seal {
    /// Reads the key, or makes it.
    pub fn load(source: KeySource<'_>) -> anyhow::Result<Seal> {
        let text = match (source.text, source.file) {
            (Some(text), _) => text.to_owned(),
            (None, Some(path)) => file::read(path)
                .with_context(|| format!("read {}; check --seal-key-file", path.display()))?,
            (None, None) => {
                let path = own_file(source.folder);
                file::read_or_make(&path, || new_key().map(|key| hex(&key)))
                    .with_context(|| format!("keep the sealing key in {}", path.display()))?
            }
        };
        let key = parse(text.trim())
            .context("the key that seals ingest tokens must be 64 hex digits: `openssl rand -hex 32` makes one")?;
        Seal::new(key)
    }

    /// With a key that is forgotten at the end: for a database that is.
    pub fn throw_away() -> anyhow::Result<Seal> {
        Seal::new(new_key()?)
    }

    /// With a key.
    fn new(key: [u8; KEY_BYTES]) -> anyhow::Result<Seal> {
        let mut name = [0; KEY_NAME_BYTES];
        let mut hasher = blake3::Hasher::new_derive_key(KEY_NAME_CONTEXT);
        hasher.update(&key).finalize_xof().fill(&mut name);
        let key = UnboundKey::new(&AES_256_GCM, &key);
        let key = key.map_err(|_| anyhow::anyhow!("the key does not fit"))?;
        Ok(Seal { key: LessSafeKey::new(key), name })
    }

    /// Seals a token's text; it opens for the same id only.
    pub fn close(&self, id: &str, text: &str) -> anyhow::Result<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        random(&mut nonce)?;
        let mut sealed = text.as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(id.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| anyhow::anyhow!("the token could not be sealed"))?;
        Ok([&[FORM][..], &self.name, &nonce, &sealed].concat())
    }

    /// The text of a token.
    pub fn open(&self, id: &str, sealed: &[u8]) -> Result<String, NotOpened> {
        let rest = sealed.strip_prefix(&[FORM]).ok_or(NotOpened::Changed)?;
        let (name, rest) = rest.split_at_checked(KEY_NAME_BYTES).ok_or(NotOpened::Changed)?;
        if name != self.name {
            return Err(NotOpened::OtherKey { sealed: hex(name), ours: hex(&self.name) });
        }
        let (nonce, rest) = rest.split_at_checked(NONCE_LEN).ok_or(NotOpened::Changed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| NotOpened::Changed)?;
        let mut text = rest.to_vec();
        let opened = self.key.open_in_place(nonce, Aad::from(id.as_bytes()), &mut text);
        let opened = opened.map_err(|_| NotOpened::Changed)?;
        String::from_utf8(opened.to_vec()).map_err(|_| NotOpened::Changed)
    }
}

/// The file of a data folder.
fn own_file(folder: &Path) -> PathBuf {
    folder.join("seal.key")
}

/// A key nobody had before.
fn new_key() -> anyhow::Result<[u8; KEY_BYTES]> {
    let mut key = [0; KEY_BYTES];
    random(&mut key)?;
    Ok(key)
}

/// Fills bytes at random.
fn random(bytes: &mut [u8]) -> anyhow::Result<()> {
    getrandom::fill(bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))
}

/// Reads a key; `None` for what is none. What was read is not said: it may be a key.
fn parse(text: &str) -> Option<[u8; KEY_BYTES]> {
    if text.len() != 2 * KEY_BYTES || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = [0; KEY_BYTES];
    for (place, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(key)
}

/// Bytes in hex.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_token_alone() {
        let seal = Seal::throw_away().unwrap();
        let sealed = seal.close("one", "dbk_ingest_one_secret").unwrap();
        assert_eq!(seal.open("one", &sealed).as_deref(), Ok("dbk_ingest_one_secret"));
        assert_eq!(seal.open("two", &sealed), Err(NotOpened::Changed));
        let again = seal.close("one", "dbk_ingest_one_secret").unwrap();
        assert_ne!(sealed, again, "no nonce is used twice");
    }

    #[test]
    fn what_was_changed_does_not_open() {
        let seal = Seal::throw_away().unwrap();
        let sealed = seal.close("one", "text").unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(seal.open("one", &changed).is_err(), "byte {place}");
            assert!(seal.open("one", &sealed[..place]).is_err(), "cut at {place}");
        }
    }

    #[test]
    fn another_key_is_named() {
        let (one, other) = (Seal::throw_away().unwrap(), Seal::throw_away().unwrap());
        let sealed = one.close("one", "text").unwrap();
        assert!(matches!(other.open("one", &sealed), Err(NotOpened::OtherKey { .. })));
    }

    #[test]
    fn a_key_is_made_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let load = || Seal::load(KeySource { text: None, file: None, folder: folder.path() });
        let sealed = load().unwrap().close("one", "text").unwrap();
        assert_eq!(load().unwrap().open("one", &sealed).as_deref(), Ok("text"));
        std::fs::write(own_file(folder.path()), "short").unwrap();
        assert!(load().is_err(), "what is no key is not replaced");
    }
}
