//! Names a place inside JSON: `.command`, `.edits[2].new_string`. Reads as far as the place and no
//! further, so JSON that was cut off has places too.

/// Levels that are named; what lies deeper is named by what holds it.
const MAX_LEVELS: usize = 16;

/// How far into a text a place is named. What the client sends in one string is seldom longer, and
/// each place is read up to from the front.
const MAX_BYTES: usize = 64 << 10;

/// Characters of a name that are kept.
const NAME_CHARACTERS: usize = 64;

/// A list or map that is open.
enum Open {
    /// A map and the name of its value.
    Map(String),
    /// A list and the number of its item.
    List(usize),
}

/// The path to the byte at `place`; empty in what is no JSON, and far into it.
pub fn of(text: &str, place: usize) -> String {
    let front = text.get(..place).unwrap_or_default();
    if place > MAX_BYTES || !front.trim_ascii_start().starts_with(['{', '[']) {
        return String::new();
    }
    let mut open: Vec<Open> = Vec::new();
    let mut last = String::new();
    let mut at = 0;
    while let Some(byte) = front.as_bytes().get(at) {
        match byte {
            b'{' => open.push(Open::Map(String::new())),
            b'[' => open.push(Open::List(0)),
            b'}' | b']' => drop(open.pop()),
            b':' => {
                if let Some(Open::Map(name)) = open.last_mut() {
                    *name = std::mem::take(&mut last);
                }
            }
            b',' => {
                if let Some(Open::List(number)) = open.last_mut() {
                    *number += 1;
                }
            }
            b'"' => {
                let end = string_end(front, at + 1);
                last = front
                    .get(at + 1..end)
                    .unwrap_or_default()
                    .chars()
                    .take(NAME_CHARACTERS)
                    .collect();
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    open.iter().take(MAX_LEVELS).map(named).collect()
}

/// Where the string that begins at `from` ends.
fn string_end(text: &str, from: usize) -> usize {
    let mut escaped = false;
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let length = rest.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    from + length.unwrap_or(rest.len())
}

/// A level as part of a path.
fn named(open: &Open) -> String {
    match open {
        Open::Map(name) if name.is_empty() => String::new(),
        Open::Map(name) => format!(".{name}"),
        Open::List(number) => format!("[{number}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_json_has_a_path_even_if_it_is_cut_off() {
        let text = r#"{"command":"a","edits":[{"x":1},{"old":"b\"}","new_string":"HERE"#;
        assert_eq!(of(text, text.find("HERE").unwrap()), ".edits[1].new_string");
        assert_eq!(of(text, text.find("\"a\"").unwrap()), ".command");
        assert_eq!(of("no json: HERE", 9), "");
    }
}
