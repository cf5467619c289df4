//! Reads a value, and tells a secret from a reference, a placeholder, a word or a path.

use super::super::random::{
    classes, entropy, is_name, is_repetitive, is_wordy, stands_for_another,
};
use super::super::signs::is_one_of;
use super::super::token::{base64_url, run_end, sign, uuid};
use super::between::{Gap, Link};
use super::extent::{Form, extent};
use super::name::{Kind, Name};
use super::place;
use super::reference::{has_template, is_expression, is_jumble, is_reference, is_strange};
use std::ops::Range;

/// A value in a text.
pub struct Value<'a> {
    /// Where it stands, quotes aside.
    pub range: Range<usize>,
    /// What it says.
    text: &'a str,
    form: Form,
    /// What stands behind it.
    behind: &'a str,
}

impl<'a> Value<'a> {
    /// The value a gap leads to.
    pub fn at(text: &'a str, name: &Name, gap: &Gap) -> Option<Value<'a>> {
        let settings = gap.link == Link::Assigned && place::starts_line(text, name);
        let (range, form) = extent(text, past_pair(text, name, gap.at), settings)?;
        let behind = text.get(range.end..)?;
        Some(Value { text: text.get(range.clone())?, range, form, behind })
    }

    /// Whether it is what its name promises.
    pub fn is_secret(&self, whole: &str, name: &Name, gap: &Gap) -> bool {
        let text = self.text;
        if self.behind.starts_with("..")
            || text.len() < 4
            || text.starts_with("<REDACTED")
            || self.refers()
            || self.is_of_code(whole, name, gap)
            || stands_for_another(text)
            || is_prose(text)
        {
            return false;
        }
        if text.len() >= 8 && is_repetitive(text) && classes(text) < 2 {
            return false;
        }
        let is_uuid = uuid(text, 0) == Some(text.len());
        match name.kind {
            _ if self.is_salt() => true,
            Kind::Password => self.may_be_password(),
            Kind::Secret => is_uuid || self.may_be_secret() || self.is_chosen(),
            Kind::Token => is_uuid || is_random(text, 8) || self.is_chosen(),
            Kind::Key => !is_uuid && is_random(text, 16),
        }
    }

    /// Whether it only says where the value is: a variable, a call, a member, a path.
    fn refers(&self) -> bool {
        let text = self.text;
        let template = has_template(text) && !(self.form == Form::Quoted && is_jumble(text));
        let code = (self.form == Form::Bare || text.contains('[') && !is_jumble(text))
            && is_expression(text);
        let called = self.form == Form::Bare
            && self.behind.starts_with(['"', '`'])
            && text.ends_with(['(', '[']);
        is_reference(text) || template || code || called
    }

    /// Whether it is a name of the program: what a name is compared with, what is given a value
    /// itself, a type, an option's stand-in; or a label in a list.
    fn is_of_code(&self, whole: &str, name: &Name, gap: &Gap) -> bool {
        let text = self.text;
        let named =
            is_name(text) && names_same(text, whole.get(name.range.clone()).unwrap_or_default());
        let blank = self.behind.trim_start_matches([' ', '\t']);
        let given = blank.starts_with('=') && !self.behind.starts_with('=');
        let bare = self.form == Form::Bare;
        match gap.link {
            Link::Compared if bare => is_wordy(text) || is_name(text),
            Link::Listed => is_label(text) || named,
            _ => bare && (named || gap.typed || given && is_name(text)) || is_type_name(text),
        }
    }

    /// A password has a digit or a sign in it, or no word in it.
    fn may_be_password(&self) -> bool {
        let text = self.text;
        let digit = text.bytes().any(|byte| byte.is_ascii_digit());
        let letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
        let signs =
            text.bytes().any(|byte| byte.is_ascii_punctuation() && !is_one_of(byte, b"-_./:,"));
        let path = text.contains('/') && is_wordy(text);
        if text.contains(char::is_whitespace) || has_line(text) || path {
            return self.form == Form::Whole;
        }
        let drawn = || is_random(text, 16);
        match self.form {
            Form::Whole => !matches!(text, "true" | "false" | "null" | "none"),
            Form::Quoted => letter && (digit || signs) || digit && text.len() >= 6 || drawn(),
            Form::Bare => {
                text.len() >= 6
                    && (letter && (digit || signs) || drawn())
                    && !self.behind.starts_with(':')
            }
        }
    }

    /// A secret is a password that is no row of words.
    fn may_be_secret(&self) -> bool {
        let text = self.text;
        let words = is_wordy(text)
            && text.len() < 64
            && !is_jumble(text)
            && !(classes(text) == 3 && is_strange(text));
        self.may_be_password() && !words && text.len() >= 8 && entropy(text) >= 2.5
    }

    /// Whether it is a long string of anything, blanks too, as installers draw them.
    fn is_salt(&self) -> bool {
        let text = self.text;
        if self.form != Form::Quoted || text.len() < 32 {
            return false;
        }
        let blanks = text.bytes().filter(|byte| *byte == b' ').count();
        let mut signs: Vec<u8> = text.bytes().filter(u8::is_ascii_punctuation).collect();
        signs.sort_unstable();
        signs.dedup();
        let drawn = signs.len() >= 6 && classes(text) == 3 && 8 * blanks < text.len();
        drawn && is_one_line(text) && !is_wordy(text)
    }

    /// Whether somebody chose it for a password, though it is not called one: words with letters
    /// of both kinds, a sign and a number.
    fn is_chosen(&self) -> bool {
        let text = self.text;
        let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
        let strong = text.bytes().any(|byte| is_one_of(byte, b"!^$*%#?~"));
        let sign = strong || text.bytes().any(|byte| is_one_of(byte, b"-_.@"));
        classes(text) == 3
            && text.len() >= 10
            && sign
            && (strong || digits >= 2)
            && !text.contains(['/', '=', ' ', '(', '<', ':'])
            && self.may_be_password()
    }
}

/// Past the name of the first pair of a cookie.
fn past_pair(text: &str, name: &Name, at: usize) -> usize {
    let cookie =
        text.get(name.literal.clone()).is_some_and(|word| word.eq_ignore_ascii_case("cookie"));
    let own = run_end(text, at, |byte| base64_url(byte) || byte == b'.');
    if cookie && own > at { sign(text, own, "=").unwrap_or(at) } else { at }
}

/// Whether a word for secrets stands in a value and in its name: it is the name of another.
fn names_same(text: &str, name: &str) -> bool {
    let (text, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
    let words = ["pass", "pwd", "secret", "token", "key", "auth", "cred", "cookie"];
    words.iter().any(|word| text.contains(word) && name.contains(word))
}

/// Whether it is a word of some list: words in one case with signs between that words have.
fn is_label(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_one_of(byte, b"-_./: "));
    let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = text.bytes().any(|byte| byte.is_ascii_lowercase());
    let constant = text.contains(['_', '-']) && text.split(['_', '-']).all(is_capitals);
    constant
        || plain
            && is_wordy(text)
            && !(upper && lower && text.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Whether it is a part of a constant's name: capitals, then digits.
fn is_capitals(part: &str) -> bool {
    let letters = part.trim_end_matches(|last: char| last.is_ascii_digit());
    letters.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether it is the name of a type, perhaps with a number, as examples of interfaces have it.
fn is_type_name(text: &str) -> bool {
    let word = text.trim_end_matches(|last: char| last.is_ascii_digit());
    matches!(
        word,
        "string" | "String" | "str" | "number" | "integer" | "boolean" | "object" | "uint" | "int"
    )
}

/// Whether nothing but visible signs and blanks stands in it.
fn is_one_line(text: &str) -> bool {
    text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

/// Whether it has letters of a script without capitals in it: it is said to people.
fn is_prose(text: &str) -> bool {
    let caseless =
        |letter: &char| letter.is_alphabetic() && !letter.is_lowercase() && !letter.is_uppercase();
    !text.is_ascii() && text.chars().filter(caseless).count() >= 2
}

/// Whether it is a number, a colon and more, or a prefix, a colon and a name: ports, types.
fn is_qualified(text: &str) -> bool {
    text.split_once(':').is_some_and(|(front, rest)| {
        let number = !front.is_empty() && front.bytes().all(|byte| byte.is_ascii_digit());
        number || is_wordy(rest) && (is_wordy(front) || rest.len() >= 12)
    })
}

/// Whether three signs stand in a row: somebody drew a line.
fn has_line(text: &str) -> bool {
    let sign = |byte: &u8| matches!(byte, b'-' | b'_' | b'.' | b'=' | b'+');
    let body = text.trim_end_matches('=').as_bytes();
    body.windows(3).any(|three| three.iter().all(sign))
}

/// Whether a value was drawn at random: digits among letters, no row of words, no version.
fn is_random(text: &str, least: usize) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let mixed = digits >= 1 && letters >= 2 && (text.len() >= 10 || is_dense(text));
    let only_digits = letters == 0 && digits >= 20;
    let only_letters = digits == 0 && text.len() >= 16 && entropy(text) >= 3.0;
    plain
        && text.len() >= least
        && (mixed || only_digits || only_letters)
        && entropy(text) >= 2.5
        && (!is_wordy(text) || is_jumble(text) || classes(text) == 3 && is_strange(text))
        && !is_qualified(text)
        && !has_line(text)
        && !(text.len() < 24 && ["abc123", "12345"].iter().any(|typed| text.contains(typed)))
}

/// Whether a short value has so much in it that it is no name: letters of both kinds and a digit,
/// or several digits apart.
fn is_dense(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let alphanumeric = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let word = text.split(|sign: char| !sign.is_ascii_alphabetic()).any(|run| run.len() > 3);
    alphanumeric && if classes(text) == 3 { digits >= 2 || !is_name(text) } else { !word }
}
