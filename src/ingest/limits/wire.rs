//! Reads protobuf fields off the wire, one at a time and without copying. Refuses what `prost`
//! refuses (overlong varints, lengths past the end, field number 0) and knows no message.
//!
//! The encoding: <https://protobuf.dev/programming-guides/encoding/>.

use super::MeasureError;

/// Bytes of the longest varint.
const VARINT_BYTES: usize = 10;

/// One field as it stands on the wire.
pub(super) struct Field<'a> {
    /// The field's number in its message.
    pub(super) number: u32,
    /// What stands there.
    pub(super) value: Wire<'a>,
}

/// A field's value, by how its length is known.
pub(super) enum Wire<'a> {
    /// A varint or a fixed 4 or 8 bytes.
    Number,
    /// A string, bytes, a nested message or packed numbers.
    Bytes(&'a [u8]),
    /// A group, which OTLP never uses; skipped whole.
    Group,
}

impl Wire<'_> {
    /// How many elements this adds to a repeated number that takes at least `packed_bytes`
    /// when packed.
    pub(super) fn numbers(&self, packed_bytes: usize) -> usize {
        match self {
            Wire::Number => 1,
            Wire::Bytes(packed) => packed.len() / packed_bytes.max(1),
            Wire::Group => 0,
        }
    }
}

/// Takes the next field off the front of `rest`; `None` at its end.
#[inline]
pub(super) fn next_field<'a>(rest: &mut &'a [u8]) -> Result<Option<Field<'a>>, MeasureError> {
    if rest.is_empty() {
        return Ok(None);
    }
    let (number, wire_type) = key(rest)?;
    let value = match wire_type {
        0 => varint(rest).map(|_| Wire::Number)?,
        1 => take(rest, 8).map(|_| Wire::Number)?,
        2 => Wire::Bytes(delimited(rest)?),
        3 => skip_group(rest).map(|()| Wire::Group)?,
        5 => take(rest, 4).map(|_| Wire::Number)?,
        4 => return Err(MeasureError::Malformed("a group ends that never began")),
        _ => return Err(MeasureError::Malformed("a field has an unknown wire type")),
    };
    Ok(Some(Field { number, value }))
}

/// Reads a field's number and wire type.
fn key(rest: &mut &[u8]) -> Result<(u32, u32), MeasureError> {
    let key = u32::try_from(varint(rest)?)
        .map_err(|_| MeasureError::Malformed("a field number is too large"))?;
    match key >> 3 {
        0 => Err(MeasureError::Malformed("a field has number 0")),
        number => Ok((number, key & 7)),
    }
}

/// Reads a varint of at most 64 bits.
#[inline]
fn varint(rest: &mut &[u8]) -> Result<u64, MeasureError> {
    match rest.split_first() {
        Some((&byte, tail)) if byte < 0x80 => {
            *rest = tail;
            Ok(u64::from(byte))
        }
        _ => long_varint(rest),
    }
}

/// Reads a varint of more than one byte. The tenth byte has room for one bit.
fn long_varint(rest: &mut &[u8]) -> Result<u64, MeasureError> {
    let mut value = 0_u64;
    let mut tail = *rest;
    for place in 0..VARINT_BYTES {
        let Some((&byte, after)) = tail.split_first() else {
            return Err(MeasureError::Malformed("it breaks off inside a number"));
        };
        tail = after;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte < 0x80 {
            if place + 1 == VARINT_BYTES && byte > 1 {
                break;
            }
            *rest = tail;
            return Ok(value);
        }
    }
    Err(MeasureError::Malformed("a number has more than 64 bits"))
}

/// Takes the bytes a length in front of them announces.
fn delimited<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], MeasureError> {
    let length = varint(rest)?;
    // A length no `usize` can hold is past the end of any body.
    take(rest, usize::try_from(length).unwrap_or(usize::MAX))
}

/// Takes exactly `length` bytes.
fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], MeasureError> {
    let (taken, tail) = rest
        .split_at_checked(length)
        .ok_or(MeasureError::Malformed("a field is longer than what is left of its message"))?;
    *rest = tail;
    Ok(taken)
}

/// Skips a group to its end, with a counter in place of a stack.
///
/// That inner groups end with their own number is left for `prost` to check.
fn skip_group(rest: &mut &[u8]) -> Result<(), MeasureError> {
    let mut open = 1_usize;
    while open > 0 {
        match key(rest)?.1 {
            0 => varint(rest).map(|_| ())?,
            1 => take(rest, 8).map(|_| ())?,
            2 => delimited(rest).map(|_| ())?,
            3 => open += 1,
            4 => open -= 1,
            5 => take(rest, 4).map(|_| ())?,
            _ => return Err(MeasureError::Malformed("a field has an unknown wire type")),
        }
    }
    Ok(())
}
