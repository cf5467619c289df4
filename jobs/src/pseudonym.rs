//! Pseudonyms: what stands where something that names an erased person stood.
//!
//! A pseudonym carries keyed hashes in the place of the text: of the identity, so that everything
//! that is found by an identity is still found, and of what stood there with its key, so that
//! copies are still known as copies. Figures, ids and rows are therefore the same before and
//! after. It is one-way for whoever has not the installation's key.

mod hide;

pub use hide::{Hidden, hide};

/// What every pseudonym begins with. Nobody is named so by telemetry: see
/// [`crate::resolve::declared`].
const PREFIX: &str = "erased:";

/// Hex digits of a hash.
const DIGITS: usize = 16;

/// A pseudonym taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pseudonym {
    /// [`crate::keys::Keys::identity`] of what stood there; 0 of what named nobody by itself.
    pub identity: i64,
    /// Hash of what stood there; a pseudonym in a table has none.
    pub content: Option<u64>,
}

impl Pseudonym {
    /// Reads one; `None` of any other text.
    pub fn parse(text: &str) -> Option<Pseudonym> {
        let rest = text.strip_prefix(PREFIX)?;
        let (identity, content) = match rest.split_once(':') {
            Some((identity, content)) => (identity, Some(hash(content)?)),
            None => (rest, None),
        };
        Some(Pseudonym { identity: hash(identity)?.cast_signed(), content })
    }

    /// As it stands in the place of an attribute's value.
    pub fn text(self) -> String {
        match self.content {
            Some(content) => format!("{}:{content:016x}", in_tables(self.identity)),
            None => in_tables(self.identity),
        }
    }
}

/// The pseudonym of an identity as tables hold it.
pub fn in_tables(identity: i64) -> String {
    format!("{PREFIX}{:016x}", identity.cast_unsigned())
}

/// Exactly as many hex digits as a hash has.
fn hash(digits: &str) -> Option<u64> {
    let is_hex = digits.len() == DIGITS
        && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    u64::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_read_back_and_other_texts_are_none() {
        for content in [None, Some(0), Some(u64::MAX)] {
            let pseudonym = Pseudonym { identity: -7, content };
            assert_eq!(Pseudonym::parse(&pseudonym.text()), Some(pseudonym));
        }
        for text in ["", "erased:", "erased:7", "erased:+000000000000007", "ada@example.com"] {
            assert_eq!(Pseudonym::parse(text), None, "{text}");
        }
        assert_eq!(Pseudonym::parse("erased:000000000000000a:"), None);
        assert_eq!(Pseudonym::parse("erased:000000000000000A"), None);
    }
}
