//! The coding agents whose telemetry is understood, a file each.
//!
//! Another agent (Codex CLI, Gemini CLI) is one more file with its own names.

pub mod claude_code;
