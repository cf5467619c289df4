//! Keyed hashes: what names rows, and what tells copies apart.
//!
//! The key is the installation's own, so nobody outside can make two things collide.

use std::hash::Hasher;

use daybook_schema::claims::SHARDS;
use siphasher::sip::SipHasher13;

use crate::pseudonym::Pseudonym;

/// The key of every hash of one installation.
#[derive(Clone)]
pub struct Keys {
    hasher: SipHasher13,
}

/// What a hash is of; different things never share a hash by having the same parts.
#[derive(Clone, Copy)]
pub enum Domain {
    User = 1,
    Session,
    Group,
    SeenScope,
    Record,
    Stream,
    Attribute,
    Resource,
    Shard,
    Probe,
    Person,
}

impl Keys {
    /// The hashes keyed with the installation's `hash_key`.
    pub fn new(hash_key: &[u8]) -> Keys {
        let mut key = [0; 16];
        for (slot, byte) in key.iter_mut().zip(hash_key) {
            *slot = *byte;
        }
        Keys { hasher: SipHasher13::new_with_key(&key) }
    }

    /// The shard of a session, or of all telemetry of a connection that has no session ids:
    /// what is folded of one shard never touches what is folded of another.
    pub fn shard(&self, connection: i32, session: Option<&str>) -> i16 {
        let hash = self.begin(Domain::Shard).signed(connection.into()).maybe(session).finish();
        i16::try_from(hash % u64::from(SHARDS)).unwrap_or_default()
    }

    /// What an identity is known by where its text is not kept; a pseudonym says it itself.
    pub fn identity(&self, kind: &str, value: &str) -> i64 {
        match Pseudonym::parse(value) {
            Some(pseudonym) => pseudonym.identity,
            None => self.begin(Domain::Person).text(kind).text(value).id(),
        }
    }

    /// The same of one that may be missing.
    pub fn maybe_identity(&self, kind: &str, value: Option<&str>) -> Option<i64> {
        value.map(|value| self.identity(kind, value))
    }

    /// Begins a hash of something.
    #[expect(clippy::as_conversions, reason = "the number of the variant")]
    pub fn begin(&self, domain: Domain) -> Hash {
        let mut hasher = self.hasher;
        hasher.write_u8(domain as u8);
        Hash { hasher }
    }
}

/// A hash in the making. Texts carry their length, so parts cannot run together.
pub struct Hash {
    hasher: SipHasher13,
}

impl Hash {
    /// Adds a text.
    pub fn text(mut self, text: &str) -> Hash {
        self.add_bytes(text.as_bytes());
        self
    }

    /// Adds a text that may be missing; missing is not empty.
    pub fn maybe(mut self, text: Option<&str>) -> Hash {
        self.hasher.write_u8(u8::from(text.is_some()));
        self.add_bytes(text.unwrap_or_default().as_bytes());
        self
    }

    /// Adds a number that may be missing; missing is not 0.
    pub fn maybe_signed(mut self, number: Option<i64>) -> Hash {
        self.hasher.write_u8(u8::from(number.is_some()));
        self.signed(number.unwrap_or_default())
    }

    /// Adds a number.
    pub fn number(mut self, number: u64) -> Hash {
        self.hasher.write_u64(number);
        self
    }

    /// Adds a signed number.
    pub fn signed(self, number: i64) -> Hash {
        self.number(number.cast_unsigned())
    }

    /// Adds bytes with their length.
    pub fn add_bytes(&mut self, bytes: &[u8]) {
        self.hasher.write_usize(bytes.len());
        self.hasher.write(bytes);
    }

    /// Adds one byte: the tag of what follows.
    pub fn add_tag(&mut self, tag: u8) {
        self.hasher.write_u8(tag);
    }

    /// The hash.
    pub fn finish(self) -> u64 {
        self.hasher.finish()
    }

    /// The hash as the database keeps it.
    pub fn id(self) -> i64 {
        self.hasher.finish().cast_signed()
    }
}
