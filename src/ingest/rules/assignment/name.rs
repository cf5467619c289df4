//! Reads the name a value is given to, and says how much it tells.

use super::super::token::ends_in_colour_code;
use super::small_letters::SmallLetters;
use super::words;
use std::ops::{Not, Range};

/// Bytes of a name that are read on either side of the word in it.
pub const SIDE_BYTES: usize = 64;

/// Bytes before a string in a request that may look like letters: its tag and its length.
const FRAME_BYTES: usize = 2;

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A password: may be short, may be words with a digit in them.
    Password,
    /// A secret: may be short, not words.
    Secret,
    /// A token, or a key with a word before it: drawn at random.
    Token,
    /// A key of something unknown.
    Key,
}

/// A name in a text.
#[derive(Debug)]
pub struct Name {
    /// Where it stands.
    pub range: Range<usize>,
    /// Where the word in it stands that it was found by.
    pub literal: Range<usize>,
    /// What it says.
    pub kind: Kind,
}

/// What follows a word without a break and leaves it what it is.
const JOINED: &[&[u8]] = &[
    b"",
    b"word",
    b"wd",
    b"phrase",
    b"code",
    b"wort",
    b"orization",
    b"key",
    b"value",
    b"s",
    b"ential",
    b"entials",
];

/// Words right before `key`, without a break, that make it a secret one.
const KEY_FRONTS: &[&[u8]] = &[
    b"api",
    b"access",
    b"secret",
    b"private",
    b"auth",
    b"account",
    b"license",
    b"encryption",
    b"master",
    b"storage",
    b"service",
    b"admin",
    b"app",
    b"consumer",
    b"query",
    b"signing",
    b"client",
    b"session",
];

impl Name {
    /// The name round a word, if it is a secret's.
    pub fn around(bytes: &[u8], literal: &Range<usize>) -> Option<Name> {
        let sides = Sides::of(bytes, literal)?;
        let length = own_part(sides.word, sides.back)?;
        let kind = kind(sides.front, sides.word, sides.back)?;
        let range = literal.start - sides.front.len()..literal.end + length;
        Some(Name { range, literal: literal.clone(), kind })
    }

    /// Whether a secret's name may stand round a word in a request, where the bytes right before
    /// a string are the protocol's own and may look like letters.
    pub fn may_stand(bytes: &[u8], literal: &Range<usize>) -> bool {
        Sides::of(bytes, literal).is_some_and(|sides| {
            let mut fronts = (0..=FRAME_BYTES).filter_map(|frame| sides.front.get(frame..));
            own_part(sides.word, sides.back).is_some()
                && fronts.any(|front| kind(front, sides.word, sides.back).is_some())
        })
    }
}

/// The parts of a name.
struct Sides<'a> {
    front: &'a str,
    word: &'a str,
    back: &'a str,
}

impl<'a> Sides<'a> {
    /// What stands on either side of a word, unless a member of it is meant: `token.usage`.
    fn of(bytes: &'a [u8], literal: &Range<usize>) -> Option<Sides<'a>> {
        let front = bytes.get(literal.start.saturating_sub(SIDE_BYTES)..literal.start)?;
        let run = front.iter().rev().take_while(|byte| is_part(**byte)).count();
        let before = match front.get(..front.len() - run)? {
            [.., b'\\'] if run > 0 => run - 1,
            _ => run - colour_code_bytes(front, run),
        };
        let rest = bytes.get(literal.end..)?;
        let after = rest.iter().take(SIDE_BYTES).take_while(|byte| is_part(**byte)).count();
        if let [b'.', next, ..] = rest.get(after..)?
            && next.is_ascii_alphabetic()
        {
            return None;
        }
        Some(Sides {
            front: ascii(front.get(front.len() - before..)?)?,
            word: ascii(bytes.get(literal.clone())?)?,
            back: ascii(rest.get(..after)?)?,
        })
    }
}

/// How much of a run at the end of `front` belongs to a colour code before it: `ESC[1;32m`.
fn colour_code_bytes(front: &[u8], run: usize) -> usize {
    let start = front.len() - run;
    let digits = front.iter().skip(start).take_while(|byte| byte.is_ascii_digit()).count();
    let code = front.get(..start + digits).unwrap_or_default();
    let closed = front.get(start + digits) == Some(&b'm') && ends_in_colour_code(code);
    if closed { digits + 1 } else { 0 }
}

/// Bytes of a name. A dot ends it: what stands behind is a name of its own.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Bytes as text.
fn ascii(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// What a name says whose word has this in front and behind.
fn kind(front: &str, word: &str, back: &str) -> Option<Kind> {
    if words::is_denial(&first_word(front)) {
        return None;
    }
    match &*SmallLetters::of(word) {
        b"pass" => starts_word(front, word).then_some(Kind::Password),
        b"pwd" | b"_pw" => Some(Kind::Password),
        b"secret" => affirmed(front).then_some(Kind::Secret),
        b"cred" => (starts_word(front, word) && affirmed(front)).then_some(Kind::Secret),
        b"bearer" | b"psk" | b"jwt" | b"dsn" | b"totp" | b"salt" => {
            starts_word(front, word).then_some(Kind::Token)
        }
        b"recovery" => {
            SmallLetters::of(back).windows(4).any(|four| four == b"code").then_some(Kind::Token)
        }
        b"access_code" | b"access-code" | b"accesscode" => Some(Kind::Token),
        b"token" => words::is_ordinary_token(&owner(front)).not().then_some(Kind::Token),
        b"key" => key(front, word, back),
        b"auth" => starts_word(front, word).then_some(Kind::Token),
        b"cookie" | b"api key" | b"access key" | b"secret key" => Some(Kind::Token),
        _ => back.is_empty().then_some(Kind::Token),
    }
}

/// Whether nothing before a word says `not` or `no`.
fn affirmed(front: &str) -> bool {
    !matches!(&*owner(front), b"not" | b"no" | b"non" | b"external" | b"sealed")
}

/// How much of what follows the word belongs to the name; `None` if it makes it another name.
fn own_part(word: &str, back: &str) -> Option<usize> {
    let joined = back.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (run, rest) = back.split_at_checked(joined)?;
    let lower = word.ends_with(|last: char| last.is_ascii_lowercase());
    let hump = run.starts_with(|first: char| first.is_ascii_uppercase()) && lower;
    let plural = matches!(run, "s" | "S") && !word.eq_ignore_ascii_case("cred");
    if plural {
        return None;
    }
    let run_lower = SmallLetters::of(run);
    if !run.is_empty() && !hump && !JOINED.contains(&&*run_lower) {
        return glued(run, &run_lower);
    }
    let last = last_word(if rest.is_empty() { run } else { rest });
    if !run.is_empty() && rest.is_empty() && JOINED.contains(&&*run_lower) {
        return Some(back.len());
    }
    if words::is_about(&last) {
        return None;
    }
    if let Some(value) = glued_value(rest) {
        return Some(joined + value);
    }
    Some(back.len())
}

/// `passwordField` and the like are no secrets, `credentials` and `authToken` may be.
fn glued(run: &str, run_lower: &[u8]) -> Option<usize> {
    let humped = JOINED.iter().rev().find(|word| {
        !word.is_empty()
            && run_lower.starts_with(word)
            && run
                .get(word.len()..)
                .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()))
    });
    if let Some(word) = humped {
        let about = words::is_about(&last_word(run.get(word.len()..)?));
        return (!about).then_some(run.len());
    }
    None
}

