//! Settings as JSON, as `settings.json` and every kind of managed settings take them.

use std::fmt::Write;

use super::Variable;

/// `{"env": {...}}`, in the order of the variables, ended by a line of `}`.
pub fn settings(variables: &[Variable]) -> String {
    settings_with(variables, None)
}

/// The same, with a script that tells the headers.
pub fn settings_with(variables: &[Variable], headers_helper: Option<&str>) -> String {
    let mut text = String::from("{\n");
    if let Some(path) = headers_helper {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "  \"otelHeadersHelper\": {},", string(path));
    }
    let _ = writeln!(text, "  \"env\": {}", object(variables, "  "));
    text.push_str("}\n");
    text
}

/// The variables alone, each on a line of its own below an indentation.
pub fn object(variables: &[Variable], indentation: &str) -> String {
    if variables.is_empty() {
        return "{}".to_owned();
    }
    let lines: Vec<String> = variables
        .iter()
        .map(|it| format!("{indentation}  {}: {}", string(it.name), string(&it.value)))
        .collect();
    format!("{{\n{}\n{indentation}}}", lines.join(",\n"))
}

/// The variables on one line, in ASCII: what Windows PowerShell reads as it is meant, whatever
/// a file's encoding is taken for.
pub fn ascii_object(variables: &[Variable]) -> String {
    let pairs: Vec<String> =
        variables.iter().map(|it| format!("{}:{}", ascii(it.name), ascii(&it.value))).collect();
    format!("{{{}}}", pairs.join(","))
}

/// A text as JSON.
pub fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A text as JSON of ASCII alone.
fn ascii(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    for letter in string(text).chars() {
        if letter.is_ascii() && letter != '\u{7f}' {
            written.push(letter);
            continue;
        }
        let mut units = [0; 2];
        for unit in letter.encode_utf16(&mut units) {
            let _ = write!(written, "\\u{unit:04x}");
        }
    }
    written
}
