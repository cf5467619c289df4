//! A part of a name in small letters, without an allocation: every name of a text is looked at.

use super::name::SIDE_BYTES;
use std::ops::Deref;

/// At most [`SIDE_BYTES`] bytes, the letters of ASCII among them in small letters.
pub struct SmallLetters {
    bytes: [u8; SIDE_BYTES],
    length: usize,
}

impl SmallLetters {
    /// A part of a name, cut to what fits; names that were read in a text do.
    pub fn of(name: &str) -> SmallLetters {
        let mut bytes = [0; SIDE_BYTES];
        let length = name.len().min(SIDE_BYTES);
        if let (Some(to), Some(from)) = (bytes.get_mut(..length), name.as_bytes().get(..length)) {
            to.copy_from_slice(from);
            to.make_ascii_lowercase();
        }
        SmallLetters { bytes, length }
    }
}

impl Deref for SmallLetters {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}
