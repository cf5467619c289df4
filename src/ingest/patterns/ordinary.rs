//! Ordinary text: what a pattern must not match unless its admin insists.

use super::Pattern;

/// Text that stands in telemetry all day and is nobody's secret.
const ORDINARY: &[(&str, &str)] = &[
    ("a letter", "a"),
    ("a number", "42"),
    ("a UUID", "6f1c2a3e-8b47-4d0e-9a55-0c7d1e2f3a4b"),
    ("a Git commit", "9f2b7c41d0e85a6334cc19b2f07d8e6a5b4c3d21"),
    ("a digest", "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"),
    ("a sentence", "Please rename the function and run the tests again."),
    ("a path", "src/ingest/receive.rs"),
    ("a shell command", "git commit -m 'Fix the build' && cargo test --workspace"),
    ("a line of code", "fn main() { println!(\"{}\", items.iter().map(|x| x + 1).sum::<u32>()); }"),
    ("a time", "2026-11-20T14:05:33.123Z"),
    ("a version", "version 2.1.328 of claude-code"),
    ("a URL", "https://docs.example.com/guide/start?page=2#install"),
    ("a model", "claude-opus-5-5-20260801"),
    ("an email", "somebody@example.com"),
    ("a tool", "Bash"),
    ("a session", "session_01H8XGJWBWBAQ4"),
];

/// What kinds of ordinary text a pattern matches.
pub fn matches_of_ordinary_text(pattern: &Pattern) -> Vec<&'static str> {
    let matched = ORDINARY.iter().filter(|(_, text)| !pattern.find(text).is_empty());
    matched.map(|(name, _)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_that_matches_ordinary_text_is_told_from_one_that_does_not() {
        let of = |text: &str| matches_of_ordinary_text(&Pattern::compile("name", text).unwrap());
        assert_eq!(of("ACME-[0-9]{6}"), [""; 0]);
        assert!(of("[a-z]{3}").len() > 8);
        assert_eq!(of("[0-9a-f]{40}"), ["a Git commit", "a digest"]);
    }
}
