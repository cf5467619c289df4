//! Which colour a model has: the hue is its family, the tone its version.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use daybook_schema::models::{Family, family};

/// The class of everything that has no colour of its own.
pub const OTHER: &str = "c-other";

/// The colours of the models of a range.
///
/// Versions are counted from the newest, so an old one that comes into view changes no
/// other model's tone.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    /// Models to classes.
    classes: BTreeMap<String, &'static str>,
}

impl Palette {
    /// Gives every model its colour. All of a range, whatever else is filtered: a filter
    /// changes no colour.
    pub fn of<'a>(models: impl IntoIterator<Item = &'a str>) -> Palette {
        let mut families: BTreeMap<Family, Vec<&str>> = BTreeMap::new();
        for model in models {
            families.entry(family(model)).or_default().push(model);
        }
        let mut classes = BTreeMap::new();
        for (family, mut versions) in families {
            versions.sort_by_key(|model| (Reverse(version(model)), *model));
            versions.dedup();
            for (model, tone) in versions.into_iter().zip([0, 1].into_iter().cycle()) {
                classes.insert(model.to_owned(), class(family, model, tone));
            }
        }
        Palette { classes }
    }

    /// The class of a model.
    pub fn class(&self, model: &str) -> &'static str {
        self.classes.get(model).copied().unwrap_or(OTHER)
    }
}

/// The class of a model by its family and tone.
fn class(family: Family, model: &str, tone: u8) -> &'static str {
    match (family, tone) {
        (Family::Opus, 0) => "c-opus-1",
        (Family::Opus, _) => "c-opus-2",
        (Family::Sonnet, 0) => "c-sonnet-1",
        (Family::Sonnet, _) => "c-sonnet-2",
        (Family::Haiku, 0) => "c-haiku-1",
        (Family::Haiku, _) => "c-haiku-2",
        (Family::Other, _) if model.starts_with("claude-") => "c-next",
        (Family::Other, _) => OTHER,
    }
}

/// The numbers of a version, the most significant first: `claude-opus-4-8` is 4, 8.
pub fn version(model: &str) -> Vec<u32> {
    model
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|digits| (1..=3).contains(&digits.len()))
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_has_the_first_tone() {
        let palette = Palette::of([
            "claude-opus-4-8",
            "claude-opus-5-5",
            "claude-3-5-haiku",
            "claude-haiku-4-5",
            "claude-fable-5",
            "gpt-9",
        ]);
        for (model, expected) in [
            ("claude-opus-5-5", "c-opus-1"),
            ("claude-opus-4-8", "c-opus-2"),
            ("claude-haiku-4-5", "c-haiku-1"),
            ("claude-3-5-haiku", "c-haiku-2"),
            ("claude-fable-5", "c-next"),
            ("gpt-9", "c-other"),
            ("nobody-knows", "c-other"),
        ] {
            assert_eq!(palette.class(model), expected, "{model}");
        }
    }

    #[test]
    fn an_older_version_changes_no_other_tone() {
        let few = Palette::of(["claude-sonnet-5-5", "claude-sonnet-4-6"]);
        let more = Palette::of(["claude-sonnet-4", "claude-sonnet-5-5", "claude-sonnet-4-6"]);
        for model in ["claude-sonnet-5-5", "claude-sonnet-4-6"] {
            assert_eq!(few.class(model), more.class(model));
        }
    }
}
