//! Asks whether a byte is one of a few.

/// Whether a byte is one of these. The compiler unrolls it, where a search of a slice would be a
/// call for every byte of a text.
#[inline(always)]
#[expect(clippy::manual_contains, reason = "that is the call")]
pub fn is_one_of<const COUNT: usize>(byte: u8, signs: &[u8; COUNT]) -> bool {
    signs.iter().any(|sign| *sign == byte)
}
