//! Teams: what somebody belongs to on a day.

mod in_team;
mod of_days;

pub(crate) use in_team::InTeam;
pub use of_days::{UserDay, all, now, of_days};

/// Longest name of a team, department or cost center that is kept, in characters.
pub const MAX_NAME_CHARS: usize = 120;

/// What asks for days without a team, where a team is asked for; so no team is called that.
pub const NO_TEAM: &str = "(none)";

/// Where somebody belongs; a text of no letters says that there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TeamNames {
    pub team: String,
    pub department: String,
    pub cost_center: String,
}

impl TeamNames {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == TeamNames::default()
    }
}

/// A name as it is kept: one line, single spaces, no further than it may be.
pub fn name(raw: &str) -> String {
    let is_gap = |letter: char| letter.is_control() || letter.is_whitespace();
    let words: Vec<&str> = raw.split(is_gap).filter(|word| !word.is_empty()).collect();
    let name: String = words.join(" ").chars().take(MAX_NAME_CHARS).collect();
    let name = name.trim_end();
    if name == NO_TEAM { String::new() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_single_spaces() {
        for (raw, expected) in [
            ("Platform", "Platform"),
            ("  Platform \t Eng\r\n", "Platform Eng"),
            ("a\u{0}b", "a b"),
            ("\u{a0}", ""),
            ("(none)", ""),
            ("( none )", "( none )"),
        ] {
            assert_eq!(name(raw), expected, "{raw:?}");
        }
        assert_eq!(name(&"é".repeat(500)), "é".repeat(MAX_NAME_CHARS));
        let cut = format!("{} b", "a".repeat(MAX_NAME_CHARS - 1));
        assert_eq!(name(&cut), "a".repeat(MAX_NAME_CHARS - 1));
    }
}
