//! Finds the value of an assignment to a secret's name: the name, what stands between, the value.

mod name;
mod words;
mod between;
mod value;

pub use name::Name;
use std::ops::Range;
use value::Value;

/// The value that is given to the name that has `literal` in it; not to the user of an address.
pub fn find(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let name = Name::around(text.as_bytes(), &literal)?;
    if text.get(..name.range.start)?.ends_with("//") {
        return None;
    }
    let start = between::end(text, &name)?;
    let value = Value::at(text, start)?;
    value.is_secret(&name).then_some(value.range)
}
