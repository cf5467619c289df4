//! Who used it: from attributes to what names a user.
//!
//! Pure. What a record declares is decided here; what links an install or account to a
//! person is decided when all of a session is known, in `save`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use daybook_schema::users::identity;
use percent_encoding::percent_decode_str;

use crate::attributes::{Known, text};
use crate::keys::Keys;
use crate::pseudonym::{self, Pseudonym};

/// Longest email, account or install id that is kept, in bytes.
const MAX_ID_BYTES: usize = 320;

/// Whose `user.email` wins when the resource's and the record's differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdentityOrder {
    /// What `OTEL_RESOURCE_ATTRIBUTES` declares.
    #[default]
    Resource,
    /// What the sign-in says.
    Record,
}

impl IdentityOrder {
    /// Reads the connection's setting; anything unknown is the default.
    pub fn parse(text: &str) -> IdentityOrder {
        if text == "record" { IdentityOrder::Record } else { IdentityOrder::Resource }
    }
}

/// What a record says of its user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Declared {
    /// Normalised; `None` when nobody is named.
    pub email: Option<String>,
    /// The other email, where resource and record disagree.
    pub second_email: Option<String>,
    pub account_uuid: Option<String>,
    pub install_id: Option<String>,
}

/// Whom resource and record declare: with a pseudonym in the place of who was erased, and of
/// nobody else, for what looks like one otherwise is made up.
pub fn declared(keys: &Keys, erased: &BTreeSet<i64>, said: Declared) -> Declared {
    let fields = [&said.email, &said.second_email, &said.account_uuid, &said.install_id];
    if fields.iter().all(|field| field.as_deref().and_then(Pseudonym::parse).is_none()) {
        return said;
    }
    let is_person = names_erased(keys, erased, &said);
    let known = |field: Option<String>| match field.as_deref().map(Pseudonym::parse) {
        Some(Some(Pseudonym { identity, .. })) => {
            (is_person || erased.contains(&identity)).then(|| pseudonym::in_tables(identity))
        }
        _ => field,
    };
    let email = known(said.email);
    Declared {
        second_email: known(said.second_email).filter(|second| Some(second) != email.as_ref()),
        account_uuid: known(said.account_uuid),
        install_id: known(said.install_id),
        email,
    }
}

/// Whether what is declared is somebody who was erased: by email, and without one by account or
/// install.
pub fn names_erased(keys: &Keys, erased: &BTreeSet<i64>, said: &Declared) -> bool {
    let is = |kind: &str, value: &Option<String>| {
        let identity = keys.maybe_identity(kind, value.as_deref());
        identity.is_some_and(|identity| erased.contains(&identity))
    };
    if erased.is_empty() {
        return false;
    }
    match &said.email {
        Some(_) => is(identity::EMAIL, &said.email),
        None => {
            is(identity::ACCOUNT, &said.account_uuid) || is(identity::INSTALL, &said.install_id)
        }
    }
}

/// Reads what resource and record say, as it stands there.
pub fn said(order: IdentityOrder, resource: &Known<'_>, record: &Known<'_>) -> Declared {
    let of_resource = text(resource.email).and_then(email);
    let of_record = text(record.email).and_then(email);
    let (first, second) = match order {
        IdentityOrder::Resource => (of_resource, of_record),
        IdentityOrder::Record => (of_record, of_resource),
    };
    let (email, second_email) = match (first, second) {
        (Some(first), Some(second)) if first != second => (Some(first), Some(second)),
        (first, second) => (first.or(second), None),
    };
    Declared {
        email,
        second_email,
        account_uuid: text(record.account_uuid.or(resource.account_uuid)).and_then(id),
        install_id: text(record.install_id.or(resource.install_id)).and_then(id),
    }
}

/// An email as it names a user: trimmed, percent-decoded if it still is encoded, lower-cased.
///
/// `None` for what cannot name anybody: nothing, too long, or with control characters.
pub fn email(raw: Cow<'_, str>) -> Option<String> {
    let mut email = raw.trim().to_lowercase();
    if email.contains('%')
        && let Ok(decoded) = percent_decode_str(&email).decode_utf8()
        && decoded != email
    {
        email = decoded.trim().to_lowercase();
    }
    let fits = !email.is_empty() && email.len() <= MAX_ID_BYTES && !email.chars().any(cannot_name);
    fits.then_some(email)
}

/// Whether a letter stands in no email. The replacement character does not: it may have been a
/// different control character in each of two.
fn cannot_name(letter: char) -> bool {
    letter.is_control() || letter.is_whitespace() || letter == char::REPLACEMENT_CHARACTER
}

/// An install or account id; `None` when it is too long to be one.
fn id(raw: Cow<'_, str>) -> Option<String> {
    (raw.len() <= MAX_ID_BYTES).then(|| raw.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_trimmed_decoded_and_lower_cased() {
        for (raw, expected) in [
            ("abc@xyz.com", Some("abc@xyz.com")),
            ("  Mixed.Case@XYZ.com ", Some("mixed.case@xyz.com")),
            ("abc%40xyz.com", Some("abc@xyz.com")),
            ("ABC%40XYZ.com", Some("abc@xyz.com")),
            ("100%@xyz.com", Some("100%@xyz.com")),
            ("zo%C3%AB@xyz.com", Some("zoë@xyz.com")),
            ("", None),
            ("a b@xyz.com", None),
            ("a%0Ab@xyz.com", None),
        ] {
            assert_eq!(email(Cow::Borrowed(raw)).as_deref(), expected, "{raw}");
        }
        assert_eq!(email(Cow::Owned("x".repeat(400))), None);
    }
}
