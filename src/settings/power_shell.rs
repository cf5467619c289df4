//! PowerShell: variables, and how a text is written so that every version reads it alike.

use std::fmt::Write;

use super::{Refused, Variable};

/// The variables, for `$PROFILE`.
pub fn variables(variables: &[Variable]) -> Result<String, Refused> {
    let mut text = String::new();
    for variable in variables {
        super::shell::without_nul(variable.name, &variable.value)?;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "$env:{} = {}", variable.name, quoted(&variable.value));
    }
    Ok(text)
}

/// A text as an expression of ASCII alone.
///
/// Windows PowerShell takes a file without a mark for one of the machine's code page, and all
/// versions take typographic quotes for quotes: so what is not ASCII is written by its number.
pub fn quoted(text: &str) -> String {
    let mut written = String::from("'");
    let mut is_quoted = true;
    let mut is_sum = false;
    for letter in text.chars() {
        let is_plain = matches!(letter, ' '..='~');
        match (is_plain, is_quoted) {
            (true, false) => written.push_str(" + '"),
            (false, true) => written.push('\''),
            _ => {}
        }
        is_quoted = is_plain;
        if is_plain {
            written.push(letter);
            if letter == '\'' {
                written.push(letter);
            }
            continue;
        }
        is_sum = true;
        let mut units = [0; 2];
        for unit in letter.encode_utf16(&mut units) {
            let _ = write!(written, " + [char]0x{unit:04X}");
        }
    }
    if is_quoted {
        written.push('\'');
    }
    if is_sum { format!("({written})") } else { written }
}