/// Where a name ends whose value hangs on it by a hyphen: `secret-3c0c39..`.
fn glued_value(rest: &str) -> Option<usize> {
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (rest.starts_with('-') && rest.len() >= 20 && digits >= 4).then_some(0)
}

/// The first word of a name in small letters: before the first sign, or the first hump.
fn first_word(name: &str) -> SmallLetters {
    let start = name.split(['_', '-']).find(|part| !part.is_empty()).unwrap_or_default();
    let small = start.bytes().take_while(u8::is_ascii_lowercase).count();
    SmallLetters::of(start.get(..small.max(1)).unwrap_or_default())
}

/// The last word of a name in small letters: behind the last sign, or the last hump.
fn last_word(name: &str) -> SmallLetters {
    let end = name.rsplit(['_', '-']).find(|part| !part.is_empty()).unwrap_or_default();
    let hump = end.char_indices().rev().find(|(at, letter)| {
        let before = end.get(..*at).and_then(|front| front.chars().next_back());
        letter.is_ascii_uppercase() && before.is_some_and(|before| before.is_ascii_lowercase())
    });
    SmallLetters::of(end.get(hump.map_or(0, |(at, _)| at)..).unwrap_or_default())
}

/// Whether the word behind `front` begins one: `compass` has no `pass`.
fn starts_word(front: &str, word: &str) -> bool {
    let Some(before) = front.chars().next_back() else { return true };
    let capital = word.starts_with(|first: char| first.is_ascii_uppercase());
    let hump = capital && before.is_ascii_lowercase();
    let option =
        matches!(front.as_bytes(), [b'-', b'D' | b'P' | b'p'] | [.., b'-', b'D' | b'P' | b'p']);
    !before.is_ascii_alphabetic() || hump || option || is_front_of_pass(front)
}

/// `dbpass`, `mypass`: words that are written before `pass` without a break.
fn is_front_of_pass(front: &str) -> bool {
    let fronts: [&[u8]; 14] = [
        b"db", b"my", b"root", b"user", b"admin", b"ftp", b"smtp", b"mysql", b"ssh", b"pg", b"vnc",
        b"ldap", b"store", b"key",
    ];
    fronts.contains(&&*last_word(front))
}

/// The word before.
fn owner(front: &str) -> SmallLetters {
    last_word(front.trim_end_matches(['_', '-']))
}

/// What a name with `key` in it says.
fn key(front: &str, word: &str, back: &str) -> Option<Kind> {
    let before = front.chars().next_back();
    let broken = before.is_none_or(|before| !before.is_ascii_alphabetic())
        || (word.starts_with('K') && before.is_some_and(|before| before.is_ascii_lowercase()));
    let owner = owner(front);
    if KEY_FRONTS.iter().any(|known| owner.ends_with(known)) {
        return Some(Kind::Token);
    }
    let more = back.bytes().any(|byte| byte.is_ascii_alphabetic()) && glued_value(back).is_none();
    if !broken || more || owner.is_empty() && word != "KEY" || words::is_ordinary_key(&owner) {
        return None;
    }
    Some(Kind::Key)
}
