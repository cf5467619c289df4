//! Reads arrays into `Vec`s and counts each element before it is read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};

use super::decoding::Decoding;
use super::message::{Message, MessageSeed};

/// What a repeated field has to be.
const ARRAY: &str = "an array";

/// Something that can stand in a list.
pub(super) trait Element: Default {
    /// Reads one element at `depth` below the request; `None` where `null` stands.
    fn read<'de, D: Deserializer<'de>>(
        decoding: &Decoding<'_>,
        depth: usize,
        deserializer: D,
    ) -> Result<Option<Self>, D::Error>;
}

impl<M: Message> Element for M {
    fn read<'de, D: Deserializer<'de>>(
        decoding: &Decoding<'_>,
        depth: usize,
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        MessageSeed::new(decoding, depth).deserialize(deserializer)
    }
}

/// Reads an array into a `Vec`, or `null` into `None`.
pub(super) struct ListSeed<'a, E> {
    /// Shared by the whole request.
    decoding: &'a Decoding<'a>,
    /// How far below the request the elements stand.
    depth: usize,
    /// Whether each element counts as a point.
    points: bool,
    /// The element.
    element: PhantomData<E>,
}

impl<'a, E> ListSeed<'a, E> {
    /// A list whose elements stand `depth` levels below the request.
    pub(super) fn new(decoding: &'a Decoding<'a>, depth: usize, points: bool) -> Self {
        Self { decoding, depth, points, element: PhantomData }
    }
}

impl<'de, E: Element> DeserializeSeed<'de> for ListSeed<'_, E> {
    type Value = Option<Vec<E>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let decoding = self.decoding;
        deserializer.deserialize_any(self).inspect_err(|_| decoding.expected(ARRAY))
    }
}

impl<'de, E: Element> Visitor<'de> for ListSeed<'_, E> {
    type Value = Option<Vec<E>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(ARRAY)
    }

    fn visit_unit<F>(self) -> Result<Self::Value, F> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        loop {
            let seed = ElementSeed { list: &self, index: elements.len() };
            match sequence.next_element_seed(seed)? {
                Some(element) => elements.push(element),
                None => return Ok(Some(elements)),
            }
        }
    }
}

/// Counts one element of a list, then reads it. A `null` stands for an empty one.
struct ElementSeed<'a, 'b, E> {
    /// The list.
    list: &'a ListSeed<'b, E>,
    /// The element's place in it.
    index: usize,
}

impl<'de, E: Element> DeserializeSeed<'de> for ElementSeed<'_, '_, E> {
    type Value = E;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<E, D::Error> {
        let decoding = self.list.decoding;
        let budget = &decoding.budget;
        if self.list.points {
            decoding.within(budget.point())?;
        }
        decoding.within(budget.grow(self.index, 1, size_of::<E>()))?;
        E::read(decoding, self.list.depth, deserializer)
            .inspect_err(|_| decoding.in_element(self.index))
            .map(Option::unwrap_or_default)
    }
}
