//! One value, written so that both of the client's parsers read it.
//!
//! Of the two, that of the resource takes spaces and letters of any script as they are; that of
//! data points and records drops an entry with one of them and takes quotes off. Both decode
//! percent signs, and drop what is longer than 255 letters or has a second `=`. So everything
//! but a few plain letters is encoded, and what is too long then is refused.

use std::borrow::Cow;

use daybook_jobs::resolve;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Column;
use crate::unseen::is_unseen;

/// Longest entry, encoded, with its key.
const MAX_ENTRY_BYTES: usize = 255;

/// Everything but what both parsers are known to leave alone.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'@');

/// The value as it stands behind its key; or why it cannot be expressed.
pub(super) fn encoded(column: &Column, value: &str) -> Result<String, String> {
    if let Some(letter) = value.chars().find(|letter| is_misplaced(*letter)) {
        let what = if matches!(letter, '\n' | '\r') {
            "a line break (is a quote not closed?)".to_owned()
        } else {
            format!("a letter that nobody sees, U+{:04X}", u32::from(letter))
        };
        return Err(format!("it has {what}; take it out"));
    }
    if column.is_email() {
        check_email(value)?;
    }
    let encoded = utf8_percent_encode(value, ENCODED).to_string();
    let length = column.key.len() + 1 + encoded.len();
    if length > MAX_ENTRY_BYTES {
        return Err(format!(
            "it is {length} letters long with its key once it is encoded, and the client drops \
             what is longer than {MAX_ENTRY_BYTES}; shorten it"
        ));
    }
    Ok(encoded)
}

/// What names the person of an email in the figures.
pub(super) fn known_by(email: &str) -> Option<String> {
    resolve::email(Cow::Borrowed(email))
}

/// Refuses an email that names nobody, or somebody else once it arrives.
fn check_email(email: &str) -> Result<(), String> {
    let (local, domain) = email.rsplit_once('@').unwrap_or_default();
    if local.is_empty() || domain.is_empty() || email.chars().any(char::is_whitespace) {
        return Err("it is no email, for example ada@example.com".to_owned());
    }
    // Emails that arrive encoded are decoded once more, whoever encoded them.
    if known_by(email).as_deref() != Some(&email.to_lowercase()) {
        return Err("it would be read as another one: what follows its % is a code".to_owned());
    }
    Ok(())
}

/// Whether a letter has no place in a value: nobody sees it, or it stands for one that was lost.
fn is_misplaced(letter: char) -> bool {
    is_unseen(letter) || matches!(letter, '\u{fffc}' | '\u{fffd}')
}
