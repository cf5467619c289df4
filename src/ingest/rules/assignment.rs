//! Finds the value of an assignment to a secret's name: the name, what stands between, the value.

mod name;
mod small_letters;
mod words;
mod between;
mod beside;
mod wrapper;
mod place;
mod extent;
mod reference;
mod value;

pub use name::Name;
use std::ops::Range;
use value::Value;

/// The value that is given to the name that has `literal` in it; not to the user of an address.
pub fn find(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let name = Name::around(text.as_bytes(), &literal)?;
    let gap = between::gap(text, &name)?;
    if place::is_no_name(text, &name, &gap) {
        return None;
    }
    let value = Value::at(text, &name, &gap)?;
    value.is_secret(text, &name, &gap).then_some(value.range)
}
