//! `daybook redact`: hides credentials in text, as the ingest does.

use std::io::{BufRead, Read, Write};

use anyhow::Context;
use serde_json::{Value, json};

use crate::config::Redact;
use crate::ingest::redact::Redactor;

/// Runs `daybook redact`: standard input to standard output.
pub fn run(arguments: &Redact) -> anyhow::Result<()> {
    let redactor = Redactor::new();
    let mut output = std::io::stdout().lock();
    if !arguments.jsonl {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("read text from standard input")?;
        let redacted = redactor.redact_text(&text).unwrap_or(text);
        return output.write_all(redacted.as_bytes()).context("write");
    }
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.context("read a line")?;
        let line_number = number.saturating_add(1);
        let case: Value = serde_json::from_str(&line)
            .map_err(|_| anyhow::anyhow!("line {line_number}: expected {{\"id\", \"text\"}}"))?;
        let text = case.get("text").and_then(Value::as_str).unwrap_or_default();
        let redacted = redactor.redact_text(text).unwrap_or_else(|| text.to_owned());
        writeln!(output, "{}", json!({"id": case.get("id"), "text": redacted}))?;
    }
    Ok(())
}
