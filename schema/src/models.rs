//! Model names: from what the wire says to one canonical name.
//!
//! Metrics carry the model asked for, events the model that answered; Bedrock and
//! Vertex spell both their own way. The raw name is kept beside the canonical one.

use std::borrow::Cow;

/// Longest raw name that is kept, in bytes.
pub const MAX_NAME_BYTES: usize = 256;

/// What the models of a session beyond what is told apart are called.
pub const OTHER: &str = "(other)";

/// What a model of unknown name is called.
pub const UNKNOWN: &str = "unknown";

/// The raw name as it is kept: no longer than [`MAX_NAME_BYTES`], never empty.
pub fn raw_name(name: &str) -> &str {
    let name = name.trim();
    if name.is_empty() {
        return UNKNOWN;
    }
    let mut end = name.len().min(MAX_NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.get(..end).unwrap_or(UNKNOWN)
}

/// The canonical name: provider prefixes, `@date`, `-YYYYMMDD`, `-v1:0` and `[1m]` off;
/// ARNs as they are.
///
/// `us.anthropic.claude-haiku-4-5-20251001-v1:0` and `claude-haiku-4-5@20251001` are both
/// `claude-haiku-4-5` (captures of Bedrock and Vertex).
pub fn canonical(raw: &str) -> Cow<'_, str> {
    if raw.starts_with("arn:") {
        return Cow::Borrowed(raw);
    }
    let name = without_provider(raw);
    let name = without_bracket(name);
    let name = name.split_once('@').map_or(name, |(before, _)| before);
    let name = without_revision(name);
    let name = without_date(name);
    if name.is_empty() {
        return Cow::Borrowed(raw);
    }
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(name.to_ascii_lowercase());
    }
    Cow::Borrowed(name)
}

/// `us.anthropic.` and `anthropic/` stand before the name on Bedrock and at gateways.
fn without_provider(name: &str) -> &str {
    for marker in ["anthropic.", "anthropic/"] {
        if let Some((before, after)) = name.split_once(marker)
            && before.len() <= 16
            && !before.contains("claude")
        {
            return after;
        }
    }
    name
}

/// `[1m]` names a context window, not a model.
fn without_bracket(name: &str) -> &str {
    match name.split_once('[') {
        Some((before, rest)) if rest.ends_with(']') => before,
        _ => name,
    }
}

/// Bedrock's `-v1:0`.
fn without_revision(name: &str) -> &str {
    let Some((before, revision)) = name.rsplit_once("-v") else {
        return name;
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_revision = match revision.split_once(':') {
        Some((major, minor)) => digits(major) && digits(minor),
        None => false,
    };
    if is_revision { before } else { name }
}

/// A release date, `-20251001`.
fn without_date(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((before, date))
            if date.len() == 8
                && date.starts_with("20")
                && date.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            before
        }
        _ => name,
    }
}

/// The family a model belongs to: what its hue on a chart is chosen by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    Opus,
    Sonnet,
    Haiku,
    Other,
}

/// The family of a canonical name.
pub fn family(model: &str) -> Family {
    if model.contains("opus") {
        Family::Opus
    } else if model.contains("sonnet") {
        Family::Sonnet
    } else if model.contains("haiku") {
        Family::Haiku
    } else {
        Family::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_model_has_one_canonical_name() {
        for (raw, expected) in [
            ("claude-opus-5-5", "claude-opus-5-5"),
            ("claude-sonnet-5-5-20260930", "claude-sonnet-5-5"),
            ("us.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
            ("anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet"),
            ("global.anthropic.claude-opus-5-5", "claude-opus-5-5"),
            ("claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
            ("claude-haiku-4-5@20251001", "claude-haiku-4-5"),
            ("claude-opus-4-8[1m]", "claude-opus-4-8"),
            ("anthropic/claude-opus-5-5", "claude-opus-5-5"),
            ("Claude-Opus-5-5", "claude-opus-5-5"),
            ("my-gateway-model", "my-gateway-model"),
            ("gpt-v1", "gpt-v1"),
            (
                "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcd",
                "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcd",
            ),
        ] {
            assert_eq!(canonical(raw), expected, "{raw}");
        }
    }

    #[test]
    fn a_canonical_name_stays_as_it_is() {
        for raw in ["claude-haiku-4-5@20251001", "[1m]", "@x", "-v1:0", "us.anthropic."] {
            let once = canonical(raw).into_owned();
            assert_eq!(canonical(&once), once, "{raw}");
        }
    }

    #[test]
    fn a_long_name_is_cut_at_a_character() {
        let name = "é".repeat(400);
        assert!(raw_name(&name).len() <= MAX_NAME_BYTES);
        assert_eq!(raw_name("  "), UNKNOWN);
    }
}
