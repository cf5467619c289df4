//! Reads strings. A JSON string may hold half of a surrogate pair (`"\ud83d"`), which is what
//! JavaScript writes for a text cut in the middle of an emoji; in protobuf the same client
//! sends U+FFFD, and so that is what is read.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, Visitor};

use super::decoding::Decoding;

/// What a string has to be.
const STRING: &str = "a string of valid UTF-8";
/// U+FFFD, which takes as many bytes as the surrogate it stands in for.
const REPLACEMENT: [u8; 3] = [0xEF, 0xBF, 0xBD];

/// Reads a string, or `null` into `None`.
pub(super) struct TextSeed<'a> {
    /// Shared by the whole request.
    decoding: &'a Decoding<'a>,
}

impl<'a> TextSeed<'a> {
    /// A string that counts against the request's budget.
    pub(super) fn new(decoding: &'a Decoding<'a>) -> Self {
        Self { decoding }
    }

    /// Copies the string, once there is room for it.
    fn owned<E: de::Error>(&self, bytes: &[u8]) -> Result<Option<String>, E> {
        let decoding = self.decoding;
        decoding.within(decoding.budget.allocate(bytes.len()))?;
        match str::from_utf8(bytes) {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(_) => String::from_utf8(replace_surrogates(bytes))
                .map(Some)
                .map_err(|_| decoding.refuse(STRING)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for TextSeed<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let decoding = self.decoding;
        deserializer.deserialize_option(self).inspect_err(|_| decoding.expected(STRING))
    }
}

impl<'de> Visitor<'de> for TextSeed<'_> {
    type Value = Option<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(STRING)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    /// Asks for bytes: asked for a string, serde_json refuses half a surrogate pair.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_bytes(self)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        self.owned(bytes)
    }
}

/// Replaces lone surrogates, which serde_json writes as three bytes each; those three stand in
/// no valid UTF-8, nor inside another character's bytes.
fn replace_surrogates(bytes: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = match rest {
            [0xED, 0xA0..=0xBF, 0x80..=0xBF, after @ ..] => {
                replaced.extend(REPLACEMENT);
                after
            }
            _ => {
                replaced.push(byte);
                tail
            }
        };
    }
    replaced
}
