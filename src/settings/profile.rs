//! A macOS configuration profile: managed preferences of Claude Code's own domain.

use std::fmt::Write;

use super::{Options, Refused, Variable};

/// The preference domain Claude Code reads.
const DOMAIN: &str = "com.anthropic.claudecode";

/// What the profile calls itself: one of the same identifier takes its place.
const IDENTIFIER: &str = "daybook.claude-code-telemetry";

/// The profile.
pub fn profile(options: &Options, variables: &[Variable]) -> Result<String, Refused> {
    let mut env = String::new();
    for variable in variables {
        let value = element("string", variable.name, &variable.value)?;
        // Writing to a string cannot fail.
        let _ = writeln!(env, "        <key>{}</key>\n        {value}", variable.name);
    }
    let name = format!("Claude Code telemetry to Daybook: {}", options.connection);
    let name = element("string", "connection", &name)?;
    Ok(format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadType</key>
  <string>Configuration</string>
  <key>PayloadVersion</key>
  <integer>1</integer>
  <key>PayloadIdentifier</key>
  <string>{IDENTIFIER}</string>
  <key>PayloadUUID</key>
  <string>{profile_id}</string>
  <key>PayloadDisplayName</key>
  {name}
  <key>PayloadScope</key>
  <string>System</string>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key>
      <string>{DOMAIN}</string>
      <key>PayloadVersion</key>
      <integer>1</integer>
      <key>PayloadIdentifier</key>
      <string>{IDENTIFIER}.settings</string>
      <key>PayloadUUID</key>
      <string>{settings_id}</string>
      <key>PayloadDisplayName</key>
      <string>Claude Code settings</string>
      <key>env</key>
      <dict>
{env}      </dict>
    </dict>
  </array>
</dict>
</plist>
"#,
        profile_id = id("profile", &env),
        settings_id = id("settings", &env),
    ))
}

/// An id that is the content's own: the same settings give the same profile, byte for byte.
fn id(part: &str, content: &str) -> String {
    let hash = blake3::Hasher::new_derive_key("daybook 2026-11-20 configuration profile ids")
        .update(part.as_bytes())
        .update(content.as_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(hash.as_bytes().split_at(16).0);
    // A UUID of version 8 (RFC 9562): made by a method of its own.
    let number = u128::from_be_bytes(bytes) & !(0xf << 76) & !(0x3 << 62) | (8 << 76) | (2 << 62);
    let digits = format!("{number:032X}");
    let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    parts.iter().filter_map(|(from, to)| digits.get(*from..*to)).collect::<Vec<_>>().join("-")
}

/// A text as an element.
fn element(name: &str, what: &str, text: &str) -> Result<String, Refused> {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            // Also in `]]>`, which may not stand in XML.
            '>' => escaped.push_str("&gt;"),
            // A reader makes a line feed of one that is not written so.
            '\r' => escaped.push_str("&#13;"),
            '\t' | '\n' => escaped.push(letter),
            letter if u32::from(letter) < 0x20 || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                return Err(Refused::new(
                    what,
                    format!("XML has no letter U+{:04X}", u32::from(letter)),
                    "take it out",
                ));
            }
            letter => escaped.push(letter),
        }
    }
    Ok(format!("<{name}>{escaped}</{name}>"))
}
