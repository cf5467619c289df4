//! How the table of messages is written: a shape is a list of fields, a field says what it
//! holds. Lists only what costs memory beyond the struct a field stands in.

/// One message type: the fields worth counting.
pub(super) struct Shape {
    /// At most [`super::FIELDS_PER_MESSAGE`], the most frequent first.
    pub(super) fields: &'static [Counted],
}

/// One field worth counting.
pub(super) struct Counted {
    /// Its number on the wire.
    number: u32,
    /// What it holds.
    pub(super) holds: Holds,
}

/// What a field holds, and so what it costs.
pub(super) enum Holds {
    /// A string or bytes.
    Text,
    /// Any number of strings.
    Texts,
    /// Any number of numbers, packed or not; a packed one takes at least so many bytes.
    Numbers {
        /// 8 for fixed64 and double, 1 for a varint.
        packed_bytes: usize,
    },
    /// A message that lives inside its parent's struct.
    One(&'static Shape),
    /// Messages in a `Vec`.
    Many {
        /// What each of them holds.
        nested: &'static Shape,
        /// What each of them takes.
        size: usize,
    },
    /// As [`Holds::Many`], of data points, log records or spans.
    Points {
        /// What each of them holds.
        nested: &'static Shape,
        /// What each of them takes.
        size: usize,
    },
}

impl Shape {
    /// Finds a field and its place in the table.
    #[inline]
    pub(super) fn find(&self, number: u32) -> Option<(usize, &Holds)> {
        let position = self.fields.iter().position(|field| field.number == number)?;
        self.fields.get(position).map(|field| (position, &field.holds))
    }
}

/// A field of one string or byte string.
pub(super) const fn text(number: u32) -> Counted {
    let holds = Holds::Text;
    Counted { number, holds }
}

/// A field of any number of strings.
pub(super) const fn texts(number: u32) -> Counted {
    let holds = Holds::Texts;
    Counted { number, holds }
}

/// A field of repeated numbers.
pub(super) const fn numbers(number: u32, packed_bytes: usize) -> Counted {
    let holds = Holds::Numbers { packed_bytes };
    Counted { number, holds }
}

/// A field of one message.
pub(super) const fn one(number: u32, nested: &'static Shape) -> Counted {
    let holds = Holds::One(nested);
    Counted { number, holds }
}

/// A field of any number of `T`.
pub(super) const fn many<T>(number: u32, nested: &'static Shape) -> Counted {
    let size = size_of::<T>();
    let holds = Holds::Many { nested, size };
    Counted { number, holds }
}

/// A field of any number of `T`, which are points.
pub(super) const fn points<T>(number: u32, nested: &'static Shape) -> Counted {
    let size = size_of::<T>();
    let holds = Holds::Points { nested, size };
    Counted { number, holds }
}
