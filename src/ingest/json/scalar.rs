//! Numbers, booleans, enums and byte strings in every spelling OTLP/JSON allows. Converts what
//! one JSON value says; knows no field.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::bytes::{from_base64, from_hex};
use super::decoding::Decoding;
use super::list::Element;
use super::message::Value;
use super::text::TextSeed;

/// What an integer field takes.
const INTEGER: &str = "an integer in range, as a number or a string";
/// What a floating point field takes.
const DOUBLE: &str = "a number, or a string of a number, NaN, Infinity or -Infinity";
/// What a boolean field takes.
const BOOLEAN: &str = "true or false";
/// What an enum field takes.
const ENUM: &str = "an integer or a name of the enum";
/// What an id field takes.
const HEX: &str = "a string of hexadecimal digits, two for each byte";
/// What a bytes field takes.
const BASE64: &str = "a string in base64";

impl<'de, A: MapAccess<'de>> Value<'_, A> {
    /// Reads an integer of any width, as number or string; `1.0` and `1e3` are integers.
    pub(super) fn integer<T: TryFrom<i128>>(self) -> Result<Option<T>, A::Error> {
        self.scalar(INTEGER, |scalar| scalar.integer())
    }

    /// Reads a double, as number or string.
    pub(super) fn double(self) -> Result<Option<f64>, A::Error> {
        self.scalar(DOUBLE, |scalar| scalar.double())
    }

    /// Reads a boolean.
    pub(super) fn boolean(self) -> Result<Option<bool>, A::Error> {
        self.scalar(BOOLEAN, |scalar| scalar.boolean())
    }

    /// Reads an enum by number, which need not be known, or by its name in the `.proto` file.
    pub(super) fn named<E: Into<i32>>(
        self,
        lookup: fn(&str) -> Option<E>,
    ) -> Result<Option<i32>, A::Error> {
        self.scalar(ENUM, |scalar| {
            let known = scalar.text().and_then(lookup);
            known.map(Into::into).or_else(|| scalar.integer())
        })
    }

    /// Reads a trace or span id; OTLP writes these in hex where protobuf JSON has base64.
    pub(super) fn hex(self) -> Result<Option<Vec<u8>>, A::Error> {
        self.bytes(HEX, from_hex)
    }

    /// Reads a byte string in either alphabet of base64, padded or not.
    pub(super) fn base64(self) -> Result<Option<Vec<u8>>, A::Error> {
        self.bytes(BASE64, from_base64)
    }
}

/// A JSON value that is neither object nor array.
pub(super) enum Scalar<'de> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number without fraction and exponent.
    Integer(i128),
    /// Any other number.
    Double(f64),
    /// A string.
    Text(Cow<'de, str>),
}

impl Scalar<'_> {
    /// The string, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    fn boolean(&self) -> Option<bool> {
        match self {
            Scalar::Boolean(boolean) => Some(*boolean),
            _ => None,
        }
    }

    /// The integer, if it is one and in range.
    fn integer<T: TryFrom<i128>>(&self) -> Option<T> {
        let wide = match self {
            Scalar::Integer(integer) => Some(*integer),
            Scalar::Double(double) => integral(*double),
            Scalar::Text(text) => text.parse().ok().or_else(|| integral(finite(text)?)),
            Scalar::Null | Scalar::Boolean(_) => None,
        };
        T::try_from(wide?).ok()
    }

    /// The double, if it is a number or one of the three names.
    fn double(&self) -> Option<f64> {
        match self {
            Scalar::Integer(integer) => integer.to_string().parse().ok(),
            Scalar::Double(double) => Some(*double),
            Scalar::Text(text) => match text.as_ref() {
                "NaN" => Some(f64::NAN),
                "Infinity" => Some(f64::INFINITY),
                "-Infinity" => Some(f64::NEG_INFINITY),
                number => finite(number),
            },
            Scalar::Null | Scalar::Boolean(_) => None,
        }
    }
}

/// Reads a decimal number; Rust's own `inf`, `nan` and overflow to infinity are none.
fn finite(number: &str) -> Option<f64> {
    number.parse().ok().filter(|double: &f64| double.is_finite())
}

/// The integer a double stands for. By way of its digits, as no cast says when it loses some.
fn integral(double: f64) -> Option<i128> {
    double.to_string().parse().ok()
}

/// Reads a scalar and converts it, or `null` into `None`.
pub(super) struct ScalarSeed<'a, F> {
    /// Shared by the whole request.
    decoding: &'a Decoding<'a>,
    /// What `convert` takes.
    expected: &'static str,
    /// Turns the scalar into what is wanted.
    convert: F,
}

impl<'a, F> ScalarSeed<'a, F> {
    /// A scalar that must be what `expected` says.
    pub(super) fn new(decoding: &'a Decoding<'a>, expected: &'static str, convert: F) -> Self {
        Self { decoding, expected, convert }
    }
}

impl<'de, T, F: FnOnce(Scalar<'de>) -> Option<T>> DeserializeSeed<'de> for ScalarSeed<'_, F> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        let scalar = deserializer
            .deserialize_any(ScalarVisitor)
            .inspect_err(|_| self.decoding.expected(self.expected))?;
        if matches!(scalar, Scalar::Null) {
            return Ok(None);
        }
        let converted = (self.convert)(scalar);
        converted.map(Some).ok_or_else(|| self.decoding.refuse(self.expected))
    }
}

/// Takes any scalar as it is.
struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a scalar")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E>(self, boolean: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Boolean(boolean))
    }

    fn visit_i64<E>(self, integer: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Integer(i128::from(integer)))
    }

    fn visit_u64<E>(self, integer: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Integer(i128::from(integer)))
    }

    fn visit_f64<E>(self, double: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Double(double))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }
}

impl Element for u64 {
    fn read<'de, D: Deserializer<'de>>(
        decoding: &Decoding<'_>,
        _depth: usize,
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        let seed = ScalarSeed::new(decoding, INTEGER, |scalar: Scalar<'de>| scalar.integer());
        seed.deserialize(deserializer)
    }
}

impl Element for f64 {
    fn read<'de, D: Deserializer<'de>>(
        decoding: &Decoding<'_>,
        _depth: usize,
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        let seed = ScalarSeed::new(decoding, DOUBLE, |scalar: Scalar<'de>| scalar.double());
        seed.deserialize(deserializer)
    }
}

impl Element for String {
    fn read<'de, D: Deserializer<'de>>(
        decoding: &Decoding<'_>,
        _depth: usize,
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        TextSeed::new(decoding).deserialize(deserializer)
    }
}
