//! Names out of telemetry, made safe to look at.
//!
//! Markup is escaped where it is written; what remains is text that looks like another
//! text: letters that turn the direction of a line, or that nobody sees.

use std::borrow::Cow;
use std::fmt::Write;

use crate::unseen::is_unseen;

/// The text with every invisible and direction-turning character written out.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if is_unseen(letter) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "⟨U+{:04X}⟩", u32::from(letter));
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_a_line_is_written_out() {
        for (raw, expected) in [
            ("ada@example.com", "ada@example.com"),
            ("zoë 王", "zoë 王"),
            ("moc.\u{202e}evil", "moc.⟨U+202E⟩evil"),
            ("a\u{200b}b\n", "a⟨U+200B⟩b⟨U+000A⟩"),
            ("<script>", "<script>"),
        ] {
            assert_eq!(plain(raw), expected);
        }
    }
}
