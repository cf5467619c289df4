//! Names out of telemetry, made safe to look at.
//!
//! Markup is escaped where it is written; what remains is text that looks like another
//! text: letters that turn the direction of a line, or that nobody sees.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with every invisible and direction-turning character written out.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if is_hidden(letter) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "⟨U+{:04X}⟩", u32::from(letter));
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

/// Whether a character is not seen itself, but changes what is.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
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
