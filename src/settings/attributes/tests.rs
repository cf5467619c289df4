//! What is written is read back by the rules of both of the client's parsers.

mod files;
mod round_trip;
mod scripts;

use super::{COLUMNS, Column, People, Person, read};

/// People of a file.
fn people(file: &str) -> People {
    read(file.as_bytes()).expect("a file")
}

/// The column of a name.
fn named(name: &str) -> &'static Column {
    COLUMNS.iter().find(|column| column.name == name).expect("a column")
}

/// A person of an email and values.
fn person(email: &str, values: &[(&str, &str)]) -> Person {
    let given = std::iter::once(("email", email)).chain(values.iter().copied());
    Person::new(1, given.map(|(name, value)| (named(name), value.to_owned()))).expect("a person")
}
