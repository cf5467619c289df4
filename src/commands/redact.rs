//! `daybook redact`: hides credentials in text, as the ingest does.

use std::io::{BufRead, Write};

use anyhow::Context;
use serde_json::{Value, json};

use crate::config::Redact;
use crate::ingest::redact::Redactor;

/// Runs `daybook redact`: a file or standard input to standard output, and to standard error how
/// much of which type was hidden.
pub fn run(arguments: &Redact) -> anyhow::Result<()> {
    let redactor = Redactor::new();
    let mut output = std::io::stdout().lock();
    if arguments.jsonl {
        return lines(&redactor, &mut output);
    }
    let text = match &arguments.file {
        Some(file) => std::fs::read_to_string(file).context("read the file as text")?,
        None => {
            std::io::read_to_string(std::io::stdin()).context("read text from standard input")?
        }
    };
    let (redacted, redactions) = redactor.redact_text_and_tell(&text);
    output.write_all(redacted.as_bytes()).context("write")?;
    let mut summary = std::io::stderr().lock();
    for (rule, count) in &redactions.by_rule {
        writeln!(summary, "{count:>6}  {rule}")?;
    }
    writeln!(summary, "{:>6}  hidden in all", redactions.count).context("write")
}

/// Lines of `{"id","text"}`, the text of each redacted.
fn lines(redactor: &Redactor, output: &mut impl Write) -> anyhow::Result<()> {
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
