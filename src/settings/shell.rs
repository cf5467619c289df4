//! Variables for shells: one form for sh, bash, zsh and their kin, one for fish.

use std::fmt::Write;

use super::{Refused, Variable};

/// For sh, bash, zsh, dash, ksh.
pub fn posix(variables: &[Variable]) -> Result<String, Refused> {
    lines(variables, |text, name, value| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "export {name}={}", quoted(value));
    })
}

/// For fish.
pub fn fish(variables: &[Variable]) -> Result<String, Refused> {
    lines(variables, |text, name, value| {
        let value = value.replace('\\', "\\\\").replace('\'', "\\'");
        let _ = writeln!(text, "set -gx {name} '{value}'");
    })
}

/// A value as one word of a shell: between single quotes everything is itself, and only they
/// need another way.
pub fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// A line a variable.
fn lines(
    variables: &[Variable],
    write: impl Fn(&mut String, &str, &str),
) -> Result<String, Refused> {
    let mut text = String::new();
    for variable in variables {
        without_nul(variable.name, &variable.value)?;
        write(&mut text, variable.name, &variable.value);
    }
    Ok(text)
}

/// Refuses what no environment can hold.
pub(super) fn without_nul(what: &str, value: &str) -> Result<(), Refused> {
    if value.contains('\0') {
        let cause = "an environment ends a value at the letter U+0000";
        return Err(Refused::new(what, cause, "take it out"));
    }
    Ok(())
}
