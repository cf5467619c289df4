//! What may stand at one place of a pattern.

/// A set of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// This byte.
    Exactly(u8),
    /// This letter, large or small, or this other byte.
    AnyCase(u8),
    /// A digit.
    Digit,
    /// A digit that the numbers of cards begin with.
    Issuer,
    /// A capital.
    Capital,
    /// A capital or a digit, or a blank or hyphen between groups of them.
    Code,
    /// A hexadecimal digit.
    Hexadecimal,
    /// A letter, a digit, `-` or `_`.
    Word,
    /// What groups of digits are split by.
    Gap,
    /// A digit, or what groups are split by.
    DigitOrGap,
    /// A slash, or the backslash that it is escaped with.
    Slash,
}

impl Element {
    /// Whether a byte is in the set.
    pub fn accepts(self, byte: u8) -> bool {
        let gap = matches!(byte, b' ' | b'-' | b'.');
        match self {
            Element::Exactly(one) => byte == one,
            Element::AnyCase(letter) => byte.eq_ignore_ascii_case(&letter),
            Element::Digit => byte.is_ascii_digit(),
            Element::Issuer => matches!(byte, b'2'..=b'6'),
            Element::Capital => byte.is_ascii_uppercase(),
            Element::Code => byte.is_ascii_uppercase() || byte.is_ascii_digit() || gap,
            Element::Hexadecimal => byte.is_ascii_hexdigit(),
            Element::Word => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
            Element::Gap => gap,
            Element::DigitOrGap => gap || byte.is_ascii_digit(),
            Element::Slash => matches!(byte, b'/' | b'\\'),
        }
    }

    /// The bits that all bytes of the set have in common, as a mask, and what they are.
    pub fn fixed_bits(self) -> (u8, u8) {
        let accepted = (0..=u8::MAX).filter(|byte| self.accepts(*byte));
        let (all, any) = accepted.fold((u8::MAX, 0), |(all, any), byte| (all & byte, any | byte));
        (!(all ^ any), all)
    }

    /// Whether it is no single letter or sign, nor one of two.
    pub fn is_set(self) -> bool {
        !matches!(self, Element::Exactly(_) | Element::AnyCase(_) | Element::Slash)
    }

    /// Whether it is a digit, or a gap among digits.
    pub fn is_digits(self) -> bool {
        matches!(self, Element::Digit | Element::Issuer | Element::DigitOrGap | Element::Gap)
    }

    /// What it can be, one by one, where that is one letter or sign, or one of two signs.
    pub fn each(self) -> Vec<Element> {
        match self {
            Element::Slash => vec![Element::Exactly(b'/'), Element::Exactly(b'\\')],
            other => vec![other],
        }
    }

    /// Reads a shape: `9` is a digit, `5` one from 2 to 6, `^` a capital, `X` a capital, digit or gap, `f` a
    /// hexadecimal digit, `w` a letter, digit, `-` or `_`, `-` a gap, `?` a digit or gap, `/` a slash, and the rest itself.
    pub fn shape(notation: &str) -> Vec<Element> {
        let element = |byte| match byte {
            b'9' => Element::Digit,
            b'5' => Element::Issuer,
            b'^' => Element::Capital,
            b'X' => Element::Code,
            b'f' => Element::Hexadecimal,
            b'w' => Element::Word,
            b'-' => Element::Gap,
            b'?' => Element::DigitOrGap,
            b'/' => Element::Slash,
            other => Element::Exactly(other),
        };
        notation.bytes().map(element).collect()
    }
}
