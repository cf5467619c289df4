//! What was found: what was looked at, whether it is well, and the cure where it is not.

use std::fmt;

use serde_json::{Value, json};

/// Whether something is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Ok,
    /// Telemetry arrives all the same.
    Warn,
    /// Telemetry does not arrive, or not all of it.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub check: &'static str,
    pub outcome: Outcome,
    pub says: String,
    /// Empty where nothing is wrong.
    pub cure: String,
}

impl Finding {
    /// Something is well.
    pub fn ok(check: &'static str, says: impl Into<String>) -> Finding {
        Finding { check, outcome: Outcome::Ok, says: says.into(), cure: String::new() }
    }

    /// Something might be better.
    pub fn warn(check: &'static str, says: impl Into<String>, cure: impl Into<String>) -> Finding {
        Finding { check, outcome: Outcome::Warn, says: says.into(), cure: cure.into() }
    }

    /// Something is wrong.
    pub fn bad(check: &'static str, says: impl Into<String>, cure: impl Into<String>) -> Finding {
        Finding { check, outcome: Outcome::Bad, says: says.into(), cure: cure.into() }
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let outcome = match self.outcome {
            Outcome::Ok => "ok",
            Outcome::Warn => "warn",
            Outcome::Bad => "bad",
        };
        json!({"check": self.check, "outcome": outcome, "says": self.says, "cure": self.cure})
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.outcome {
            Outcome::Ok => "ok  ",
            Outcome::Warn => "warn",
            Outcome::Bad => "BAD ",
        };
        write!(out, "{sign}  {:<9} {}", self.check, self.says)?;
        match self.cure.is_empty() {
            true => Ok(()),
            false => write!(out, "\n                -> {}", self.cure),
        }
    }
}
