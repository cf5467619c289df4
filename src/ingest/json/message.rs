//! Reads objects into messages; what a message's fields are called is told by its own
//! [`Message`] implementation. Knows no field itself.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::decoding::Decoding;
use super::list::{Element, ListSeed};
use super::name::FieldName;
use super::scalar::{Scalar, ScalarSeed};
use super::text::TextSeed;

/// What a message has to be.
pub(super) const OBJECT: &str = "an object";

/// A protobuf message that can be read from an object.
pub(super) trait Message: Default {
    /// Reads one field's value, or skips it if the name, in lowerCamelCase, is unknown.
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error>;
}

/// Overwrites a field with what was read; `null` leaves it.
pub(super) fn set<T>(field: &mut T, read: Option<T>) {
    if let Some(value) = read {
        *field = value;
    }
}

/// As [`set`], for a field that may be absent.
pub(super) fn keep<T>(field: &mut Option<T>, read: Option<T>) {
    if read.is_some() {
        *field = read;
    }
}

/// The value of one field, not read yet. Every method answers `None` for `null`, which JSON
/// writes for absent.
pub(super) struct Value<'a, A> {
    /// Where the value is to be read from.
    map: &'a mut A,
    /// Shared by the whole request.
    decoding: &'a Decoding<'a>,
    /// Depth of the message the field belongs to.
    depth: usize,
}

impl<'de, A: MapAccess<'de>> Value<'_, A> {
    /// Skips a field nobody knows, however deep it is.
    pub(super) fn skip(self) -> Result<(), A::Error> {
        self.map.next_value::<IgnoredAny>().map(|_| ())
    }

    /// Reads a string.
    pub(super) fn text(self) -> Result<Option<String>, A::Error> {
        self.map.next_value_seed(TextSeed::new(self.decoding))
    }

    /// Reads one nested message.
    pub(super) fn message<M: Message>(self) -> Result<Option<M>, A::Error> {
        let seed = MessageSeed::new(self.decoding, self.depth + 1);
        self.map.next_value_seed(seed)
    }

    /// Reads a repeated field.
    pub(super) fn list<E: Element>(self) -> Result<Option<Vec<E>>, A::Error> {
        self.elements(false)
    }

    /// Reads a repeated field of data points, log records or spans.
    pub(super) fn points<E: Element>(self) -> Result<Option<Vec<E>>, A::Error> {
        self.elements(true)
    }

    /// Reads a scalar and converts it; `expected` says what `convert` takes.
    pub(super) fn scalar<T>(
        self,
        expected: &'static str,
        convert: impl FnOnce(Scalar<'de>) -> Option<T>,
    ) -> Result<Option<T>, A::Error> {
        let seed = ScalarSeed::new(self.decoding, expected, convert);
        self.map.next_value_seed(seed)
    }

    /// Reads a byte string written as text.
    pub(super) fn bytes(
        self,
        expected: &'static str,
        convert: impl FnOnce(&str) -> Option<Vec<u8>>,
    ) -> Result<Option<Vec<u8>>, A::Error> {
        let decoding = self.decoding;
        let bytes = self.scalar(expected, |scalar| convert(scalar.text()?))?;
        let length = bytes.as_ref().map_or(0, Vec::len);
        decoding.within(decoding.budget.allocate(length))?;
        Ok(bytes)
    }

    /// Reads a repeated field.
    fn elements<E: Element>(self, points: bool) -> Result<Option<Vec<E>>, A::Error> {
        let seed = ListSeed::new(self.decoding, self.depth + 1, points);
        self.map.next_value_seed(seed)
    }
}

/// Reads an object into a message, or `null` into `None`.
pub(super) struct MessageSeed<'a, M> {
    /// Shared by the whole request.
    decoding: &'a Decoding<'a>,
    /// How far below the request the message stands.
    depth: usize,
    /// The message.
    message: PhantomData<M>,
}

impl<'a, M> MessageSeed<'a, M> {
    /// A message `depth` levels below the request, which is 0 itself.
    pub(super) fn new(decoding: &'a Decoding<'a>, depth: usize) -> Self {
        Self { decoding, depth, message: PhantomData }
    }
}

impl<'de, M: Message> DeserializeSeed<'de> for MessageSeed<'_, M> {
    type Value = Option<M>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<M>, D::Error> {
        let decoding = self.decoding;
        deserializer.deserialize_any(self).inspect_err(|_| decoding.expected(OBJECT))
    }
}

impl<'de, M: Message> Visitor<'de> for MessageSeed<'_, M> {
    type Value = Option<M>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(OBJECT)
    }

    fn visit_unit<E>(self) -> Result<Option<M>, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<M>, A::Error> {
        let decoding = self.decoding;
        decoding.within(decoding.budget.descend(self.depth))?;
        let mut message = M::default();
        while let Some(name) = map.next_key_seed(FieldName)? {
            let value = Value { map: &mut map, decoding, depth: self.depth };
            message.field(&name, value).inspect_err(|_| decoding.in_field(&name))?;
        }
        Ok(Some(message))
    }
}
