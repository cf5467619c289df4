//! Both parsers, by the rules that were seen on the wire.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use proptest::prelude::*;

use super::super::value::encoded;
use super::super::{COLUMNS, Person};
use super::{named, person};

/// Keys and values.
type Attributes = BTreeMap<String, String>;

/// Reads attributes as the client does for the resource: entries between commas, each of one
/// key and one value of at most 255 letters, percent-decoded; what is not so is dropped.
fn of_resource(text: &str) -> Attributes {
    entries(text, |value| Some(value.to_owned()))
}

/// Reads them as the client does for data points and records: the same, but quotes at the ends
/// are taken off, and an entry is dropped that has raw spaces, quotes, semicolons, backslashes
/// or letters outside ASCII.
fn of_records(text: &str) -> Attributes {
    entries(text, |value| {
        let value = value.strip_prefix('"').unwrap_or(value);
        let value = value.strip_suffix('"').unwrap_or(value);
        let is_plain = value
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b';' | b'\\'));
        is_plain.then(|| value.to_owned())
    })
}

/// What both have in common.
fn entries(text: &str, raw: impl Fn(&str) -> Option<String>) -> Attributes {
    let entry = |entry: &str| {
        let mut parts = entry.split('=');
        let (key, value, None) = (parts.next()?.trim(), parts.next()?.trim(), parts.next()) else {
            return None;
        };
        let value = raw(value)?;
        if key.is_empty() || key.len() > 255 || value.len() > 255 || !is_encoded(&value) {
            return None;
        }
        Some((key.to_owned(), percent_decode_str(&value).decode_utf8().ok()?.into_owned()))
    };
    text.split(',').filter_map(entry).collect()
}

/// Whether two digits follow every percent sign.
fn is_encoded(value: &str) -> bool {
    value.split('%').skip(1).all(|rest| {
        rest.get(..2).is_some_and(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()))
    })
}

#[test]
fn the_rules_are_those_that_were_seen() {
    for (entry, resource, records) in [
        ("user.name=First%20Last", Some("First Last"), Some("First Last")),
        ("user.name=a%2Cb%3Bc%3Dd", Some("a,b;c=d"), Some("a,b;c=d")),
        ("user.name=Zo%C3%AB", Some("Zoë"), Some("Zoë")),
        ("user.name=abc%40xyz.com", Some("abc@xyz.com"), Some("abc@xyz.com")),
        ("user.name=a+b", Some("a+b"), Some("a+b")),
        ("user.name=First Last", Some("First Last"), None),
        ("user.name=Zoë", Some("Zoë"), None),
        ("user.name=\"qq\"", Some("\"qq\""), Some("qq")),
        ("user.name=\"q v\"", Some("\"q v\""), None),
        ("user.name=", Some(""), Some("")),
        ("user.name", None, None),
        ("user.name=a=b", None, None),
        ("user.name=%ZZ", None, None),
        ("=a", None, None),
    ] {
        assert_eq!(of_resource(entry).get("user.name").map(String::as_str), resource, "{entry}");
        assert_eq!(of_records(entry).get("user.name").map(String::as_str), records, "{entry}");
    }
    let long = format!("user.name={}", "x".repeat(256));
    assert!(of_resource(&long).is_empty() && of_records(&long).is_empty());
}

/// What a person's attributes must be read as.
fn expected(person: &Person) -> Attributes {
    person.values.iter().map(|(column, value)| (column.key.to_owned(), value.clone())).collect()
}

#[test]
fn hostile_values_are_read_back_by_both() {
    for value in [
        "First Last",
        "Zoë 李 🦀",
        "a,b;c=d",
        "\"quoted\"",
        "\"",
        "it's `id` $(id) ${HOME} %41 100%",
        r"back\slash",
        "=1+1",
        "<script>alert(1)</script>",
        "]]>",
        "'@",
        "+",
    ] {
        let ada = person("ada+x@example.com", &[("name", value), ("team", value)]);
        assert_eq!(of_resource(&ada.attributes), expected(&ada), "{}", ada.attributes);
        assert_eq!(of_records(&ada.attributes), expected(&ada), "{}", ada.attributes);
    }
}

#[test]
fn attributes_look_as_people_write_them() {
    let ada = person(
        "abc@xyz.com",
        &[("name", "First Last"), ("department", "platform eng"), ("cost_center", "CC-4.2")],
    );
    assert_eq!(
        ada.attributes,
        "user.email=abc@xyz.com,user.name=First%20Last,department=platform%20eng,cost_center=CC-4.2"
    );
}

#[test]
fn what_the_client_would_drop_is_refused() {
    let longest = "x".repeat(255 - "team=".len());
    assert!(encoded(named("team"), &longest).is_ok());
    for (column, value, reason) in [
        ("team", format!("{longest}x"), "256 letters long"),
        ("team", "ë".repeat(42), "257 letters long"),
        ("name", "a\u{202e}b".to_owned(), "U+202E"),
        ("name", "a\0b".to_owned(), "U+0000"),
        ("name", "a\nb".to_owned(), "a quote not closed"),
        ("email", "ada".to_owned(), "no email"),
        ("email", "@example.com".to_owned(), "no email"),
        ("email", "ada@".to_owned(), "no email"),
        ("email", "a da@example.com".to_owned(), "no email"),
        ("email", "a%64a@example.com".to_owned(), "another one"),
    ] {
        let refused = encoded(named(column), &value).expect_err(&value);
        assert!(refused.contains(reason), "{value}: {refused}");
    }
}

#[test]
fn nobody_is_known_without_an_email() {
    let given = [(named("name"), "Ada".to_owned()), (named("email"), " ".to_owned())];
    let refused = Person::new(7, given).expect_err("refused");
    assert_eq!((refused.len(), refused[0].line, refused[0].column), (1, 7, Some("email")));
}

proptest! {
    #[test]
    fn any_values_are_read_back_by_both_or_refused(
        local in "[a-zA-Z0-9.!#$&'*+/?^_`{|}~=;,\"ë-]{1,12}",
        values in proptest::collection::vec(any::<String>(), COLUMNS.len() - 1),
    ) {
        let columns = COLUMNS.iter().filter(|column| !column.is_email());
        let email = (named("email"), format!("{local}@example.com"));
        let given = std::iter::once(email).chain(columns.zip(values));
        if let Ok(person) = Person::new(1, given) {
            prop_assert!(person.attributes.is_ascii());
            prop_assert_eq!(of_resource(&person.attributes), expected(&person));
            prop_assert_eq!(of_records(&person.attributes), expected(&person));
        }
    }

    #[test]
    fn ordinary_values_are_never_refused(name in "[\\p{L} '.-]{0,20}", team in "[\\p{L}0-9 &/]{0,20}") {
        let ada = person("ada@example.com", &[("name", &name), ("team", &team)]);
        prop_assert_eq!(of_records(&ada.attributes), expected(&ada));
    }
}
